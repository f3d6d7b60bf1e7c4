"""What segments tell: which rows came in and which went out."""

from __future__ import annotations

from dataclasses import dataclass

from okno.kit.events import Event


@dataclass(frozen=True, kw_only=True)
class SegmentEntered(Event):
    """Rows of a record came into a segment by the doing of a person, if of any; some hundred at most in one event."""

    segment_id: int
    record: str
    row_ids: list[int]
    by_id: int | None = None


@dataclass(frozen=True, kw_only=True)
class SegmentLeft(Event):
    """Rows of a record went out of a segment by the doing of a person, if of any."""

    segment_id: int
    record: str
    row_ids: list[int]
    by_id: int | None = None
