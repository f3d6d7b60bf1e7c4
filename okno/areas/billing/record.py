"""How invoices and payments are read everywhere."""

from django.utils.translation import gettext_lazy as _

from okno.areas.billing.models import Invoice, Payment
from okno.kit.fields import Kind
from okno.kit.registry import Field, Record

INVOICE = Record(
    name="billing.invoice",
    model=Invoice,
    label=_("Invoice"),
    plural=_("Invoices"),
    title="number",
    subtitle="client",
    url="/invoices/{id}/",
    icon="file-invoice",
    search=("number",),
    relations={"payments": ("billing.payment", "invoice")},
    fields={
        "number": Field(_("Number"), "number", trigram=True),
        "date": Field(_("Date"), "date", Kind.DATE),
        "state": Field(_("State"), "state", Kind.CHOICE, choices=Invoice.State.choices),
        "client": Field(_("Client"), "client__name", Kind.LINK, link="clients.client"),
        "legal_entity": Field(_("Legal entity"), "legal_entity__name", Kind.LINK, link="clients.legal_entity"),
        "deal": Field(_("Deal"), "deal__title", Kind.LINK, link="deals.deal"),
        "organisation": Field(_("Organisation"), "organisation__name", Kind.LINK, link="documents.organisation"),
        "currency": Field(_("Currency"), "currency", groupable=True),
        "total": Field(_("Total"), "total", Kind.MONEY, currency="currency"),
        "vat_total": Field(_("VAT sum"), "vat_total", Kind.MONEY, currency="currency"),
        "paid": Field(_("Paid sum"), "paid", Kind.MONEY, currency="currency"),
        "shipped": Field(_("Shipped sum"), "shipped", Kind.MONEY, currency="currency"),
        "due_date": Field(_("Pay by"), "due_date", Kind.DATE),
        "sent_at": Field(_("Sent at"), "sent_at", Kind.MOMENT),
        "owner": Field(_("Responsible"), "owner__name", Kind.PERSON, link="access.user"),
        "comment": Field(_("Comment"), "comment", Kind.LONG_TEXT),
        "created_at": Field(_("Created"), "created_at", Kind.MOMENT),
    },
)

PAYMENT = Record(
    name="billing.payment",
    model=Payment,
    label=_("Payment"),
    plural=_("Payments"),
    title="number",
    subtitle="invoice",
    icon="cash",
    fields={
        "number": Field(_("Number"), "number"),
        "date": Field(_("Date"), "date", Kind.DATE),
        "amount": Field(_("Sum"), "amount", Kind.MONEY, currency="invoice__currency"),
        "invoice": Field(_("Invoice"), "invoice__number", Kind.LINK, link="billing.invoice"),
        "client": Field(_("Client"), "invoice__client__name"),
        "is_withdrawn": Field(_("Withdrawn"), "is_withdrawn", Kind.BOOLEAN),
    },
)
