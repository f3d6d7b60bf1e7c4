"""Global search and the palette: records by fragments and digits, pages, and what may be created."""

from __future__ import annotations

from collections import defaultdict
from typing import Any, ClassVar

from django.db.models import CharField, IntegerField, Value
from django.db.models.functions import Cast, Left
from django.http import HttpResponse, JsonResponse
from django.utils.translation import gettext as _

from okno.kit import permissions
from okno.kit.errors import Missing
from okno.kit.permissions import Actor
from okno.kit.registry import Record, registry
from okno.kit.rows import expressions, prepared, searching
from okno.kit.web import shell
from okno.kit.web.pages.base import Page

Context = dict[str, Any]
FEW, MANY = 6, 20
LONGEST = 100


def found_records(actor: Actor, text: str, *, most: int = FEW) -> dict[str, list[Context]]:
    """
    Rows within reach that a fragment of a name or of digits finds, by record, in one statement for all records.

    :param most: how many rows of each record.
    """
    known = [one for one in registry.records.values() if _is_open(actor, one)]
    place = ("search", most, searching.searched())
    rows = prepared.found(actor, place, text, lambda sample: _joined(actor, known, sample, most))
    found: dict[str, list[Context]] = defaultdict(list)
    for number, row_id, title, note in rows:
        record = known[number]
        found[record.name].append({"id": row_id, "label": title, "hint": note or "", "url": record.url_of(row_id)})
    return found


def _joined(actor: Actor, known: list[Record], text: str, most: int) -> Any:
    parts = [part for number, one in enumerate(known) if (part := _part(actor, one, number, text, most)) is not None]
    if not parts:
        return None
    return parts[0] if len(parts) == 1 else parts[0].union(*parts[1:], all=True)


def _is_open(actor: Actor, record: Record) -> bool:
    able = hasattr(record.model, "reach") and record.url and searching.is_searchable(record)
    return bool(able) and actor.may(permissions.view_permission(record.model))


def _part(actor: Actor, record: Record, number: int, text: str, most: int) -> Any:
    if not actor.sees_field(record.name, record.title):
        return None
    manager: Any = record.model._default_manager
    rows = searching.matching(actor, record, manager.visible_to(actor), text)
    if rows.query.is_empty():
        return None
    if any(one.name == "is_deleted" for one in record.model._meta.fields):
        rows = rows.filter(is_deleted=False)
    title, note = _shown(actor, record, record.title), _shown(actor, record, record.subtitle)
    number_value = Value(number, output_field=IntegerField())
    # The few are chosen first: what they are shown with is joined to them and not to all that was found.
    few = manager.filter(pk__in=rows.order_by("-pk").values("pk")[:most])
    return few.order_by("-pk").values_list(number_value, "pk", title, note)


def _shown(actor: Actor, record: Record, key: str) -> Any:
    """The text of a field, cut: a union needs one type in each place."""
    field = record.fields.get(key)
    if field is None or not actor.sees_field(record.name, key):
        return Value("", output_field=CharField())
    return Left(Cast(expressions.shown(record, key, field), CharField()), 200)


class Search(Page):
    """`/search/?q=`: everything found, by record."""

    def show(self, **_address: Any) -> HttpResponse:
        """A page of what is found; JSON for scripts."""
        text = self.request.GET.get("q", "").strip()[:LONGEST]
        groups = _groups(self.actor, text, self.request.GET.get("also", ""), MANY) if text else []
        if self.request.headers.get("Accept", "").startswith("application/json"):
            return JsonResponse({"groups": groups})
        context = {"groups": groups, "query": text, "page_title": _("Search")}
        return self.answer("pages/search.html", context)


class Palette(Page):
    """What Ctrl+K offers: records, pages and new rows that match."""

    def show(self, **_address: Any) -> HttpResponse:
        """Groups of links; before anything is typed, pages and new rows."""
        text = self.request.GET.get("q", "").strip()[:LONGEST]
        groups = _groups(self.actor, text, self.request.GET.get("also", ""), FEW) if text else []
        groups += _places(self.actor, text, self.request.GET.get("also", ""))
        return self.answer("kit/palette_results.html", {"groups": groups, "query": text})


class Pick(Page):
    """`/pick/<record>/?q=`: rows to link to, for an input that asks while one types."""

    most: ClassVar[int] = 20

    def show(self, *, record: str, **_address: Any) -> HttpResponse:
        """`[{value, text, hint}]`. :raises Missing: there is no such record."""
        found = registry.records.get(record)
        if found is None or not hasattr(found.model, "reach"):
            raise Missing("no_record", _("There is no such page."))
        permissions.check_may(self.actor, permissions.view_permission(found.model))
        text, also = self.request.GET.get("q", "").strip()[:LONGEST], self.request.GET.get("also", "")[:LONGEST]
        rows = self._rows(found, text) or (self._rows(found, also) if also else [])
        return JsonResponse([{"value": row[0], "text": str(row[1]), "hint": row[2]} for row in rows], safe=False)

    def _rows(self, record: Record, text: str) -> list[tuple[Any, ...]]:
        manager: Any = record.model._default_manager
        rows = manager.visible_to(self.actor)
        if any(one.name == "is_deleted" for one in record.model._meta.fields):
            rows = rows.filter(is_deleted=False)
        if text and searching.is_searchable(record):
            rows = searching.matching(self.actor, record, rows, text)
        elif text:
            rows = rows.filter(searching.contains(record.model, record.fields[record.title].path, text))
        rows = rows.order_by(record.order)
        title, note = _shown(self.actor, record, record.title), _shown(self.actor, record, record.subtitle)
        return list(rows.values_list("pk", title, note)[: self.most])


def _groups(actor: Actor, text: str, also: str, most: int) -> list[Context]:
    found = found_records(actor, text, most=most)
    if not found and also:
        # The text may have been typed on the other layout of the keyboard.
        found = found_records(actor, also.strip()[:LONGEST], most=most)
    return [
        {
            "label": str(registry.record(name).plural),
            "items": [{"icon": registry.record(name).icon, **item} for item in items],
        }
        for name, items in found.items()
    ]


def _places(actor: Actor, text: str, also: str) -> list[Context]:
    """Pages of the menu and new rows whose names match."""
    pages = [{"label": str(one.label), "url": one.url, "icon": one.icon} for one in shell.allowed(actor)]
    fresh = [
        {"label": str(one.label), "url": one.url, "icon": "plus"}
        for one in registry.create
        if actor.may(one.permission)
    ]
    groups = [
        {"label": _("Pages"), "items": _named(pages, text, also)},
        {"label": _("Create"), "items": _named(fresh, text, also)},
    ]
    return [one for one in groups if one["items"]]


def _named(items: list[Context], text: str, also: str) -> list[Context]:
    wanted = [one.lower() for one in (text, also.strip()) if one]
    return [one for one in items if not wanted or any(part in one["label"].lower() for part in wanted)]
