"""Global search and the palette: records by words, fragments, digits and operators, notes, pages, new rows."""

from __future__ import annotations

import datetime as dt
import functools
import operator
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from django.db.models import CharField, F, Q, TextField, Value
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast, Concat, Left
from django.http import HttpResponse, JsonResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from okno.kit import permissions, reached
from okno.kit.attachments import reading
from okno.kit.compiled import Sql
from okno.kit.permissions import Actor
from okno.kit.registry import Record, registry
from okno.kit.rows import asking, expressions, finding, prepared, searching
from okno.kit.rows.asking import Asked
from okno.kit.rows.layouts import on_other_layout
from okno.kit.rows.marking import marked
from okno.kit.search import Around, Holds, Words, WordsAsked, has_words, words_asked
from okno.kit.timeline import entries
from okno.kit.web import shell
from okno.kit.web.pages import lists
from okno.kit.web.pages.base import Page

Context = dict[str, Any]
FEW, MANY = 6, 20
LONGEST = 200


def found_records(
    actor: Actor, text: str, *, most: int = FEW, only: str = "", today: dt.date | None = None
) -> dict[str, list[Context]]:
    """
    Rows within reach that words, a fragment of a name or of digits find, by record, the newest first; in one statement
    for all records, and in one or two more for those in which the text is common.

    Operators narrow them (`okno.kit.rows.asking`): a record that has no such field is left out.

    :param most: how many rows of each record.
    :param only: the name of the one record to look at.
    :param today: the day that «вчера» counts from.
    """
    known = [one for one in registry.records.values() if _is_open(actor, one) and only in {"", one.name}]
    asked = asking.read(text)
    day = (today or timezone.localdate(timezone=actor.zone)) if asked.tests else None

    def ask(step: str, numbers: Sequence[int]) -> Iterable[finding.Row]:
        def build(sample: str) -> Sql | None:
            places = {number: _place(actor, known[number], replace(asked, words=sample), day) for number in numbers}
            return finding.statement(step, {number: one for number, one in places.items() if one is not None}, most)

        key = ("search", step, tuple(numbers), most, only, searching.searched())
        return prepared.found(actor, key, asked.words, build, more=(*asked.tests, day) if asked.tests else ())

    found: dict[str, list[Context]] = defaultdict(list)
    for number, row_id, title, note in finding.found(range(len(known)), most, ask):
        record = known[number]
        found[record.name].append({"id": row_id, "label": title, "hint": note or "", "url": record.url_of(row_id)})
    return found


def found_beside(actor: Actor, text: str, *, most: int = FEW) -> dict[str, list[Context]]:
    """Notes in feeds and files within reach whose text or name has all the words, the newest first, by `BESIDE`."""
    asked = asking.read(text)
    if not has_words(asked.words) or asked.tests:
        return {}

    def ask(step: str, numbers: Sequence[int]) -> Iterable[finding.Row]:
        def build(sample: str) -> Sql | None:
            places = {number: BESIDE[number].place(actor, sample) for number in numbers}
            return finding.statement(step, places, most)

        return prepared.found(actor, ("search beside", step, tuple(numbers), most), asked.words, build)

    rows = list(finding.found(range(len(BESIDE)), most, ask, is_there=False))
    titles = reached.titles(actor, [(name, row_id) for _number, _id, name, row_id, _said in rows])
    found: dict[str, list[Context]] = defaultdict(list)
    for number, own_id, name, row_id, said in rows:
        kind = BESIDE[number]
        if (name, row_id) in titles:
            url = f"{registry.record(name).url_of(row_id)}{kind.anchor.format(id=own_id)}"
            told = {"id": own_id, "label": said[:200], "hint": titles[name, row_id], "url": url, "icon": kind.icon}
            found[kind.key].append(told)
    return found


def _notes(actor: Actor, text: str) -> finding.Place:
    said = KeyTextTransform("text", "payload")
    is_note = Q(kind="note")
    seen = entries.readable_alone(actor).filter(is_note)
    test = searching.words_test(said, text)
    return finding.Place(seen, [replace(test, indexed=test.indexed & is_note)], ["scope_record", "scope_id", said])


def _files(actor: Actor, text: str) -> finding.Place:
    """Files of rows within reach: a name is found by its words and by a piece of it."""
    tests = [searching.words_test(F("name"), text), searching.fragment_test(F("name"), text)]
    return finding.Place(reading.readable(actor), tests, ["record", "row_id", Cast(F("name"), TextField())])


@dataclass(frozen=True)
class _Beside:
    """What is found by itself and leads to the card of the row it belongs to."""

    key: str
    label: object
    icon: str
    anchor: str
    place: Callable[[Actor, str], finding.Place]


BESIDE = (
    _Beside("notes", gettext_lazy("Notes"), "note", "#entry-{id}", _notes),
    _Beside("files", gettext_lazy("Files"), "paperclip", "", _files),
)


def _place(actor: Actor, record: Record, asked: Asked, day: dt.date | None) -> finding.Place | None:
    """Where and how to look for what is asked in a record; None when it is not there to be found."""
    if not actor.sees_field(record.name, record.title):
        return None
    manager: Any = record.model._default_manager
    rows = manager.visible_to(actor)
    if any(one.name == "is_deleted" for one in record.model._meta.fields):
        rows = rows.filter(is_deleted=False)
    narrowed = asking.narrowed(actor, record, rows, asked.tests, day) if day is not None else rows
    tests = searching.tests(actor, record, asked.words) if asked.words else []
    if narrowed is None or (asked.words and not tests):
        return None
    shown = [shown_text(actor, record, record.title), shown_text(actor, record, record.subtitle)]
    return finding.Place(narrowed, tests, shown)


def _is_open(actor: Actor, record: Record) -> bool:
    able = hasattr(record.model, "reach") and record.url and searching.is_searchable(record)
    return bool(able) and actor.may(permissions.view_permission(record.model))


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
        read = asking.read(text)
        context = {
            "groups": [self._marked(one, read) for one in shown],
            "tabs": [{**one, "active": one["key"] == chosen, "url": _tab_url(text, one["key"])} for one in tabs],
            "query": text,
            "unread": [] if groups else _unread(self.actor, text),
            "page_title": _("Search"),
        }
        return self.answer("pages/search.html", context)

    def _marked(self, group: Context, asked: Asked) -> Context:
        """The group with texts in pieces, those that were asked for marked; of long texts what is around them."""
        text = asked.words
        record = registry.records.get(group["key"])
        around = _around(self.actor, record, [one["id"] for one in group["items"]], text) if record else {}
        items = [
            {**one, "pieces": marked(one["label"], text), "around": marked(around.get(one["id"], ""), text)}
            for one in group["items"]
        ]
        return {**group, "items": items, "all_url": "" if asked.tests else _list_url(record, group, text)}


def _list_url(record: Record | None, group: Context, text: str) -> str:
    """The list with everything that the words find, when there is more than this page shows."""
    if record is None or len(group["items"]) < MANY or lists.list_or_none(record.name) is None:
        return ""
    return f"{record.url.partition('{id}')[0]}?{urlencode({'tab': 'all', 'mode': 'list', 'q': text})}"


def _count(group: Context) -> str:
    number = len(group["items"])
    return f"{number}+" if number == MANY else str(number)


def _tab_url(text: str, key: str) -> str:
    return f"/search/?{urlencode({'q': text, **({'in': key} if key else {})})}"


def _around(actor: Actor, record: Record, ids: list[int], text: str) -> dict[int, str]:
    """What stands around the words in long texts of these rows, which are within reach: one statement a record."""
    columns = [F(record.fields[key].path) for key in record.texts if actor.sees_field(record.name, key)]
    if not columns or not has_words(text):
        return {}
    manager: Any = record.model._default_manager
    asked = WordsAsked(Value(words_asked(text), output_field=TextField()))
    holding = functools.reduce(operator.or_, (Q(Holds(Words(column), asked)) for column in columns))
    said = Concat(Value(""), *columns, output_field=TextField())
    return dict(manager.visible_to(actor).filter(holding, pk__in=ids).values_list("pk", Around(said, asked)))


class Palette(Page):
    """What Ctrl+K offers: records, pages and new rows that match."""

    def show(self, **_address: Any) -> HttpResponse:
        """Groups of links; before anything is typed, pages and new rows."""
        text = self.request.GET.get("q", "").strip()[:LONGEST]
        groups = _groups(self.actor, text, self.request.GET.get("also", ""), FEW) if text else []
        groups += _places(self.actor, text, self.request.GET.get("also", ""))
        unread = [] if groups else _unread(self.actor, text)
        return self.answer("kit/palette_results.html", {"groups": groups, "query": text, "unread": unread})


def _unread(actor: Actor, text: str) -> list[str]:
    """What is wrong with the operators of a text that has found nothing."""
    read = (asking.read(one).tests for one in (text, on_other_layout(text)))
    tests = next((one for one in read if one), ())
    if not tests:
        return []
    known = [one for one in registry.records.values() if _is_open(actor, one)]
    wrong = asking.unread(actor, known, tests, timezone.localdate(timezone=actor.zone))
    nothing = _("Nothing found for “%(query)s”: look at the values of the conditions, or take one of them away.")
    return wrong or [nothing % {"query": text}]


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
    beside = found_beside(actor, text, most=most)
    return [
        *groups,
        *({"key": one.key, "label": str(one.label), "items": beside[one.key]} for one in BESIDE if one.key in beside),
    ]


def _places(actor: Actor, text: str, also: str) -> list[Context]:
    """Pages of the menu and new rows whose names match."""
    pages = [{"label": str(one.label), "url": one.url, "icon": one.icon} for one in shell.allowed(actor)]
    fresh = [
        {"label": str(one.label), "url": one.url, "icon": shell.create_icon(one)}
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
