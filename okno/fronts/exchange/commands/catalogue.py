"""A batch of catalogue objects applied: linked by their ids, skipped when unchanged, kept waiting when too early."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from okno.areas.catalog import commands as catalog
from okno.areas.catalog.commands import Batch
from okno.fronts.exchange import rules
from okno.fronts.exchange.commands import values
from okno.fronts.exchange.commands.journal import Journal, Result, Told
from okno.fronts.exchange.commands.links import Key, Link, Links
from okno.fronts.exchange.models import Connection, ExternalLink
from okno.fronts.exchange.parts.commerceml.classifier import GroupSeen, PriceTypeSeen, PropertySeen, UnitSeen
from okno.fronts.exchange.parts.commerceml.found import Found
from okno.fronts.exchange.parts.commerceml.goods import GoodsSeen
from okno.fronts.exchange.parts.commerceml.offers import OfferSeen
from okno.fronts.exchange.parts.commerceml.parties import WarehouseSeen
from okno.kit.permissions import Actor

ARCHIVED = {ExternalLink.State.ARCHIVED, ExternalLink.State.LOST}
SIMPLE: tuple[tuple[type, str, Callable[[Any], values.Values]], ...] = (
    (PriceTypeSeen, "price_type", values.price_type_columns),
    (WarehouseSeen, "warehouse", values.warehouse_columns),
    (PropertySeen, "property", values.property_columns),
)


@dataclass(slots=True)
class Entry:
    """One object to apply: `key` is the link of the row, `mark` the link and aspect that remember what was applied."""

    key: Key
    values: values.Values
    told: Told
    mark: tuple[str, str, str]
    print: str
    version: str = ""
    deleted: bool = False


@dataclass
class Taking:
    """What a batch works with."""

    actor: Actor
    connection: Connection
    links: Links
    journal: Journal
    at: datetime
    late: list[tuple[str, str, Key, dict[str, Any], int]] = field(default_factory=list)
    units: dict[str, str] = field(default_factory=dict)

    def wait(self, kind: str, subject_id: str, on: Key, payload: dict[str, Any], line: int) -> None:
        """Keep a part of an object until what it belongs to comes."""
        self.late.append((kind, subject_id[:200], (on[0], on[1][:200]), payload, line))

    def is_unchanged(self, entry: Entry) -> bool:
        """Whether this was applied before; the link is marked as seen in any case."""
        foreign_type, foreign_id, aspect = entry.mark
        link = self.links.get(foreign_type, foreign_id)
        if link is None or link.row_id is None:
            return False
        self.links.touch(foreign_type, foreign_id)
        entry.told.record, entry.told.row_id = link.record, link.row_id
        return link.prints.get(aspect) == entry.print

    def apply(self, kind: str, entries: Sequence[Entry]) -> None:
        """Write the entries of one kind that have changed, all by one command."""
        fresh = [one for one in entries if not self._is_settled(one)]
        merged: dict[Key, values.Values] = {}
        for one in fresh:
            merged[one.key] = {**merged.get(one.key, {}), **self._columns(one)}
        if not merged:
            return
        keys = list(merged)
        rows = [(self.links.row_id(*key), merged[key]) for key in keys]
        taken = catalog.take_in_batch(actor=self.actor, kind=kind, batch=Batch(rows))
        results = dict(zip(keys, taken, strict=True))
        for one in fresh:
            self._note(kind, one, *results[one.key])

    def _is_settled(self, entry: Entry) -> bool:
        if self.is_unchanged(entry):
            entry.told.say(Result.UNCHANGED)
            return True
        if entry.deleted and self.links.row_id(*entry.key) is None:
            entry.told.say(Result.IGNORED, _("Deleted in 1C and never known here."))
            return True
        return False

    def _columns(self, entry: Entry) -> values.Values:
        """What is written: a deleted object only gets its mark, one that came back loses it."""
        if entry.deleted:
            return {"is_deleted": True}
        link = self.links.get(*entry.key)
        if link is None or link.row_id is None:
            return entry.values
        ours = set(self.connection.options.get("crm_fields", ())) if entry.key[0] == "item" else set()
        columns = {name: value for name, value in entry.values.items() if name not in ours}
        return {**columns, "is_deleted": False} if link.state in ARCHIVED else columns

    def _note(self, kind: str, entry: Entry, row_id: int, result: str) -> None:
        record = f"catalog.{kind}"
        link = self.links.touch(*entry.key)
        self.links.set_row(link, record, row_id)
        link.state = ExternalLink.State.ARCHIVED if entry.deleted else ExternalLink.State.LINKED
        marked = self.links.touch(*entry.mark[:2])
        marked.prints[entry.mark[2]] = entry.print
        marked.version = entry.version
        entry.told.record, entry.told.row_id = record, row_id
        is_gone = entry.deleted and result != Result.UNCHANGED
        entry.told.say(Result.ARCHIVED if is_gone else Result(result))


def take(taking: Taking, found: Sequence[Found]) -> None:
    """Apply the catalogue objects of a batch in the order in which they need each other."""
    sorted_out: dict[type, list[Found]] = defaultdict(list)
    for one in found:
        sorted_out[type(one.object)].append(one)
    taking.links.load(_keys(found))
    _units(taking, sorted_out[UnitSeen])
    for seen, kind, columns in SIMPLE:
        _simple(taking, kind, sorted_out[seen], columns)
    _groups(taking, sorted_out[GroupSeen])


def _keys(found: Sequence[Found]) -> set[Key]:
    """Links that these objects may need."""
    keys: set[Key] = set()
    for one in found:
        keys_of = _KEYS.get(type(one.object))
        if keys_of is not None:
            keys |= keys_of(one.object)
    return keys


def _keys_of_group(group: GroupSeen) -> set[Key]:
    return {("group", group.id), ("group", group.parent_id)}


def _keys_of_goods(goods: GoodsSeen) -> set[Key]:
    keys = {("item", goods.goods_id), ("offer", values.offer_key(goods.goods_id, goods.characteristic_id))}
    keys |= {("group", one) for one in goods.group_ids} | {("property", one.id) for one in goods.properties}
    return keys | ({("unit", goods.unit.code)} if goods.unit and goods.unit.code else set())


def _keys_of_offer(offer: OfferSeen) -> set[Key]:
    keys = {("item", offer.goods_id), ("offer", values.offer_key(offer.goods_id, offer.characteristic_id))}
    keys |= {("price_type", one.type_id) for one in offer.prices}
    keys |= {("warehouse", one.warehouse_id) for one in offer.warehouse_rests}
    return keys | ({("unit", offer.unit.code)} if offer.unit and offer.unit.code else set())


_KEYS: dict[type, Callable[[Any], set[Key]]] = {
    GroupSeen: _keys_of_group,
    GoodsSeen: _keys_of_goods,
    OfferSeen: _keys_of_offer,
    PriceTypeSeen: lambda seen: {("price_type", seen.id)},
    WarehouseSeen: lambda seen: {("warehouse", seen.id)},
    PropertySeen: lambda seen: {("property", seen.id)},
    UnitSeen: lambda seen: {("unit", seen.code)},
}


def _simple(taking: Taking, kind: str, found: Sequence[Found], columns: Callable[[Any], values.Values]) -> None:
    """Objects that depend on no others."""
    entries = []
    for one in found:
        seen: Any = one.object
        told = taking.journal.about(kind, seen.id, one.line, seen.name)
        if not seen.id:
            told.say(Result.IGNORED, _("It has no id, so it could not be found again."))
            continue
        entries.append(_entry(kind, seen, columns(seen), told))
    taking.apply(kind, entries)
    for entry in entries if kind == "price_type" else ():
        link = taking.links.get(*entry.key)
        if link is not None and "currency" in entry.values:
            link.details["currency"] = entry.values["currency"]


def _entry(kind: str, seen: Any, columns: values.Values, told: Told) -> Entry:
    mark = (kind, seen.id, kind)
    printed = rules.print_of(seen, seen.version, deleted=seen.deleted)
    return Entry((kind, seen.id), columns, told, mark, printed, seen.version, seen.deleted)


def _units(taking: Taking, found: Sequence[Found]) -> None:
    """Units are not rows of ours: their names are kept with the link, and given to items that have the code only."""
    fresh: dict[str, str] = {}
    for one in found:
        seen: Any = one.object
        told = taking.journal.about("unit", seen.code or seen.id, one.line, seen.name)
        if not seen.code or not seen.name:
            told.say(Result.IGNORED, _("It has no id, so it could not be found again."))
            continue
        known = taking.links.get("unit", seen.code)
        is_same = known is not None and known.details.get("name") == seen.name
        told.say(Result.UNCHANGED if is_same else Result.UPDATED if known else Result.CREATED)
        if not is_same:
            taking.links.touch("unit", seen.code).details["name"] = seen.name
            fresh[seen.code] = seen.name
    if fresh:
        catalog.name_units(actor=taking.actor, names=fresh)


def _groups(taking: Taking, found: Sequence[Found]) -> None:
    """Groups first, then their places: a parent may stand in the same batch."""
    entries: list[Entry] = []
    changed: list[tuple[Entry, GroupSeen]] = []
    for one in found:
        seen: Any = one.object
        told = taking.journal.about("group", seen.id, one.line, seen.name)
        if not seen.id:
            told.say(Result.IGNORED, _("It has no id, so it could not be found again."))
            continue
        # A group that moved keeps its version, so its parent is a part of what is compared.
        printed = f"{rules.print_of(seen, seen.version, deleted=seen.deleted)}<{seen.parent_id}"
        entry = Entry(
            ("group", seen.id), values.told(name=seen.name[:255]), told, ("group", seen.id, "group"), printed,
            seen.version, seen.deleted,
        )  # fmt: skip
        entries.append(entry)
        changed.append((entry, seen))
    taking.apply("group", entries)
    _place_groups(taking, [pair for pair in changed if not pair[0].told.results <= {Result.UNCHANGED, Result.IGNORED}])


def _place_groups(taking: Taking, changed: Sequence[tuple[Entry, GroupSeen]]) -> None:
    places: dict[int, dict[str, Any]] = {}
    for entry, seen in changed:
        parent_id = taking.links.row_id("group", seen.parent_id) if seen.parent_id else None
        if seen.parent_id and parent_id is None:
            taking.wait("group_parent", seen.id, ("group", seen.parent_id), {}, entry.told.line)
        elif entry.told.row_id is not None and parent_id != entry.told.row_id:
            places[entry.told.row_id] = {"parent_id": parent_id}
    if places:
        catalog.take_in_batch(actor=taking.actor, kind="group", batch=Batch(list(places.items())))


def link_of(taking: Taking, foreign_type: str, foreign_id: str) -> Link | None:
    """The link of an object, read now when it was not needed before."""
    taking.links.load([(foreign_type, foreign_id)])
    return taking.links.get(foreign_type, foreign_id)
