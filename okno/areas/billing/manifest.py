"""What billing puts on the shelf."""

from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from okno.areas.billing import commands, handlers
from okno.areas.billing.events import InvoiceAssigned, InvoicePaid, InvoiceSent, InvoiceShipped
from okno.areas.billing.models import Invoice, InvoiceLine
from okno.areas.billing.record import INVOICE, PAYMENT
from okno.areas.billing.web import look
from okno.areas.communications.events import MailReceived, MailSent
from okno.kit import chains, notices, rates, sold
from okno.kit.registry import CreateItem, MenuItem, Panel, registry
from okno.kit.timeline import kinds

registry.add_relation("clients.client", "invoices", "billing.invoice", "client")
registry.add_record(INVOICE)
registry.add_record(PAYMENT)
registry.add_marking(INVOICE.name, commands.delete)
sold.add(
    sold.Sold(
        INVOICE.name,
        _("Paid and shipped invoices"),
        lines=InvoiceLine,
        document="invoice",
        day="invoice__date",
        when=Q(invoice__state__in=[Invoice.State.PAID, Invoice.State.SHIPPED], invoice__is_deleted=False),
        total=rates.in_management(F("total"), "invoice__currency", "invoice__date"),
        buyers={"clients.client": "invoice__client"},
        seen=("total", "client", "date"),
        decides=("state", "client_id", "total", "currency", "date", "is_deleted"),
        position=20,
    )
)
registry.on(InvoiceSent, handlers.advance_on_sent)
registry.on(InvoicePaid, handlers.advance_on_paid)
registry.on(InvoiceShipped, handlers.advance_on_shipped)
registry.on(MailSent, handlers.note_sent, when=lambda event: event.about_record == INVOICE.name)
registry.on(MailReceived, handlers.show_answer, when=lambda event: event.about_record == INVOICE.name)
registry.add_menu(MenuItem("sales", _("Invoices"), "/invoices/", "file-invoice", "billing.view", 40))
registry.add_menu(MenuItem("sales", _("Payments"), "/payments/", "cash", "billing.view", 45))
registry.add_create(CreateItem(_("Invoice"), "/invoices/new/", "billing.draw", 40))
registry.add_panel(
    "deals.deal", Panel("invoices", _("Invoices"), "billing/panel.html", look.of_deal, "billing.view", position=20)
)
registry.add_panel(
    "clients.client",
    Panel("invoices", _("Invoices"), "billing/panel.html", look.of_client, "billing.view", position=20),
)
registry.add_panel(
    "billing.invoice",
    Panel("lines", _("Goods and services"), "kit/lines.html", look.lines_of, "billing.view", side="left", position=10),
)
registry.add_panel(
    "billing.invoice",
    Panel("payments", _("Payments"), "billing/payments.html", look.payments_of, "billing.view", position=10),
)

chains.link("clients.client", "billing.invoice", "client", is_about=True)
chains.link("deals.deal", "billing.invoice", "deal")
chains.link("billing.invoice", "billing.payment", "invoice")
chains.offer("deals.deal", chains.Offer(_("Invoice"), "/invoices/new/", "billing.draw", lambda deal: {"deal": deal.pk}))
chains.offer(
    "clients.client", chains.Offer(_("Invoice"), "/invoices/new/", "billing.draw", lambda client: {"client": client.pk})
)

NUMBER = {"number": "billing.invoice.number"}
for kind, words, icon, fields in (
    ("drawn", _("drew the invoice %(number)s"), "file-invoice", {"total": "billing.invoice.total"}),
    ("sent", _("sent the invoice %(number)s"), "send", {}),
    ("paid", _("the invoice %(number)s is paid: %(paid)s"), "cash", {"paid": "billing.invoice.paid"}),
    ("shipped", _("shipped by the invoice %(number)s: %(shipped)s"), "truck", {"shipped": "billing.invoice.shipped"}),
    ("cancelled", _("cancelled the invoice %(number)s"), "ban", {}),
    ("assigned", _("gave the invoice %(number)s to %(owner)s"), "user-share", {"owner": "billing.invoice.owner"}),
    ("reopened", _("brought the invoice %(number)s back"), "arrow-back-up", {}),
):
    kinds.add(f"billing.{kind}", words, icon=icon, group="documents", fields={**NUMBER, **fields})


notices.add(
    "billing.assigned",
    _("An invoice is given to me"),
    _("%(who)s made you responsible for the invoice"),
    event=InvoiceAssigned,
    record="billing.invoice",
    row="invoice_id",
    to=[("to_owner_id", notices.OWNER)],
    when=lambda event: event.to_owner_id != event.from_owner_id,
    many=ngettext_lazy(
        "%(who)s made you responsible for %(number)s invoice",
        "%(who)s made you responsible for %(number)s invoices",
        "count",
    ),
    icon="file-invoice",
    pops=True,
    modes={"mail": notices.Mode.HOURLY},
)
notices.add(
    "billing.paid",
    _("Money came for my invoice"),
    _("money came: %(shown)s"),
    event=InvoicePaid,
    record="billing.invoice",
    row="invoice_id",
    icon="cash",
    shows="paid",
)
notices.ends(
    "billing.invoice",
    _("End when it is paid or cancelled"),
    {
        "any": [
            {"field": "paid", "op": "ge", "value": {"field": "total"}},
            {"field": "state", "op": "eq", "value": "cancelled"},
        ]
    },
)

__all__ = ["commands"]
