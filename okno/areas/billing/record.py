"""How invoices and payments are read everywhere."""

from django.db.models import F
from django.utils.translation import gettext_lazy as _

from okno.areas.billing.models import Invoice, Payment
from okno.kit import money, rates
from okno.kit.kinds import Kind
from okno.kit.registry import Field, Record


def _money(label: object, path: str, currency: str = "currency") -> Field:
    """A sum in the currency of the invoice, which adds up by the rate of the day beside it."""
    return Field(label, path, Kind.MONEY, currency=currency, managed=rates.in_management(F(path), currency, "date"))


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
    lacks={
        "import": "an invoice has lines: it is drawn here, or comes from 1C",
    },
    relations={"payments": ("billing.payment", "invoice")},
    fields={
        "number": Field(_("Number"), "number", trigram=True),
        "date": Field(_("Date"), "date", Kind.DATE),
        "state": Field(_("State"), "state", Kind.CHOICE, choices=Invoice.State.choices),
        "client": Field(_("Client"), "client__name", Kind.LINK, link="clients.client"),
        "legal_entity": Field(_("Legal entity"), "legal_entity__name", Kind.LINK, link="clients.legal_entity"),
        "deal": Field(_("Deal"), "deal__title", Kind.LINK, link="deals.deal"),
        "organisation": Field(_("Organisation"), "organisation__name", Kind.LINK, link="documents.organisation"),
        "currency": Field(_("Currency"), "currency", Kind.CHOICE, choices=money.CHOICES),
        "price_type": Field(_("Price type"), "price_type__name", Kind.LINK, link="catalog.price_type", editable=True),
        "total": _money(_("Total"), "total"),
        "vat_total": _money(_("VAT sum"), "vat_total"),
        "paid": _money(_("Paid sum"), "paid"),
        "shipped": _money(_("Shipped sum"), "shipped"),
        "due_date": Field(_("Pay by"), "due_date", Kind.DATE, editable=True),
        "sent_at": Field(_("Sent at"), "sent_at", Kind.MOMENT),
        "owner": Field(_("Responsible"), "owner__name", Kind.PERSON, link="access.user"),
        "comment": Field(_("Comment"), "comment", Kind.LONG_TEXT, editable=True),
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
    lacks={
        "card": "a payment is read on the card of its invoice",
        "create": "a payment is recorded on the card of its invoice",
        "change": "a payment is withdrawn and recorded anew",
        "import": "payments come from 1C, or are recorded on their invoices",
        "mark": "a payment is withdrawn, so that the sums of its invoice follow",
        "search": "a payment is found by its invoice",
    },
    fields={
        "number": Field(_("Number"), "number"),
        "date": Field(_("Date"), "date", Kind.DATE),
        "amount": _money(_("Sum"), "amount", "invoice__currency"),
        "invoice": Field(_("Invoice"), "invoice__number", Kind.LINK, link="billing.invoice"),
        "client": Field(_("Client"), "invoice__client__name"),
        "is_withdrawn": Field(_("Withdrawn"), "is_withdrawn", Kind.BOOLEAN),
    },
)
