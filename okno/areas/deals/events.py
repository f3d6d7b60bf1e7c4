"""What deals tell the rest of the system: ids and plain values, in the past tense."""

from __future__ import annotations

from dataclasses import dataclass

from okno.kit.events import Event


@dataclass(frozen=True, kw_only=True)
class DealOpened(Event):
    """A deal was made."""

    deal_id: int
    client_id: int
    owner_id: int | None


@dataclass(frozen=True, kw_only=True)
class DealMoved(Event):
    """A deal came to another stage; stages are named by their codes."""

    deal_id: int
    from_stage: str
    to_stage: str


@dataclass(frozen=True, kw_only=True)
class DealAssigned(Event):
    """A deal got another responsible person."""

    deal_id: int
    from_owner_id: int | None
    to_owner_id: int | None


@dataclass(frozen=True, kw_only=True)
class DealWon(Event):
    """A deal ended in success; the amount is text of a decimal in its currency."""

    deal_id: int
    amount: str
    currency: str


@dataclass(frozen=True, kw_only=True)
class DealLost(Event):
    """A deal ended in refusal."""

    deal_id: int
    reason_id: int | None
