"""Ways to reach a person outside the pages: areas that have one put it here."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Message:
    """
    What goes to one person: a subject and plain text with whole addresses in it, for channels that carry a letter; a
    title, a brief and an address that it leads to, for those that show a line or two. `address` is which of the places
    of the person it goes to, where the channel knows several.
    """

    user_id: int
    address: str
    subject: str
    text: str
    title: str
    brief: str
    url: str


def _one(_user_id: int) -> Sequence[str]:
    return ("",)


@dataclass(frozen=True, kw_only=True)
class Channel:
    """
    `send(message)` hands it over and raises `TransportError` when that cannot be done; `is_ready()` says whether the
    channel is set up at all: one that is not is offered to nobody; `addresses(user_id)` where it leads to this person:
    nowhere, to one place without a name, or to several of which each is reached or not by itself.
    """

    code: str
    label: object
    icon: str
    send: Callable[[Message], None]
    is_ready: Callable[[], bool]
    addresses: Callable[[int], Sequence[str]] = _one


CHANNELS: dict[str, Channel] = {}
# Notices in the pages need no channel; in the matrix this is their column.
IN_APP = "app"
PUSH = "push"


def add(channel: Channel) -> None:
    """Offer a channel; called in manifests."""
    CHANNELS[channel.code] = channel
