"""What billing does when news of its own reach deals: facts bring deals on by their scenario."""

from __future__ import annotations

from okno.areas.billing.events import InvoicePaid, InvoiceSent, InvoiceShipped
from okno.areas.deals import commands as deals
from okno.areas.deals.models import Deal, Stage
from okno.kit.permissions import SYSTEM


def advance_on_sent(event: InvoiceSent) -> None:
    """An invoice went to the client."""
    _advance(event.deal_id, Stage.Fact.INVOICE_SENT)


def advance_on_paid(event: InvoicePaid) -> None:
    """Money came: the whole sum or a part of it."""
    _advance(event.deal_id, Stage.Fact.PAID if event.is_full else Stage.Fact.PAID_PARTLY)


def advance_on_shipped(event: InvoiceShipped) -> None:
    """Goods left."""
    _advance(event.deal_id, Stage.Fact.SHIPPED)


def _advance(deal_id: int | None, fact: str) -> None:
    deal = Deal.objects.filter(pk=deal_id).first() if deal_id else None
    if deal is not None:
        deals.advance(actor=SYSTEM, deal=deal, fact=fact)
