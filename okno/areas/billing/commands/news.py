"""Who hears that an invoice is another now: open pages, feeds and whoever listens to events."""

from __future__ import annotations

from typing import Any

from okno.areas.billing.events import InvoiceChanged
from okno.areas.billing.models import Invoice
from okno.kit import live
from okno.kit.events import emit


def told_on(invoice: Invoice) -> list[Any]:
    """The rows whose feeds tell about the invoice; the first decides who may read it."""
    return [invoice, *([invoice.deal] if invoice.deal else []), invoice.client]


def show(invoice: Invoice) -> None:
    """Let open pages ask anew."""
    live.tell_topic("billing.invoice")
    live.tell_users([invoice.owner_id], "billing.invoice", invoice.pk)


def changed(invoice: Invoice) -> Invoice:
    """Tell that an invoice was changed."""
    emit(InvoiceChanged(invoice_id=invoice.pk))
    show(invoice)
    return invoice
