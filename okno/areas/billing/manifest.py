"""What billing puts on the shelf."""

from okno.areas.billing import commands, handlers
from okno.areas.billing.events import InvoicePaid, InvoiceSent, InvoiceShipped
from okno.areas.billing.record import INVOICE, PAYMENT
from okno.kit.registry import registry

registry.add_record(INVOICE)
registry.add_record(PAYMENT)
registry.on(InvoiceSent, handlers.advance_on_sent)
registry.on(InvoicePaid, handlers.advance_on_paid)
registry.on(InvoiceShipped, handlers.advance_on_shipped)

__all__ = ["commands"]
