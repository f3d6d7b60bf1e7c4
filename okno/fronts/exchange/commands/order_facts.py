"""What an order of 1C says of money and shipments, as facts for billing; no writes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from okno.areas.billing.models import Invoice
from okno.fronts.exchange.parts.commerceml import meaning
from okno.fronts.exchange.parts.commerceml.documents import ContainerSeen, DocumentSeen
from okno.kit import money

Fact = dict[str, Any]
PAID_BY = ("Дата оплаты по 1С", "Номер оплаты по 1С", "Оплачен", "Заказ оплачен")
SHIPPED_BY = ("Дата отгрузки по 1С", "Номер отгрузки по 1С", "Отгружен")
MONEY = meaning.PAYMENT_OPERATIONS | meaning.REFUND_OPERATIONS


@dataclass(frozen=True, slots=True)
class Facts:
    """Payments and shipments; None where the message says nothing of them, so that what is known stays."""

    payments: list[Fact] | None
    shipments: list[Fact] | None


def facts_of(deal: ContainerSeen | DocumentSeen, order: DocumentSeen, invoice: Invoice) -> Facts:
    """Payments and shipments that an order tells, by documents, by its list of payments, or by its requisites."""
    if meaning.is_cancelled(order):
        return Facts([], [])
    around = _around(deal, order)
    return Facts(_payments(deal, order, around, invoice), _shipments(order, around, invoice))


def _around(deal: ContainerSeen | DocumentSeen, order: DocumentSeen) -> list[DocumentSeen]:
    """Documents that belong to the order: those below it, and in a container those on its basis."""
    below = list(order.subordinates)
    if not isinstance(deal, ContainerSeen):
        return below
    is_only = len(meaning.orders_of(deal)) == 1
    own = [one for one in deal.documents if one.basis_id == order.id or (is_only and not one.basis_id)]
    return below + [one for one in own if one is not order and one.operation not in meaning.ORDER_OPERATIONS]


def _payments(
    deal: ContainerSeen | DocumentSeen, order: DocumentSeen, around: list[DocumentSeen], invoice: Invoice
) -> list[Fact] | None:
    told = meaning.payments_for(deal, order) if isinstance(deal, ContainerSeen) else meaning.payments_of(order)
    if told or order.payments or any(one.operation in MONEY for one in around):
        return payments_from(told, order, invoice)
    if _says(order, PAID_BY):
        paid_on = meaning.paid_on(order)
        number = meaning.told(order, "Номер оплаты по 1С")
        return [_fact("paid", paid_on.date(), invoice.total, number)] if paid_on else []
    return None if meaning.is_status_only(order) else []


def payments_from(told: tuple[meaning.Payment, ...], order: DocumentSeen, invoice: Invoice) -> list[Fact]:
    """Payments as facts; refunds take from the latest ones, and a payment without a sum is the rest of the invoice."""
    received = sum((one.amount for one in told if one.amount and one.amount > 0), Decimal())
    facts = []
    for place, one in enumerate(told):
        amount = one.amount if one.amount is not None else max(invoice.total - received, Decimal())
        if amount > 0:
            key = one.id or one.number or str(place)
            facts.append(_fact(key, _day(one.paid_at, order, invoice), amount, one.number))
    _take_back(facts, -sum((one.amount for one in told if one.amount and one.amount < 0), Decimal()))
    return [one for one in facts if one["amount"] > 0]


def _take_back(facts: list[Fact], refunded: Decimal) -> None:
    for one in reversed(facts):
        part = min(one["amount"], refunded)
        one["amount"] -= part
        refunded -= part


def _shipments(order: DocumentSeen, around: list[DocumentSeen], invoice: Invoice) -> list[Fact] | None:
    if any(one.operation in meaning.SHIPMENT_OPERATIONS for one in around):
        told = meaning.shipments_of(ContainerSeen(tuple(around)))
        return [shipment_from(one, place, order, invoice) for place, one in enumerate(told)]
    if _says(order, SHIPPED_BY):
        shipped_on = meaning.shipped_on(order)
        number = meaning.told(order, "Номер отгрузки по 1С")
        return [_fact("shipped", shipped_on.date(), invoice.total, number)] if shipped_on else []
    return None if meaning.is_status_only(order) else []


def shipment_from(document: DocumentSeen, place: int, order: DocumentSeen, invoice: Invoice) -> Fact:
    """A shipment as a fact; its rows add up when it has no sum of its own."""
    amount = document.total if document.total is not None else meaning.computed_total(document)
    key = document.id or document.number_1c or str(place)
    day = _day(meaning.shipped_on(document), order, invoice)
    return _fact(key, day, invoice.total if amount is None else amount, document.number_1c or document.number)


def _says(order: DocumentSeen, names: tuple[str, ...]) -> bool:
    """Whether one of these requisites stands in the document at all, even an empty one."""
    return any(one.name in names for one in order.requisites)


def _day(moment: datetime | None, order: DocumentSeen, invoice: Invoice) -> date:
    """Days are those of the clock of the 1C server: nothing is moved to another zone."""
    return moment.date() if moment else order.dated or invoice.date


def _fact(key: str, day: date, amount: Decimal, number: str) -> Fact:
    return {"key": key[:100], "date": day.isoformat(), "amount": money.round_money(amount), "number": number[:50]}
