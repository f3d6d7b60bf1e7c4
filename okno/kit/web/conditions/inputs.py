"""Inputs of the editor by name: what a form sends made into drafts, and what its buttons ask for done to them."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import replace

from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from okno.kit import conditions
from okno.kit.conditions import places
from okno.kit.conditions.operators import OPERATORS, Takes
from okno.kit.conditions.tree import MAX_DEPTH, MAX_NODES, QUANTIFIERS
from okno.kit.errors import Refused
from okno.kit.ids import ids_of
from okno.kit.registry import Record
from okno.kit.web.conditions import offered
from okno.kit.web.conditions.drafts import EMPTY, GROUPS, LEAF, RAW, Draft
from okno.kit.web.conditions.slots import FIELD, RELATIVELY, VALUE, Slot

HOWS = frozenset({VALUE, RELATIVELY, FIELD})
ONE = Slot(texts=("1",))
SEPARATOR = "~"


def read(sent: QueryDict, name: str) -> Draft:
    """
    The drafts that inputs named after `name` describe; an empty group when there are none.

    :raises Refused: there are too many parts, or a kept part is not a condition.
    """
    reader = _Reader(sent, name)
    found = reader.node(name, 0)
    return found if found is not None and found.kind in GROUPS else EMPTY


def changed(draft: Draft, name: str, do: str, sent: QueryDict, record: Record, *, changes: bool = False) -> Draft:
    """What a button asks for: `add`, `group` or `drop`, a colon and the name of a node."""
    verb, _colon, place = do.partition(":")
    if not place.startswith(name):
        return draft
    trail = ids_of(place.removeprefix(name).split(SEPARATOR))
    match verb:
        case "drop" if trail:
            return _at(draft, trail[:-1], lambda one: _without(one, trail[-1]))
        case "group":
            return _at(draft, trail, lambda one: _with(one, Draft("any", is_new=True)))
        case "add":
            key = sent.get(f"{place}{SEPARATOR}new", "")
            return _at(draft, trail, lambda one: _with(one, fresh(key, _record_at(draft, trail, record), changes)))
    return draft


def fresh(key: str, record: Record | None, changes: bool = False) -> Draft | None:  # noqa: FBT001, FBT002 - passed on
    """A new leaf of a field, or a quantifier `@some:relation`; None when the key names nothing."""
    if record is None or not key:
        return None
    if key.startswith("@"):
        kind, _colon, relation = key[1:].partition(":")
        is_known = kind in QUANTIFIERS and places.relation(record, relation) is not None
        return Draft(kind, (Draft("all", is_new=True),), key=relation, op="ge", low=ONE) if is_known else None
    found = places.place(record, key)
    if found is None:
        return None
    ops = offered.operators(record, found, changes=changes)
    return Draft(LEAF, key=key, op=ops[0].name, is_new=True)


def added(draft: Draft, key: str, record: Record) -> Draft:
    """The drafts with the leaf of a field to be edited first: the one there is, else a new one."""
    for number, one in enumerate(draft.parts):
        if one.kind == LEAF and one.key == key:
            parts = [*draft.parts[:number], replace(one, is_new=True), *draft.parts[number + 1 :]]
            return replace(draft, parts=tuple(parts))
    return _with(draft, fresh(key, record))


class _Reader:
    def __init__(self, sent: QueryDict, name: str) -> None:
        self.sent = sent
        self.count = 0
        self.children: dict[str, list[int]] = {}
        pattern = re.compile(rf"({re.escape(name)}(?:~\d{{1,4}})*)~(\d{{1,4}})~kind")
        for key in sent:
            if found := pattern.fullmatch(key):
                self.children.setdefault(found[1], []).append(int(found[2]))

    def node(self, place: str, depth: int) -> Draft | None:
        self.count += 1
        if depth > MAX_DEPTH or self.count > MAX_NODES:
            raise Refused("conditions.too_large", _("The condition is too large."))
        kind = self._text(place, "kind")
        if kind == RAW:
            return self.raw(place)
        if kind == LEAF:
            return self.leaf(place)
        if kind in GROUPS or kind in QUANTIFIERS:
            numbers = sorted(self.children.get(place, []))
            nodes = (self.node(f"{place}{SEPARATOR}{number}", depth + 1) for number in numbers)
            parts = tuple(one for one in nodes if one is not None)
            key, op = self._text(place, "key"), self._text(place, "op")
            if kind == "count" and not op:
                # It was another quantifier until now.
                return Draft(kind, parts, key=key, op="ge", low=ONE)
            return Draft(kind, parts, key=key, op=op, low=self.slot(place, "v"))
        return None

    def leaf(self, place: str) -> Draft:
        op, before = self._text(place, "op"), self._text(place, "was")
        low, high = self.slot(place, "v"), self.slot(place, "w")
        if _takes(op) is not _takes(before):
            # A list made into one value keeps its first one, not all of them joined.
            low = replace(low, texts=low.texts[:1]) if _takes(op) is not Takes.LIST else low
        return Draft(LEAF, key=self._text(place, "key"), op=op, low=low, high=high)

    def raw(self, place: str) -> Draft:
        try:
            kept = json.loads(self._text(place, "raw"))
            conditions.parse(kept)
        except (ValueError, RecursionError) as error:
            raise Refused("bad_filter", _("The condition cannot be read.")) from error
        return Draft(RAW, raw=kept)

    def slot(self, place: str, name: str) -> Slot:
        prefix = f"{place}{SEPARATOR}{name}"
        how = self._text(prefix, "how") or VALUE
        texts = [one.replace("\x00", "") for one in self.sent.getlist(f"{prefix}{SEPARATOR}text")]
        if how == FIELD:
            texts = [self._text(prefix, "field")]
        lines = self.sent.get(f"{prefix}{SEPARATOR}lines")
        if lines is not None:
            texts = lines.replace("\x00", "").splitlines()
        return Slot(
            how if how in HOWS else VALUE,
            tuple(texts),
            self._text(prefix, "anchor") or "today",
            self._text(prefix, "kept"),
            "+" if self._text(prefix, "side") == "+" else "-",
            self._text(prefix, "number"),
            self._text(prefix, "unit") or "d",
        )

    def _text(self, place: str, name: str) -> str:
        return self.sent.get(f"{place}{SEPARATOR}{name}", "").replace("\x00", "")


def _takes(op: str) -> Takes | None:
    return OPERATORS[op].takes if op in OPERATORS else None


def _at(draft: Draft, trail: Sequence[int], change: object) -> Draft:
    """The drafts with one node changed; a trail that leads nowhere changes nothing."""
    if not trail:
        made: Draft = change(draft)  # type: ignore[operator]
        return made
    if trail[0] >= len(draft.parts):
        return draft
    parts = list(draft.parts)
    parts[trail[0]] = _at(parts[trail[0]], trail[1:], change)
    return replace(draft, parts=tuple(parts))


def _with(draft: Draft, part: Draft | None) -> Draft:
    return draft if part is None else replace(draft, parts=(*draft.parts, part))


def _without(draft: Draft, number: int) -> Draft:
    return replace(draft, parts=tuple(one for at, one in enumerate(draft.parts) if at != number))


def _record_at(draft: Draft, trail: Sequence[int], record: Record) -> Record | None:
    """The record whose fields a group at the end of a trail asks of: a quantifier leads to another one."""
    if draft.kind in QUANTIFIERS:
        found = places.relation(record, draft.key)
        if found is None:
            return None
        record = found.record
    if not trail:
        return record
    return _record_at(draft.parts[trail[0]], trail[1:], record) if trail[0] < len(draft.parts) else None
