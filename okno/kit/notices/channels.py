"""Ways to reach a person outside the pages: areas that have one put it here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Message:
    """
    What goes to one person: a subject and plain text with whole addresses in it, for channels that carry a letter; a
    title, a brief and an address that it leads to, for those that show a line or two.
    """

    user_id: int
    subject: str
    text: str
    title: str
    brief: str
    url: str


def _everybody(_user_id: int) -> bool:
    return True


@dataclass(frozen=True, kw_only=True)
class Channel:
    """
    `send(message)` hands it over and raises `TransportError` when that cannot be done; `is_ready()` says whether the
    channel is set up at all: one that is not is offered to nobody; `reaches(user_id)` whether it leads to this person.
    """

    code: str
    label: object
    icon: str
    send: Callable[[Message], None]
    is_ready: Callable[[], bool]
    reaches: Callable[[int], bool] = _everybody


CHANNELS: dict[str, Channel] = {}
# Notices in the pages need no channel; in the matrix this is their column.
IN_APP = "app"
PUSH = "push"


def add(channel: Channel) -> None:
    """Offer a channel; called in manifests."""
    CHANNELS[channel.code] = channel
