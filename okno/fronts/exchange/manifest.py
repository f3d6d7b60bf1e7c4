"""What the exchange puts on the shelf."""

from okno.areas.billing.events import InvoiceChanged, InvoiceDrawn, InvoicePaid, InvoiceSent
from okno.fronts.exchange import commands, handlers
from okno.kit.registry import registry

registry.on(InvoiceDrawn, handlers.queue_drawn)
registry.on(InvoiceChanged, handlers.queue_changed)
registry.on(InvoiceSent, handlers.queue_sent)
registry.on(InvoicePaid, handlers.queue_paid)

__all__ = ["commands"]
