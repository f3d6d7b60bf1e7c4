"""What access tells the rest of the system: ids and plain values, in the past tense."""

from __future__ import annotations

from dataclasses import dataclass

from okno.kit.events import Event


@dataclass(frozen=True, kw_only=True)
class ManyCardsOpened(Event):
    """Somebody has opened more cards within an hour than their roles allow; `watchers` read the access log."""

    user_id: int
    count: int
    watchers: tuple[int, ...]
