"""What merging tells: ids and plain values, in the past tense."""

from __future__ import annotations

from dataclasses import dataclass

from okno.kit.events import Event


@dataclass(frozen=True, kw_only=True)
class RowsMerged(Event):
    """A row of a record was merged into another one."""

    survivor_id: int
    loser_id: int
    record: str


@dataclass(frozen=True, kw_only=True)
class RowsParted(Event):
    """A row that was merged stands on its own again."""

    survivor_id: int
    loser_id: int
    record: str
