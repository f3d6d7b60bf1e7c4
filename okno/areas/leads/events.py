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
    """An enquiry got another responsible person."""

    lead_id: int
    owner_id: int


@dataclass(frozen=True, kw_only=True)
class LeadEnded(Event):
    """An enquiry ended: converted, rejected, spam."""

    lead_id: int
    state: str
    deal_id: int | None
