"""Rows that are marked for deletion, and what still refers to each: keys of all tables, pairs, custom links."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q

from okno.kit.merging.references import Reference, references
from okno.kit.models.base import RecordModel
from okno.kit.models.registry import FieldLink
from okno.kit.registry import Record, registry
from okno.kit.rows import expressions

MOST_NAMED = 5
Marked = dict[str, set[int]]
# A row by the name of its record and its id.
Row = tuple[str, int]


@dataclass
class Plan:
    """What may be deleted, by record, and what may not, with the rows that refer to it."""

    free: Marked = field(default_factory=dict)
    held: dict[Row, list[Row]] = field(default_factory=dict)

    @property
    def count(self) -> int:
        """How many rows may be deleted."""
        return sum(len(ids) for ids in self.free.values())


def counts() -> dict[str, int]:
    """How many rows of each record are marked, without records that have none."""
    found = {one.name: _marked(one).count() for one in purged()}
    return {name: count for name, count in found.items() if count}


def purged() -> list[Record]:
    """Records whose rows are marked for deletion at all."""
    return [one for one in registry.records.values() if issubclass(one.model, RecordModel)]


def plan(names: Collection[str]) -> Plan:
    """
    Judge all marked rows of these records: one may go when nothing refers to it but what goes with it.

    Rows without life of their own (lines, feeds, files) go along with theirs; records that refer to it hold it.
    """
    free: Marked = {one.name: set(_marked(one).values_list("pk", flat=True)) for one in purged() if one.name in names}
    found = Plan(free)
    while blocked := _blocked(free):
        for row, holders in blocked.items():
            found.held[row] = holders
            free[row[0]].discard(row[1])
    return found


def titles(rows: Collection[Row]) -> dict[Row, str]:
    """What rows are called."""
    by_record: Marked = defaultdict(set)
    for name, row_id in rows:
        by_record[name].add(row_id)
    found: dict[Row, str] = {}
    for name, ids in by_record.items():
        record = registry.record(name)
        title = expressions.shown(record, record.title, record.fields[record.title])
        known = record.model._base_manager.filter(pk__in=ids).values_list("pk", title)
        found |= {(name, row_id): str(text or row_id) for row_id, text in known}
    return found


def _marked(record: Record) -> Any:
    return record.model._base_manager.filter(is_deleted=True)


def _blocked(free: Mapping[str, set[int]]) -> dict[Row, list[Row]]:
    """Rows that some record refers to which does not go itself."""
    found: dict[Row, list[Row]] = {}
    for name, ids in free.items():
        if ids:
            for row_id, holder in _holders(registry.record(name), ids):
                if holder[1] not in free.get(holder[0], ()):
                    found.setdefault((name, row_id), []).append(holder)
    return found


def _holders(record: Record, ids: set[int]) -> Iterator[tuple[int, Row]]:
    """(id, row of a record that refers to it)."""
    for one in references(record):
        holder = _record_of(one)
        if holder is not None:
            named = Q(**{one.record_column: record.name}) if one.record_column else Q()
            rows = one.model._base_manager.filter(named, **{f"{one.column}__in": ids})
            for row_id, holder_id in rows.values_list(one.column, "pk"):
                if (holder.name, holder_id) != (record.name, row_id):
                    yield row_id, (holder.name, holder_id)
    links = FieldLink.objects.filter(to_record=record.name, to_id__in=ids)
    for row_id, name, holder_id in links.values_list("to_id", "record", "row_id"):
        yield row_id, (name, holder_id)


def _record_of(one: Reference) -> Record | None:
    """The record that a column belongs to; None of rows that have no life of their own."""
    if not issubclass(one.model, RecordModel):
        return None
    return next((record for record in registry.records.values() if record.model is one.model), None)
