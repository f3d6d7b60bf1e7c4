"""What the client base tells the rest of the system: ids and plain values, in the past tense."""

from __future__ import annotations

from dataclasses import dataclass

from okno.kit.events import Event


@dataclass(frozen=True, kw_only=True)
class ClientAdded(Event):
    """A client was added."""

    client_id: int
    owner_id: int | None


@dataclass(frozen=True, kw_only=True)
class ClientAssigned(Event):
    """A client got another responsible person."""

    client_id: int
    from_owner_id: int | None
    to_owner_id: int | None
