"""Conditions that name a merged row name the survivor from then on, and the row again when it is parted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from okno.kit.conditions import keeping
from okno.kit.registry import Record

Kept = dict[str, list[Any]]


def repoint(record: Record, from_id: int, to_id: int) -> Kept:
    """
    Let every condition that names a row name another one, wherever areas keep conditions; returns what each place
    held before and holds now, by its name and the id of its row.
    """
    told: Kept = {}
    rewrite = partial(keeping.with_other, record=record.name, from_id=from_id, to_id=to_id)
    for keeper in keeping.keepers():
        found = []
        for row in keeper.naming(from_id).select_for_update():
            was, now = getattr(row, keeper.column), keeper.rewritten(row, rewrite)
            if was != now:
                keeper.rows.filter(pk=row.pk).update(**{keeper.column: now})
                told[f"{keeper.name}:{row.pk}"] = [was, now]
                found.append(row.pk)
        _tell(keeper, found)
    return told


def put_back(kept: Mapping[str, Sequence[Any]], record: Record, survivor_id: int, loser_id: int) -> None:
    """
    Let conditions hold what they held before a merge. One that people have changed since stays as they made it, but for
    naming the row that was merged again, when it was not about the survivor too.
    """
    for token, (was, now) in kept.items():
        name, _colon, row_id = token.rpartition(":")
        keeper = keeping.KEEPERS.get(name)
        row = keeper.rows.select_for_update().filter(pk=row_id).first() if keeper else None
        if keeper is None or row is None:
            continue
        back = was if getattr(row, keeper.column) == now else _parted(keeper, row, was, record, survivor_id, loser_id)
        keeper.rows.filter(pk=row.pk).update(**{keeper.column: back})
        _tell(keeper, [row.pk])


def _parted(keeper: keeping.Keeper, row: Any, was: Any, record: Record, survivor_id: int, loser_id: int) -> Any:
    """A condition that has changed since, with the merged row instead of the survivor, if it never named that one."""
    present = getattr(row, keeper.column)
    away = partial(keeping.with_other, record=record.name, from_id=survivor_id, to_id=loser_id)
    setattr(row, keeper.column, was)
    if keeper.rewritten(row, away) != was:
        return present
    setattr(row, keeper.column, present)
    return keeper.rewritten(row, away)


def _tell(keeper: keeping.Keeper, ids: Sequence[int]) -> None:
    if ids:
        keeper.changed(keeper.rows.filter(pk__in=ids))
