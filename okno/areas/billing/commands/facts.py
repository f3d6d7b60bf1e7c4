"""Payments and shipments of invoices, and the sums and the state that follow from them."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet, Sum
from django.utils.translation import gettext_lazy

from okno.areas.billing import rules
from okno.areas.billing.commands import news
from okno.areas.billing.events import InvoicePaid, InvoiceShipped
from okno.areas.billing.models import Invoice, Payment, Shipment
from okno.kit import formats, money
from okno.kit.commands import command, today
from okno.kit.events import emit
from okno.kit.permissions import Actor
from okno.kit.timeline import entries


@command("billing.set_payments", label=gettext_lazy("Record payments"))
def set_payments(*, actor: Actor, invoice: Invoice, payments: list[dict[str, Any]], origin: str = "") -> Invoice:
    """
    Make the payments of an invoice that came from one origin equal to this list: those left out are withdrawn,
    those that came again count once.

    :param payments: `{"key": text unique within the invoice, "date", "amount", "number"}`.
    :param origin: prefix of the keys of payments that the list speaks for; others stay.
    """
    return _set_facts(invoice, Payment, payments, origin)


@command("billing.set_shipments", label=gettext_lazy("Record shipments"))
def set_shipments(*, actor: Actor, invoice: Invoice, shipments: list[dict[str, Any]], origin: str = "") -> Invoice:
    """
    Make the shipments of an invoice that came from one origin equal to this list, as `set_payments` does.

    :param shipments: `{"key", "date", "amount", "number"}`.
    """
    return _set_facts(invoice, Shipment, shipments, origin)


@command("billing.record_payment", label=gettext_lazy("Record a payment"))
def record_payment(
    *, actor: Actor, invoice: Invoice, amount: Decimal, date: dt.date | None = None, number: str = ""
) -> Invoice:
    """Record a payment by hand. :raises Refused: the sum is not positive, or the invoice is cancelled."""
    received = money.round_money(amount)
    rules.check_can_pay(invoice, received)
    Payment.objects.create(invoice=invoice, date=date or today(), amount=received, number=number[:50])
    return _recount(invoice)


@command("billing.withdraw_payment", label=gettext_lazy("Withdraw a payment"))
def withdraw_payment(*, actor: Actor, payment: Payment) -> Invoice:
    """Take a payment back: it stays in the history and does not count."""
    payment.is_withdrawn = True
    payment.save(update_fields=["is_withdrawn"])
    return _recount(Invoice.objects.select_for_update().get(pk=payment.invoice_id))


def _set_facts(invoice: Invoice, model: type[Payment | Shipment], facts: list[dict[str, Any]], origin: str) -> Invoice:
    latest = {one["key"]: one for one in facts}
    told = model.objects.filter(invoice=invoice).exclude(key="")
    told.filter(key__startswith=origin, is_withdrawn=False).exclude(key__in=latest).update(is_withdrawn=True)
    held = {one.key: one for one in told.filter(key__in=latest)}
    for key, one in latest.items():
        values = {name: one[name] for name in ("date", "amount") if name in one}
        wanted = {**values, "number": str(one.get("number", ""))[:50], "is_withdrawn": False}
        _keep_fact(held.get(key) or model(invoice=invoice, key=key), wanted)
    return _recount(invoice)


def _keep_fact(row: Payment | Shipment, wanted: dict[str, Any]) -> None:
    """Write a payment or shipment only when it says something new: what came again leaves no trace."""
    if not row._state.adding and all(getattr(row, name) == value for name, value in wanted.items()):
        return
    for name, value in wanted.items():
        setattr(row, name, value)
    row.save(update_fields=None if row._state.adding else list(wanted))


def _recount(invoice: Invoice) -> Invoice:
    """Count payments and shipments again; tell what changed, and nothing when nothing did."""
    paid, shipped = (_sum(rows.filter(is_withdrawn=False)) for rows in (invoice.payments, invoice.shipments))
    was = (invoice.paid, invoice.shipped)
    state = rules.state_after(invoice, paid, shipped)
    if (paid, shipped, state) == (*was, invoice.state):
        return invoice
    invoice.paid, invoice.shipped, invoice.state = paid, shipped, state
    invoice.save(update_fields=["paid", "shipped", "state"])
    if paid != was[0]:
        entries.tell(
            "billing.paid",
            news.told_on(invoice),
            source=invoice,
            number=invoice.number,
            paid=formats.money_text(paid, invoice.currency),
        )
        is_full = paid >= invoice.total
        emit(InvoicePaid(invoice_id=invoice.pk, deal_id=invoice.deal_id, paid=str(paid), is_full=is_full))
    if shipped != was[1]:
        entries.tell(
            "billing.shipped",
            news.told_on(invoice),
            source=invoice,
            number=invoice.number,
            shipped=formats.money_text(shipped, invoice.currency),
        )
        emit(InvoiceShipped(invoice_id=invoice.pk, deal_id=invoice.deal_id, shipped=str(shipped)))
    news.show(invoice)
    return invoice


def _sum(facts: QuerySet[Any]) -> Decimal:
    """In the currency of their invoice."""
    found: Decimal = facts.aggregate(sum=Sum("amount", default=Decimal(0)))["sum"]
    return found
