"""Global search and the palette: records by words, fragments, digits and operators, notes, pages, new rows."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from typing import Any
from urllib.parse import urlencode

from django.db.models import CharField, F, IntegerField, TextField, Value
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast, Left
from django.http import HttpResponse, JsonResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from okno.kit import permissions, reached
from okno.kit.permissions import Actor
from okno.kit.registry import Record, registry
from okno.kit.rows import asking, expressions, prepared, searching
from okno.kit.rows.asking import Asked
from okno.kit.rows.layouts import on_other_layout
from okno.kit.rows.marking import marked
from okno.kit.search import Around, Holds, Words, WordsAsked, has_words, words_asked
from okno.kit.timeline import entries
from okno.kit.web import shell
from okno.kit.web.pages.base import Page

Context = dict[str, Any]
FEW, MANY = 6, 20
LONGEST = 200


def found_records(
    actor: Actor, text: str, *, most: int = FEW, only: str = "", today: dt.date | None = None
) -> dict[str, list[Context]]:
    """
    Rows within reach that words, a fragment of a name or of digits find, by record, in one statement for all records.

    Operators narrow them (`okno.kit.rows.asking`): a record that has no such field is left out.

    :param most: how many rows of each record.
    :param only: the name of the one record to look at.
    :param today: the day that «вчера» counts from.
    """
    known = [one for one in registry.records.values() if _is_open(actor, one) and only in {"", one.name}]
    asked = asking.read(text)
    if asked.tests:
        day = today or timezone.localdate(timezone=actor.zone)
        rows = _fetched(_joined(actor, known, asked.words, most, asked, day))
    else:
        place = ("search", most, only, searching.searched())
        rows = prepared.found(actor, place, text, lambda sample: _joined(actor, known, sample, most))
    found: dict[str, list[Context]] = defaultdict(list)
    for number, row_id, title, note in rows:
        record = known[number]
        found[record.name].append({"id": row_id, "label": title, "hint": note or "", "url": record.url_of(row_id)})
    return found


def _fetched(rows: Any) -> list[tuple[Any, ...]]:
    return list(rows) if rows is not None else []


def found_notes(actor: Actor, text: str, *, most: int = FEW) -> list[Context]:
    """Notes in feeds within reach that hold all the words, the newest first."""
    if not has_words(text) or asking.read(text).tests:
        return []
    rows = prepared.found(actor, ("search notes", most), text, lambda sample: _notes(actor, sample, most))
    titles = reached.titles(actor, [(name, row_id) for _id, name, row_id, _said in rows])
    return [
        {
            "id": entry_id,
            "label": said[:200],
            "hint": titles[name, row_id],
            "url": f"{registry.record(name).url_of(row_id)}#entry-{entry_id}",
            "icon": "note",
        }
        for entry_id, name, row_id, said in rows
        if (name, row_id) in titles
    ]


def _notes(actor: Actor, text: str, most: int) -> Any:
    said = KeyTextTransform("text", "payload")
    asked = WordsAsked(Value(words_asked(text), output_field=TextField()))
    rows = entries.readable_alone(actor).filter(Holds(Words(said), asked), kind="note")
    return rows.order_by("-id").values_list("pk", "scope_record", "scope_id", said)[:most]


def _joined(
    actor: Actor, known: list[Record], text: str, most: int, asked: Asked | None = None, today: dt.date | None = None
) -> Any:
    parts = []
    for number, record in enumerate(known):
        rows = _rows(actor, record, text)
        if rows is not None and asked is not None and today is not None:
            rows = asking.narrowed(actor, record, rows, asked, today)
        if rows is not None and not rows.query.is_empty():
            parts.append(_part(actor, record, number, rows, most))
    if not parts:
        return None
    return parts[0] if len(parts) == 1 else parts[0].union(*parts[1:], all=True)


def _is_open(actor: Actor, record: Record) -> bool:
    able = hasattr(record.model, "reach") and record.url and searching.is_searchable(record)
    return bool(able) and actor.may(permissions.view_permission(record.model))


def _rows(actor: Actor, record: Record, text: str) -> Any:
    if not actor.sees_field(record.name, record.title):
        return None
    manager: Any = record.model._default_manager
    rows = searching.matching(actor, record, manager.visible_to(actor), text)
    is_marked = any(one.name == "is_deleted" for one in record.model._meta.fields)
    return rows.filter(is_deleted=False) if is_marked else rows


def _part(actor: Actor, record: Record, number: int, rows: Any, most: int) -> Any:
    manager: Any = record.model._default_manager
    title, note = shown_text(actor, record, record.title), shown_text(actor, record, record.subtitle)
    number_value = Value(number, output_field=IntegerField())
    # The few are chosen first: what they are shown with is joined to them and not to all that was found.
    few = manager.filter(pk__in=rows.order_by("-pk").values("pk")[:most])
    return few.order_by("-pk").values_list(number_value, "pk", title, note)


def shown_text(actor: Actor, record: Record, key: str) -> Any:
    """The text of a field, cut: a union needs one type in each place."""
    field = record.fields.get(key)
    if field is None or not actor.sees_field(record.name, key):
        return Value("", output_field=CharField())
    return Left(Cast(expressions.shown(record, key, field), CharField()), 200)


class Search(Page):
    """`/search/?q=&in=`: what is found, a tab for each record; what was found is marked in the texts."""

    def show(self, **_address: Any) -> HttpResponse:
        """A page of what is found; JSON for scripts."""
        asked = self.request.GET
        text, chosen = asked.get("q", "").strip()[:LONGEST], asked.get("in", "")
        groups = _groups(self.actor, text, asked.get("also", "") or on_other_layout(text), MANY) if text else []
        if self.request.headers.get("Accept", "").startswith("application/json"):
            return JsonResponse({"groups": groups})
        tabs = [{"key": "", "label": _("All"), "count": ""}, *({**one, "count": _count(one)} for one in groups)]
        shown = [one for one in groups if chosen in {"", one["key"]}] or groups
        context = {
            "groups": [self._marked(one, asking.read(text).words) for one in shown],
            "tabs": [{**one, "active": one["key"] == chosen, "url": _tab_url(text, one["key"])} for one in tabs],
            "query": text,
            "page_title": _("Search"),
        }
        return self.answer("pages/search.html", context)

    def _marked(self, group: Context, text: str) -> Context:
        """The group with texts in pieces, those that were asked for marked; of long texts what is around them."""
        record = registry.records.get(group["key"])
        around = _around(self.actor, record, [one["id"] for one in group["items"]], text) if record else {}
        items = [
            {**one, "pieces": marked(one["label"], text), "around": marked(around.get(one["id"], ""), text)}
            for one in group["items"]
        ]
        return {**group, "items": items}


def _count(group: Context) -> str:
    number = len(group["items"])
    return f"{number}+" if number == MANY else str(number)


def _tab_url(text: str, key: str) -> str:
    return f"/search/?{urlencode({'q': text, **({'in': key} if key else {})})}"


def _around(actor: Actor, record: Record, ids: list[int], text: str) -> dict[int, str]:
    """What stands around the words in long texts of these rows, which are within reach: one statement a record."""
    keys = [key for key in record.texts if actor.sees_field(record.name, key)]
    if not keys or not has_words(text):
        return {}
    manager: Any = record.model._default_manager
    asked = WordsAsked(Value(words_asked(text), output_field=TextField()))
    column = record.fields[keys[0]].path
    rows = manager.visible_to(actor).filter(Holds(Words(F(column)), asked), pk__in=ids)
    return dict(rows.values_list("pk", Around(F(column), asked)))


class Palette(Page):
    """What Ctrl+K offers: records, pages and new rows that match."""

    def show(self, **_address: Any) -> HttpResponse:
        """Groups of links; before anything is typed, pages and new rows."""
        text = self.request.GET.get("q", "").strip()[:LONGEST]
        groups = _groups(self.actor, text, self.request.GET.get("also", ""), FEW) if text else []
        groups += _places(self.actor, text, self.request.GET.get("also", ""))
        return self.answer("kit/palette_results.html", {"groups": groups, "query": text})


def _groups(actor: Actor, text: str, also: str, most: int) -> list[Context]:
    # The text may have been typed on the other layout of the keyboard.
    texts = [text, *([also.strip()[:LONGEST]] if also.strip() else [])]
    return next((groups for one in texts if (groups := _found(actor, one, most))), [])


def _found(actor: Actor, text: str, most: int) -> list[Context]:
    groups = [
        {
            "key": name,
            "label": str(registry.record(name).plural),
            "items": [{"icon": registry.record(name).icon, **item} for item in items],
        }
        for name, items in found_records(actor, text, most=most).items()
    ]
    notes = found_notes(actor, text, most=most)
    return [*groups, *([{"key": "notes", "label": _("Notes"), "items": notes}] if notes else [])]


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
