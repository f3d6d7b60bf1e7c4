"""Rows that are marked for deletion, and what still refers to each: keys of all tables, pairs, custom links."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, Q, QuerySet, Value
from django.utils.translation import gettext as _

from okno.kit import permissions
from okno.kit.errors import Missing
from okno.kit.merging.references import Reference, references
from okno.kit.models.base import RecordModel
from okno.kit.models.merges import Merge
from okno.kit.models.registry import FieldLink
from okno.kit.permissions import Actor
from okno.kit.registry import Record, registry
from okno.kit.rows import expressions

MOST_NAMED = 3
MARK, MARK_COMMAND = "mark", "purging.mark"
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


@dataclass(frozen=True)
class Referring:
    """Rows of one record that refer to a row, as far as the reader reaches them: how many, and titles of some."""

    record: Record
    count: int
    titles: tuple[str, ...]


def markable(name: str) -> Record:
    """A record whose rows are marked for deletion one by one. :raises Missing: there is none of this name."""
    found = registry.records.get(name)
    if found is None or not is_markable(found):
        raise Missing("no_record", _("Rows of this kind are not marked for deletion."))
    return found


def is_markable(record: Record) -> bool:
    """Whether rows of a record are marked for deletion by people, one by one."""
    return issubclass(record.model, RecordModel) and MARK not in record.lacks


def right_to_mark(record: Record) -> str:
    """The right to mark rows of a record: of its own command, or that of its area."""
    own = registry.marking.get(record.name)
    return own.mark.name if own is not None else f"{record.area}.delete"


def may_mark(actor: Actor, record: Record) -> bool:
    """Whether the actor may mark rows of a record that are within their reach."""
    return is_markable(record) and actor.may(MARK_COMMAND) and actor.may(right_to_mark(record))


def is_merged(record: Record, row_id: int) -> bool:
    """Whether a marked row stays as the trace of a merge: it comes back by taking the merge apart."""
    return Merge.objects.filter(record=record.name, loser_id=row_id, undone_at=None).exists()


def referring(actor: Actor, record: Record, row_id: int) -> list[Referring]:
    """What of the actor's reach refers to a row, by record: the most numerous first."""
    holders: Marked = defaultdict(set)
    for _row, (name, holder_id) in _holders(record, {row_id}):
        holders[name].add(holder_id)
    found = [_told(actor, registry.record(name), ids) for name, ids in holders.items()]
    return sorted((one for one in found if one.count), key=lambda one: -one.count)


def marked(actor: Actor, record: Record, *, most: int) -> list[Row]:
    """Rows of a record that are marked, within the reach of the right to mark them; the newest first."""
    manager: Any = record.model._default_manager
    rows = _without_merged(record, manager.visible_to(actor, right_to_mark(record)).filter(is_deleted=True))
    ids = rows.order_by("-pk").values_list("pk", flat=True)[:most]
    return [(record.name, row_id) for row_id in ids]


def counts() -> dict[str, int]:
    """How many rows of each record are marked, without records that have none."""
    first, *others = [
        _marked(one).order_by().values(_record=Value(one.name)).annotate(_number=Count("pk")) for one in purged()
    ]
    return {row["_record"]: row["_number"] for row in first.union(*others, all=True) if row["_number"]}


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


def _told(actor: Actor, record: Record, ids: set[int]) -> Referring:
    if not actor.may(permissions.view_permission(record.model)):
        return Referring(record, 0, ())
    manager: Any = record.model._default_manager
    rows = manager.visible_to(actor).filter(pk__in=ids, is_deleted=False)
    is_open = actor.sees_field(record.name, record.title) and actor.veil_of(record.name, record.title) is None
    shown = rows.order_by("-pk").values_list("pk", flat=True)[:MOST_NAMED] if is_open else ()
    names = titles([(record.name, row_id) for row_id in shown])
    return Referring(record, rows.count(), tuple(names.values()))


def _marked(record: Record) -> Any:
    """Without rows that were merged: deleted, they could not be taken apart again."""
    return _without_merged(record, record.model._base_manager.filter(is_deleted=True))


def _without_merged(record: Record, rows: Any) -> Any:
    lost = Merge.objects.filter(record=record.name, undone_at=None).values("loser_id")
    return rows.exclude(pk__in=lost)


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
    """(id, row of a record that refers to it): one statement over all tables that may refer."""
    links = FieldLink.objects.filter(to_record=record.name, to_id__in=ids).order_by()
    tables = [_referring_in(one, holder, record, ids) for one in references(record) if (holder := _record_of(one))]
    for row_id, holder_id, name in links.values_list("to_id", "row_id", "record").union(*tables, all=True):
        if (name, holder_id) != (record.name, row_id):
            yield row_id, (name, holder_id)


def _referring_in(one: Reference, holder: Record, record: Record, ids: set[int]) -> QuerySet[Any, Any]:
    """(id, id of the row that refers to it, its record)."""
    named = Q(**{one.record_column: record.name}) if one.record_column else Q()
    rows = one.model._base_manager.filter(named, **{f"{one.column}__in": ids}).order_by()
    pairs: QuerySet[Any, Any] = rows.annotate(_holder=Value(holder.name)).values_list(one.column, "pk", "_holder")
    return pairs


def _record_of(one: Reference) -> Record | None:
    """The record that a column belongs to; None of rows that have no life of their own."""
    if not issubclass(one.model, RecordModel):
        return None
    return next((record for record in registry.records.values() if record.model is one.model), None)
