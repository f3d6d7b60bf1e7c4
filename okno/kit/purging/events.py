"""What marking for deletion tells the rest of the system."""

from __future__ import annotations

from dataclasses import dataclass

from okno.kit.events import Event


@dataclass(frozen=True, kw_only=True)
class RowMarked(Event):
    """A row of any record was marked for deletion."""

    row_id: int
    record: str


@dataclass(frozen=True, kw_only=True)
class RowBroughtBack(Event):
    """The mark for deletion was taken off a row."""

    row_id: int
    record: str
