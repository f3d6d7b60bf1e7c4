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


@dataclass(frozen=True, kw_only=True)
class ConsentNoted(Event):
    """A client or a contact agreed to mailings by channels, or refused them."""

    client_id: int | None
    contact_id: int | None
    channels: tuple[str, ...]
    is_given: bool


@dataclass(frozen=True, kw_only=True)
class AccessAsked(Event):
    """A colleague asks to be let in to a client that is somebody else's."""

    client_id: int
    user_id: int
    owner_id: int | None
    request_id: int


@dataclass(frozen=True, kw_only=True)
class AccessGranted(Event):
    """A colleague who asked was let in to a client."""

    client_id: int
    user_id: int


@dataclass(frozen=True, kw_only=True)
class AccessRefused(Event):
    """A colleague who asked was not let in: of the client, which is out of their reach, they are told nothing."""

    user_id: int
    text: str
    record: str = ""
    row_id: int | None = None


@dataclass(frozen=True, kw_only=True)
class BirthdayComes(Event):
    """A contact has their birthday soon."""

    contact_id: int
    owner_id: int | None


@dataclass(frozen=True, kw_only=True)
class ProspectConverted(Event):
    """A prospect was handed to sales: it is a client now, a new one or one that was there."""

    prospect_id: int
    client_id: int
    is_new: bool


@dataclass(frozen=True, kw_only=True)
class DuplicatesSearched(Event):
    """The whole base was searched for duplicates: how many pairs are there to be looked at."""

    exact: int
    probable: int
