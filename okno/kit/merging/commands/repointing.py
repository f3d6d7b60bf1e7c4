"""Pointing rows elsewhere: what pointed to one row points to another, and is remembered."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from okno.kit.merging import references
from okno.kit.merging.mergeable import Mergeable
from okno.kit.models.base import RecordModel
from okno.kit.registry import Record

CUSTOM = "extra"


@dataclass
class Moved:
    """Ids of rows by the reference that was pointed elsewhere, and the largest id of each table before."""

    rows: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    marks: dict[str, int] = field(default_factory=dict)

    def count(self) -> int:
        """How many rows."""
        return sum(len(ids) for ids in self.rows.values())


def move(known: Mergeable, from_id: int, to_id: int, only: Mapping[str, Collection[int]] | None = None) -> Moved:
    """
    Point everything from one row to another, or what is named only.

    :param only: ids of rows by the name of the reference.
    """
    moved, record = Moved(), known.record
    for one in references.references(record):
        if only is None:
            moved.marks.setdefault(one.model._meta.label, one.mark())
        if one.name in known.stays or (only is not None and not only.get(one.name)):
            continue
        rows = one.movable(record, from_id, to_id)
        if only is not None:
            rows = rows.filter(pk__in=only[one.name])
        # Entries are found by their links, which are pointed elsewhere on the way.
        if ids := sorted(rows.values_list("pk", flat=True)):
            moved.rows[one.name] = ids
    _write(record, to_id, moved)
    _move_custom(record, from_id, to_id, only, moved)
    return moved


def _write(record: Record, to_id: int, moved: Moved) -> None:
    for one in references.references(record):
        if ids := moved.rows.get(one.name):
            one.model._base_manager.filter(pk__in=ids).update(**{one.column: to_id})


def _move_custom(
    record: Record, from_id: int, to_id: int, only: Mapping[str, Collection[int]] | None, moved: Moved
) -> None:
    for other, key in references.custom_links(record):
        name = f"{other.model._meta.label}.{CUSTOM}.{key}"
        if only is not None and name not in only:
            continue
        rows: Any = other.model._base_manager.filter(**{f"extra__{key}": from_id})
        for row in rows.filter(pk__in=only[name]) if only is not None else rows:
            row.extra = {**row.extra, key: to_id}
            other.model._base_manager.filter(pk=row.pk).update(extra=row.extra)
            moved.rows[name].append(row.pk)


def title_of(row: RecordModel) -> str:
    """What a row is called."""
    return str(row)[:300]
