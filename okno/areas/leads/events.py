"""What leads tell the rest of the system: ids and plain values, in the past tense."""

from __future__ import annotations

from dataclasses import dataclass

from okno.kit.events import Event


@dataclass(frozen=True, kw_only=True)
class LeadReceived(Event):
    """An enquiry came and, if somebody was free, was given to them."""

    lead_id: int
    owner_id: int | None
    source: str


@dataclass(frozen=True, kw_only=True)
class LeadGiven(Event):
    """An enquiry got another responsible person; `text` is why whoever had it gave it back to its queue."""

    lead_id: int
    owner_id: int
    text: str = ""


@dataclass(frozen=True, kw_only=True)
class LeadOffered(Event):
    """An enquiry is open to these people: whoever is first takes it."""

    lead_id: int
    user_ids: list[int]


@dataclass(frozen=True, kw_only=True)
class LeadBroughtBack(Event):
    """A postponed enquiry is to be handled again."""

    lead_id: int
    owner_id: int | None


@dataclass(frozen=True, kw_only=True)
class LeadLinked(Event):
    """Somebody said whom an enquiry is from."""

    lead_id: int
    client_id: int


@dataclass(frozen=True, kw_only=True)
class LeadEnded(Event):
    """An enquiry ended: converted, rejected, spam."""

    lead_id: int
    state: str
    deal_id: int | None


@dataclass(frozen=True, kw_only=True)
class LeadRepeated(Event):
    """The same person asked again; `deal_id` is the open deal that their words went to, if any."""

    lead_id: int
    owner_id: int | None
    deal_id: int | None


@dataclass(frozen=True, kw_only=True)
class LeadStuck(Event):
    """Nobody has an enquiry: nobody was free (`waits`), it is given by hand (`by_hand`), or it is `open` to all."""

    lead_id: int
    head_id: int | None
    outcome: str


@dataclass(frozen=True, kw_only=True)
class LeadLate(Event):
    """An enquiry has no reaction at its norm (1), one and a half (2), twice the norm (3); its head hears from 2 on."""

    lead_id: int
    owner_id: int | None
    head_id: int | None
    step: int
