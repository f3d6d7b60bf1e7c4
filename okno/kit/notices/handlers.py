"""What notices do when areas tell their news."""

from __future__ import annotations

from okno.kit.events import Event
from okno.kit.notices.commands import telling


def tell_of(event: Event) -> None:
    """An event that people want to hear of: tell them."""
    telling.tell_of(event)
