"""Arithmetic and states of invoices. Pure: no writes, no clock, no request."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from okno.areas.billing.models import Invoice
from okno.areas.clients.models import Client, LegalEntity
from okno.areas.deals.models import Deal
from okno.kit import money
from okno.kit.errors import Refused

MAX_LINES = 1000
# Money is awaited for an invoice in these states.
AWAITED = (Invoice.State.DRAFT, Invoice.State.SENT, Invoice.State.PAID_PARTLY)


@dataclass(frozen=True, slots=True)
class Sums:
    """A line counted: after the discount, and its VAT."""

    total: Decimal
    vat: Decimal


def with_vat(total: Decimal, vat_rate: str, vat_mode: str) -> Sums:
    """
    The sum of a line with its VAT as accounting counts it, rounded half up to kopecks: VAT inside is
    sum · r / (100 + r), on top sum · r / 100.

    :raises Refused: there is no such VAT rate.
    """
    if vat_mode == money.VatMode.NONE:
        return Sums(total, Decimal(0))
    percent = money.vat_rate(vat_rate or "none").percent
    count = money.vat_inside if vat_mode == money.VatMode.INCLUDED else money.vat_on_top
    return Sums(total, count(total, percent))


def to_pay(lines: Sequence[Sums], vat_mode: str) -> Sums:
    """What the client pays and the VAT in it: sums of rounded lines."""
    total = sum((one.total for one in lines), Decimal(0))
    vat = sum((one.vat for one in lines), Decimal(0))
    return Sums(total + vat if vat_mode == money.VatMode.ON_TOP else total, vat)


def vat_by_rate(lines: Sequence[tuple[str, Decimal]]) -> list[tuple[Decimal, Decimal]]:
    """VAT summed by rate in percent, highest first, from (code of the rate, VAT sum) of lines."""
    sums: dict[Decimal, Decimal] = defaultdict(Decimal)
    for code, vat in lines:
        percent = money.vat_rate(code or "none").percent
        if percent is not None:
            sums[percent] += vat
    return sorted(sums.items(), reverse=True)


def days_overdue(state: str, due_date: date | None, on: date) -> int:
    """For how many days money that is awaited for an invoice has been late; 0 when it is not."""
    if due_date is None or state not in AWAITED:
        return 0
    return max((on - due_date).days, 0)


def check_belongs(client: Client, deal: Deal | None, legal_entity: LegalEntity | None) -> None:
    """:raises Refused: the deal or the legal entity is another client's."""
    if deal is not None and deal.client_id != client.pk:
        raise Refused("billing.deal_of_other", _("The deal is another client's."), missing=["deal"])
    if legal_entity is not None and legal_entity.client_id != client.pk:
        raise Refused("billing.entity_of_other", _("The legal entity is another client's."), missing=["legal_entity"])


def check_is_alive(invoice: Invoice) -> None:
    """:raises Refused: the invoice is cancelled."""
    if invoice.state == Invoice.State.CANCELLED:
        raise Refused("billing.cancelled", _("The invoice is cancelled."))


def check_can_change(invoice: Invoice) -> None:
    """:raises Refused: money has come for the invoice, goods were shipped, or it is cancelled."""
    check_is_alive(invoice)
    check_can_delete(invoice)


def check_can_send(invoice: Invoice, lines: int) -> None:
    """:raises Refused: the invoice is cancelled or has no lines."""
    check_is_alive(invoice)
    if not lines:
        raise Refused("billing.no_lines", _("Add goods or services to the invoice first."), missing=["lines"])


def check_can_delete(invoice: Invoice) -> None:
    """:raises Refused: money has come for the invoice, or goods were shipped."""
    if invoice.paid or invoice.shipped:
        raise Refused("billing.in_work", _("The invoice is paid or shipped: it does not change any more."))


def check_can_pay(invoice: Invoice, amount: Decimal) -> None:
    """:raises Refused: the sum, in hundredths, is not positive, or the invoice is cancelled."""
    check_is_alive(invoice)
    if amount <= 0:
        raise Refused("billing.bad_amount", _("The sum must be more than zero."), missing=["amount"])


def check_can_cancel(invoice: Invoice) -> None:
    """:raises Refused: money has come for the invoice, or it is cancelled already."""
    check_can_change(invoice)


def check_can_reopen(invoice: Invoice) -> None:
    """:raises Refused: the invoice is not cancelled."""
    if invoice.state != Invoice.State.CANCELLED:
        raise Refused("billing.not_cancelled", _("The invoice is not cancelled."))


def check_lines_count(count: int) -> None:
    """:raises Refused: more lines than fit."""
    if count > MAX_LINES:
        raise Refused("billing.too_many_lines", _("An invoice holds at most %(most)s lines."), most=MAX_LINES)


def state_after(invoice: Invoice, paid: Decimal, shipped: Decimal) -> str:
    """The state that payments and shipments lead to; a cancelled invoice stays cancelled."""
    if invoice.state == Invoice.State.CANCELLED:
        return invoice.state
    if shipped > 0 and shipped >= invoice.total:
        return Invoice.State.SHIPPED
    if paid > 0 and paid >= invoice.total:
        return Invoice.State.PAID
    if paid > 0:
        return Invoice.State.PAID_PARTLY
    return Invoice.State.SENT if invoice.sent_at else Invoice.State.DRAFT
