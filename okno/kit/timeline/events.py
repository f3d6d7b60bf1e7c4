"""What the feed tells the rest of the system."""

from __future__ import annotations

from dataclasses import dataclass

from okno.kit.events import Event


@dataclass(frozen=True, kw_only=True)
class NoteWritten(Event):
    """A note was written on a row; `mentioned` are ids of colleagues named in it who may view the row."""

    row_id: int
    record: str
    entry_id: int
    text: str
    mentioned: list[int]
