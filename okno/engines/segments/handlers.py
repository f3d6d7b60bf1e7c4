"""What segments do as they tell their own news: those who asked for it hear of it."""

from __future__ import annotations

from okno.engines.segments.commands import listening
from okno.engines.segments.events import SegmentEntered, SegmentLeft


def tell_listeners(event: SegmentEntered | SegmentLeft) -> None:
    """Rows came into a segment or went out of it: tell those who listen."""
    listening.tell(event)
