"""Tables of billing: invoices with lines, payments and shipments."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from okno.areas.catalog.models import Line
from okno.kit.models.base import Reach, RecordModel, money
from okno.kit.money import VatMode
from okno.kit.search import Trigrams


class Invoice(RecordModel):
    """
    An invoice for payment, which is the order for 1C too.

    `total` is what the client pays; `paid` and `shipped` are kept equal to the sums of its payments and shipments.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("Made")
        SENT = "sent", _("Sent")
        PAID_PARTLY = "paid_partly", _("Partly paid")
        PAID = "paid", _("Paid")
        SHIPPED = "shipped", _("Shipped")
        CANCELLED = "cancelled", pgettext_lazy("of an invoice", "Cancelled")

    number = models.CharField(_("Number"), max_length=50)
    date = models.DateField(_("Date"))
    state = models.CharField(_("State"), max_length=12, choices=State, default=State.DRAFT)
    organisation = models.ForeignKey("documents.Organisation", models.PROTECT, related_name="+")
    account = models.ForeignKey(
        "documents.OrganisationAccount", models.PROTECT, null=True, blank=True, related_name="+"
    )
    client = models.ForeignKey("clients.Client", models.PROTECT, related_name="+")
    legal_entity = models.ForeignKey("clients.LegalEntity", models.PROTECT, null=True, blank=True, related_name="+")
    deal = models.ForeignKey("deals.Deal", models.SET_NULL, null=True, blank=True, related_name="+")
    owner = models.ForeignKey("access.User", models.PROTECT, null=True, blank=True, related_name="+")
    department = models.ForeignKey("access.Department", models.PROTECT, null=True, blank=True, related_name="+")
    currency = models.CharField(_("Currency"), max_length=3, default="RUB")
    price_type = models.ForeignKey("catalog.PriceType", models.PROTECT, null=True, blank=True, related_name="+")
    vat_mode = models.CharField(_("VAT"), max_length=10, choices=VatMode, default=VatMode.INCLUDED)
    due_date = models.DateField(_("Pay by"), null=True, blank=True)
    total = money(_("Total"), default=0)
    vat_total = money(_("VAT sum"), default=0)
    paid = money(_("Paid sum"), default=0)
    shipped = money(_("Shipped sum"), default=0)
    sent_at = models.DateTimeField(_("Sent at"), null=True, blank=True)
    comment = models.TextField(_("Comment"), blank=True, default="")

    reach: ClassVar[Reach] = Reach(owner="owner_id", department="department_id", via=("deal",))
    is_over: ClassVar[Q] = Q(state__in=[State.PAID, State.SHIPPED, State.CANCELLED])

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(total__gte=0), name="billing_invoice_total_not_negative"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["owner", "-id"], name="billing_invoice_owner"),
            models.Index(fields=["client", "-id"], name="billing_invoice_client"),
            models.Index(fields=["deal"], name="billing_invoice_deal"),
            models.Index(fields=["organisation", "date", "number"], name="billing_invoice_number"),
            GinIndex(Trigrams(F("number")), name="billing_invoice_number_trgm"),
        ]

    def __str__(self) -> str:
        return f"{self.number} ({self.date:%d.%m.%Y})"


class InvoiceLine(Line):
    """A line in the prices of the invoice; `vat` is its VAT sum."""

    invoice = models.ForeignKey(Invoice, models.CASCADE, related_name="lines")
    vat = money(_("VAT sum"), default=0)


class Fact(RecordModel):
    """
    What happened by an invoice: a sum on a day. A withdrawn one does not count. `key` names it in the system it came
    from.
    """

    invoice = models.ForeignKey(Invoice, models.CASCADE, related_name="%(class)ss")
    date = models.DateField(_("Date"))
    amount = money(_("Sum"))
    number = models.CharField(_("Number"), max_length=50, blank=True, default="")
    key = models.CharField(max_length=150, blank=True, default="")
    is_withdrawn = models.BooleanField(_("Withdrawn"), default=False)

    reach: ClassVar[Reach] = Reach(via=("invoice",))

    class Meta:
        abstract = True
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["invoice", "key"], name="billing_%(class)s_once", condition=~Q(key="")),
        ]

    def __str__(self) -> str:
        return f"{self.amount}"


class Payment(Fact):
    """Money that came for an invoice."""

    class Meta(Fact.Meta):
        indexes: ClassVar = [models.Index(fields=["date"], name="billing_payment_date")]
        constraints: ClassVar = [
            *Fact.Meta.constraints,
            models.CheckConstraint(condition=Q(amount__gt=0), name="billing_%(class)s_positive"),
        ]


class Shipment(Fact):
    """Goods that left for an invoice."""
