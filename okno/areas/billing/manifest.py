"""What billing puts on the shelf."""

from okno.areas.billing import commands, handlers
from okno.areas.billing.events import InvoicePaid, InvoiceSent, InvoiceShipped
from okno.areas.billing.record import INVOICE, PAYMENT
from okno.areas.communications.events import MailReceived, MailSent
from okno.kit.registry import registry

registry.add_record(INVOICE)
registry.add_record(PAYMENT)
registry.on(InvoiceSent, handlers.advance_on_sent)
registry.on(InvoicePaid, handlers.advance_on_paid)
registry.on(InvoiceShipped, handlers.advance_on_shipped)
registry.on(MailSent, handlers.note_sent)
registry.on(MailReceived, handlers.show_answer)

__all__ = ["commands"]
