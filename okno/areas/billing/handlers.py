"""What billing does on news: facts about invoices bring deals on by their scenario; letters stand in their feeds."""

from __future__ import annotations

from decimal import Decimal

from okno.areas.billing import commands
from okno.areas.billing.events import InvoicePaid, InvoiceSent, InvoiceShipped
from okno.areas.communications.events import MailReceived, MailSent
from okno.areas.deals import commands as deals
from okno.kit.permissions import SYSTEM


def advance_on_sent(event: InvoiceSent) -> None:
    """An invoice went to the client."""
    _advance(event.deal_id, "invoice_sent")


def advance_on_paid(event: InvoicePaid) -> None:
    """Money came: the whole sum or a part of it. A payment taken back brings no deal on."""
    if Decimal(event.paid) > 0:
        _advance(event.deal_id, "paid" if event.is_full else "paid_partly")


def advance_on_shipped(event: InvoiceShipped) -> None:
    """Goods left. A shipment taken back brings no deal on."""
    if Decimal(event.shipped) > 0:
        _advance(event.deal_id, "shipped")


def note_sent(event: MailSent) -> None:
    """The mail server took a letter with an invoice."""
    if event.about_id is not None:
        commands.note_sent.run(SYSTEM, invoice=event.about_id, mail=event.mail_id)


def show_answer(event: MailReceived) -> None:
    """A letter about an invoice came: it stands in the feed of the deal too."""
    if event.about_id is not None:
        commands.show_letter.run(SYSTEM, invoice=event.about_id, mail=event.mail_id)


def _advance(deal_id: int | None, fact: str) -> None:
    if deal_id is not None:
        deals.advance.run(SYSTEM, deal=deal_id, fact=fact)
