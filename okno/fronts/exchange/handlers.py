"""What the exchange does on news of billing: an invoice that has changed goes into the queue for 1C."""

from __future__ import annotations

from okno.areas.billing.events import InvoiceChanged, InvoiceDrawn, InvoicePaid, InvoiceSent
from okno.fronts.exchange import commands
from okno.kit.permissions import SYSTEM


def queue_drawn(event: InvoiceDrawn) -> None:
    """An invoice was made."""
    commands.note_change(actor=SYSTEM, invoice_id=event.invoice_id)


def queue_changed(event: InvoiceChanged) -> None:
    """Lines or the head changed, or it was cancelled."""
    commands.note_change(actor=SYSTEM, invoice_id=event.invoice_id)


def queue_sent(event: InvoiceSent) -> None:
    """It went to the client."""
    commands.note_change(actor=SYSTEM, invoice_id=event.invoice_id)


def queue_paid(event: InvoicePaid) -> None:
    """Money was noted here; what 1C itself has told is not sent back, since the order is the same then."""
    commands.note_change(actor=SYSTEM, invoice_id=event.invoice_id)
