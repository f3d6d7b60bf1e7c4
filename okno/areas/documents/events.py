"""What documents tell the rest of the system: ids and plain values, in the past tense."""

from __future__ import annotations

from dataclasses import dataclass

from okno.kit.events import Event


@dataclass(frozen=True, kw_only=True)
class RatesLoaded(Event):
    """Exchange rates came that hold from a day on, as text: 2026-11-22."""

    since: str
