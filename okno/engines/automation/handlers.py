"""What robots do as segments tell who came and who went."""

from __future__ import annotations

from okno.engines.automation.commands import acting
from okno.engines.segments.events import SegmentEntered, SegmentLeft


def act_upon(event: SegmentEntered | SegmentLeft) -> None:
    """Rows came into a segment or went out of it: set robots off."""
    acting.set_off(event)
