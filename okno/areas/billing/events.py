"""What billing tells the rest of the system: ids and plain values; sums are text of decimals."""

from __future__ import annotations

from dataclasses import dataclass

from okno.kit.events import Event


@dataclass(frozen=True, kw_only=True)
class InvoiceDrawn(Event):
    """An invoice was made."""

    invoice_id: int
    deal_id: int | None


@dataclass(frozen=True, kw_only=True)
class InvoiceChanged(Event):
    """Lines or the head of an invoice changed, or it was cancelled: other systems need to know."""

    invoice_id: int


@dataclass(frozen=True, kw_only=True)
class InvoiceSent(Event):
    """An invoice went to the client."""

    invoice_id: int
    deal_id: int | None


@dataclass(frozen=True, kw_only=True)
class InvoicePaid(Event):
    """What was paid for an invoice changed; `is_full` says whether nothing is owed any more."""

    invoice_id: int
    deal_id: int | None
    paid: str
    is_full: bool


@dataclass(frozen=True, kw_only=True)
class InvoiceShipped(Event):
    """What was shipped for an invoice changed."""

    invoice_id: int
    deal_id: int | None
    shipped: str


@dataclass(frozen=True, kw_only=True)
class InvoiceAssigned(Event):
    """Another person became responsible for an invoice."""

    invoice_id: int
    from_owner_id: int | None
    to_owner_id: int
