"""The editor of a layout: sections, fields and panels in lists that are dragged or moved by the arrow keys."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse, QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from okno.kit.layouts import commands, reading
from okno.kit.models.views import CardLayout
from okno.kit.permissions import Actor
from okno.kit.registry import Panel, Record
from okno.kit.web import htmx
from okno.kit.web.pages.base import Page
from okno.kit.web.pages.card_sections import Section

Context = dict[str, Any]
ME, DEPARTMENT, ALL, FORCED = "me", "department", "all", "forced"
HELD = {
    ME: gettext_lazy("Your own layout holds now."),
    DEPARTMENT: gettext_lazy("The layout of your department holds now."),
    ALL: gettext_lazy("The layout for everybody holds now."),
    FORCED: gettext_lazy("The layout for everybody holds now; it stands above everyone's own."),
}


@dataclass(frozen=True)
class Editing:
    """What is laid out: a card (with panels) or a form, its sections as they stand now, and all labels by key."""

    page: Page
    record: Record
    purpose: str
    kind: str
    sections: Sequence[Section]
    labels: Mapping[str, str]
    panels: Sequence[Panel] = ()
    required: frozenset[str] = frozenset()
    back_url: str = ""

    @property
    def actor(self) -> Actor:
        """Who edits."""
        return self.page.actor


def form(editing: Editing, config: Mapping[str, Any]) -> HttpResponse:
    """The dialog with what is shown now, and what is not."""
    placed = {key for section in editing.sections for key in section.fields}
    hidden_panels = config.get("hidden_panels", [])
    held = reading.layout_for(editing.actor, editing.record.name, editing.purpose, editing.kind)
    whose, may_others = _whose(held), editing.actor.may(commands.lay_out_for_others.name)
    context = {
        "held": HELD.get(whose, ""),
        "is_forced": whose == FORCED,
        "is_of_kind": bool(held and held.type),
        "may_keep": may_others or whose != FORCED,
        "may_reset": whose == ME or (may_others and held is not None),
        "sections": [
            {"number": number, "title": str(one.title), "items": _fields(editing, one.fields)}
            for number, one in enumerate(editing.sections)
        ],
        "hidden": _fields(editing, [key for key in editing.labels if key not in placed]),
        "panels": [_panel(one) for one in editing.panels if one.key not in hidden_panels],
        "hidden_panels": [_panel(one) for one in editing.panels if one.key in hidden_panels],
        "has_panels": bool(editing.panels),
        "next": len(editing.sections),
        "post_url": f"{editing.page.request.path}?part=layout",
        "kind": editing.kind,
        "may_others": may_others,
        "has_department": editing.actor.department_id is not None,
        "is_card": editing.purpose == reading.CARD,
    }
    return editing.page.answer("kit/layout.html", {"layout": context})


def _whose(held: CardLayout | None) -> str:
    """Whose layout it is; empty when the page stands as it is declared."""
    if held is None:
        return ""
    if held.is_forced:
        return FORCED
    if held.user_id is not None:
        return ME
    return ALL if held.department_id is None else DEPARTMENT


def save(editing: Editing) -> HttpResponse:
    """Keep what was sent, for whom it was sent; "reset" takes it back."""
    sent = editing.page.request.POST
    whose = sent.get("for", ME)
    config = {} if sent.get("reset") else config_of(sent, editing)
    given: Context = {
        "actor": editing.actor,
        "record": editing.record.name,
        "purpose": str(editing.purpose),
        "kind": editing.kind if sent.get("is_of_kind") else "",
        "config": config,
    }
    if whose in {DEPARTMENT, ALL, FORCED}:
        department = editing.actor.department_id if whose == DEPARTMENT else None
        commands.lay_out_for_others(**given, department_id=department, is_forced=whose == FORCED)
    else:
        commands.lay_out(**given)
    text = _("The layout is as it was.") if not config else _("The layout is kept.")
    return htmx.redirect(editing.page.request, editing.back_url, toast=text)


def config_of(sent: QueryDict, editing: Editing) -> Context:
    """The lists that were sent, read in their order; what is not on the shelf is left out."""
    panels = {one.key for one in editing.panels}
    sections: list[Context] = []
    config: Context = {"sections": sections, "hidden": [], "panels": [], "hidden_panels": []}
    into: list[str] = config["hidden"]
    for one in sent.getlist("order"):
        kind, _colon, key = one.partition(":")
        if kind == "section":
            sections.append({"title": sent.get(f"title-{key}", "").strip()[:100], "fields": []})
            into = sections[-1]["fields"]
        elif kind == "list" and key in config and key != "sections":
            into = config[key]
        elif kind == "field" and key in editing.labels:
            # A field that has to be filled is never hidden.
            is_kept = key in editing.required and sections and into is config["hidden"]
            (sections[-1]["fields"] if is_kept else into).append(key)
        elif kind == "panel" and key in panels:
            into.append(key)
    config["sections"] = [one for one in sections if one["fields"]]
    return config


def laid_out(config: Mapping[str, Any], known: Sequence[str], more_title: object) -> list[Section]:
    """The sections of a layout; fields that came after it was made stand in a section of their own."""
    sections = [
        Section(one.get("title", ""), [key for key in one.get("fields", ()) if key in known])
        for one in config.get("sections", ())
    ]
    placed = {key for one in sections for key in one.fields} | set(config.get("hidden", ()))
    rest = [key for key in known if key not in placed]
    return [*sections, *([Section(more_title, rest)] if rest else [])]


def ordered_panels(panels: Sequence[Panel], config: Mapping[str, Any]) -> list[Panel]:
    """Panels in the order of a layout, without hidden ones; new ones come last."""
    order = list(config.get("panels", ()))
    hidden = set(config.get("hidden_panels", ()))
    seen = [one for one in panels if one.key not in hidden]
    return sorted(seen, key=lambda one: order.index(one.key) if one.key in order else len(order))


def _fields(editing: Editing, keys: Sequence[str]) -> list[Context]:
    return [
        {"value": f"field:{key}", "label": editing.labels[key], "is_required": key in editing.required}
        for key in keys
        if key in editing.labels
    ]


def _panel(one: Panel) -> Context:
    return {"value": f"panel:{one.key}", "label": str(one.label), "is_required": False}
