"""The editor of a layout: sections, fields and panels in lists that are dragged or moved by the arrow keys."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse, QueryDict
from django.utils.translation import gettext as _

from okno.kit.ids import id_of
from okno.kit.layouts import commands, reading
from okno.kit.permissions import Actor
from okno.kit.registry import Panel, Record
from okno.kit.web import htmx
from okno.kit.web.pages import layout_levels
from okno.kit.web.pages.base import Page
from okno.kit.web.pages.card_sections import Section

Context = dict[str, Any]


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
    may_others = editing.actor.may(commands.lay_out_for_others.name)
    context = {
        **layout_levels.told(editing.actor, held, may_others=may_others),
        "levels": layout_levels.choices(editing.actor, held) if may_others else [],
        "shared": layout_levels.shared(editing.record, editing.purpose) if may_others else [],
        "sections": [
            {"number": number, "title": str(one.title), "items": _fields(editing, one.fields)}
            for number, one in enumerate(editing.sections)
        ],
        "hidden": _fields(editing, [key for key in editing.labels if key not in placed]),
        "panels": [_panel(one) for one in editing.panels if one.key not in hidden_panels],
        "hidden_panels": [_panel(one) for one in editing.panels if one.key in hidden_panels],
        "has_panels": bool(editing.panels),
        "next": len(editing.sections),
        # The form is laid out for the type that its address names.
        "post_url": editing.page.request.get_full_path(),
        "kind": reading.type_label(editing.record, editing.kind),
        "is_card": editing.purpose == reading.CARD,
    }
    return editing.page.answer("kit/layout.html", {"layout": context})


def save(editing: Editing) -> HttpResponse:
    """Keep what was sent, for whom it was sent; "reset" takes the layout back that holds, "drop" another one."""
    sent, actor = editing.page.request.POST, editing.actor
    record, purpose = editing.record.name, str(editing.purpose)
    held = reading.layout_for(actor, record, purpose, editing.kind)
    if sent.get("reset"):
        layout_levels.take_back(actor, held)
    elif sent.get("drop"):
        layout_levels.take_back(actor, layout_levels.shared_one(record, purpose, id_of(sent["drop"])))
    else:
        kind = editing.kind if sent.get("is_of_kind") else ""
        given = {"record": record, "purpose": purpose, "kind": kind, "config": config_of(sent, editing)}
        layout_levels.keep(actor, sent.get("for", layout_levels.ME), given, held)
    is_kept = not (sent.get("reset") or sent.get("drop"))
    text = _("The layout is kept.") if is_kept else _("The layout is as it was.")
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
