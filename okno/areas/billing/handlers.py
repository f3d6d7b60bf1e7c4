"""What billing does on news: facts about invoices bring deals on by their scenario; letters stand in their feeds."""

from __future__ import annotations

from okno.areas.billing import commands
from okno.areas.billing.events import InvoicePaid, InvoiceSent, InvoiceShipped
from okno.areas.billing.models import Invoice
from okno.areas.communications.events import MailReceived, MailSent
from okno.areas.communications.models import Mail
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


def note_sent(event: MailSent) -> None:
    """The mail server took a letter with an invoice."""
    invoice, mail = _about_invoice(event.about_record, event.about_id, event.mail_id)
    if invoice is not None and mail is not None:
        commands.note_sent(actor=SYSTEM, invoice=invoice, to=", ".join(mail.to))


def show_answer(event: MailReceived) -> None:
    """A letter about an invoice came: it stands in the feed of the deal too."""
    invoice, mail = _about_invoice(event.about_record, event.about_id, event.mail_id)
    if invoice is not None and mail is not None:
        commands.show_letter(actor=SYSTEM, invoice=invoice, mail=mail)


def _about_invoice(record: str, row_id: int | None, mail_id: int) -> tuple[Invoice | None, Mail | None]:
    if record != "billing.invoice":
        return None, None
    return Invoice.objects.filter(pk=row_id).first(), Mail.objects.filter(pk=mail_id).first()


def _advance(deal_id: int | None, fact: str) -> None:
    deal = Deal.objects.filter(pk=deal_id).first() if deal_id else None
    if deal is not None:
        deals.advance(actor=SYSTEM, deal=deal, fact=fact)
