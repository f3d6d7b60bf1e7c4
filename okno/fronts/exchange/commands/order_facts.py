"""What an order of 1C says of money and shipments, as facts for billing; no writes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from okno.areas.billing.models import Invoice, Payment
from okno.fronts.exchange.parts.commerceml import meaning
from okno.fronts.exchange.parts.commerceml.documents import ContainerSeen, DocumentSeen
from okno.kit import money

Fact = dict[str, Any]
PAID_BY = ("Дата оплаты по 1С", "Номер оплаты по 1С", "Оплачен", "Заказ оплачен")
SHIPPED_BY = ("Дата отгрузки по 1С", "Номер отгрузки по 1С", "Отгружен")


@dataclass(frozen=True, slots=True)
class Facts:
    """
    Payments and shipments; None where the message says nothing of them, so that what is known stays.

    The sum of a refund or a return is negative, `of` is the id of what it gives back.
    """

    payments: list[Fact] | None
    shipments: list[Fact] | None


@dataclass(frozen=True, slots=True)
class Asked:
    """An order, the deal it stands in, the invoice that it is, and the payments that were noted here by hand."""

    deal: ContainerSeen | DocumentSeen
    order: DocumentSeen
    invoice: Invoice
    ours: Sequence[Payment]


def facts_of(asked: Asked) -> Facts:
    """Payments and shipments that an order tells, by documents, by its list of payments, or by its requisites."""
    around = list(asked.order.subordinates)
    if isinstance(asked.deal, ContainerSeen):
        around += meaning.belonging(asked.deal, asked.order)
    return Facts(_payments(asked, around), _shipments(asked, around))


def _payments(asked: Asked, around: Sequence[DocumentSeen]) -> list[Fact] | None:
    order, invoice = asked.order, asked.invoice
    deal = asked.deal
    told = meaning.payments_for(deal, order) if isinstance(deal, ContainerSeen) else meaning.payments_of(order)
    if told or order.payments or any(one.operation in meaning.MONEY_OPERATIONS for one in around):
        return payments_from(told, asked)
    if _says(order, PAID_BY):
        paid_on = meaning.paid_on(order)
        rest = invoice.total - sum((one.amount for one in asked.ours), Decimal())
        number = meaning.told(order, "Номер оплаты по 1С")
        return [_fact("paid", paid_on.date(), rest, number)] if paid_on and rest > 0 else []
    return None if meaning.is_status_only(order) else []


def payments_from(told: Sequence[meaning.Payment], asked: Asked) -> list[Fact]:
    """Payments and refunds as facts; a payment without a sum is the rest of the invoice."""
    received = sum((one.amount for one in told if one.amount and one.amount > 0), Decimal())
    facts = []
    for place, one in enumerate(not_ours(told, asked.ours)):
        amount = one.amount if one.amount is not None else max(asked.invoice.total - received, Decimal())
        if amount:
            key = one.id or f"{'-' if amount < 0 else ''}{one.number or place}"
            fact = _fact(key, _day(one.paid_at, asked), amount, one.number)
            facts.append({**fact, "of": one.basis_id} if amount < 0 else fact)
    return facts


def not_ours(told: Sequence[meaning.Payment], ours: Sequence[Payment]) -> list[meaning.Payment]:
    """
    Payments without those that were noted here and went to 1C: they come back, and would count twice.

    They are known by our id; by the number of the site and the sum where 1C gives ids of its own.
    """
    left = list(ours)
    kept = []
    for one in told:
        known = next((held for held in left if _is_same(one, held)), None)
        if known is None:
            kept.append(one)
        else:
            left.remove(known)
    return kept


def _is_same(told: meaning.Payment, held: Payment) -> bool:
    is_number = bool(told.site_number) and told.site_number == (held.number or str(held.pk))
    return told.id == str(held.uid) or (is_number and told.amount == held.amount)


def settled(told: Iterable[Fact]) -> tuple[list[Fact], Decimal]:
    """
    What is left of payments or shipments when refunds and returns are taken off, and what they had nothing to take
    from: each takes from what it names, else from the latest that is not later than itself, else from any.
    """
    facts = [{**one, "amount": Decimal(one["amount"])} for one in told]
    left = [one for one in facts if one["amount"] > 0]
    lacking = Decimal()
    for back in sorted((one for one in facts if one["amount"] < 0), key=lambda one: str(one["date"])):
        lacking += _take_back(_in_turn(left, back), -back["amount"])
    return [one for one in left if one["amount"] > 0], lacking


def _in_turn(left: Sequence[Fact], back: Fact) -> list[Fact]:
    return sorted(
        left,
        key=lambda one: (one["key"] == back.get("of"), one["date"] <= back["date"], one["date"]),
        reverse=True,
    )


def _take_back(facts: Sequence[Fact], amount: Decimal) -> Decimal:
    """Take a sum off these facts, in their order. Returns what is still to be taken."""
    for one in facts:
        part = min(one["amount"], amount)
        one["amount"] -= part
        amount -= part
    return amount


def _shipments(asked: Asked, around: Sequence[DocumentSeen]) -> list[Fact] | None:
    order, invoice = asked.order, asked.invoice
    if any(one.operation in meaning.GOODS_OPERATIONS for one in around):
        return shipments_from(meaning.shipments_of(ContainerSeen(tuple(around))), asked)
    if _says(order, SHIPPED_BY):
        shipped_on = meaning.shipped_on(order)
        number = meaning.told(order, "Номер отгрузки по 1С")
        return [_fact("shipped", shipped_on.date(), invoice.total, number)] if shipped_on else []
    return None if meaning.is_status_only(order) else []


def shipments_from(told: Sequence[DocumentSeen], asked: Asked) -> list[Fact]:
    """Shipments and returns as facts; rows add up where a document has no sum of its own."""
    return [_shipment(one, place, asked) for place, one in enumerate(told)]


def _shipment(document: DocumentSeen, place: int, asked: Asked) -> Fact:
    amount = document.total if document.total is not None else meaning.computed_total(document)
    amount = abs(asked.invoice.total if amount is None else amount)
    is_back = meaning.takes_back(document)
    key = document.id or f"{'-' if is_back else ''}{document.number_1c or place}"
    day = _day(meaning.shipped_on(document), asked)
    fact = _fact(key, day, -amount if is_back else amount, document.number_1c or document.number)
    return {**fact, "of": document.basis_id} if is_back else fact


def _says(order: DocumentSeen, names: tuple[str, ...]) -> bool:
    """Whether one of these requisites stands in the document at all, even an empty one."""
    return any(one.name in names for one in order.requisites)


def _day(moment: datetime | None, asked: Asked) -> date:
    """Days are those of the clock of the 1C server: nothing is moved to another zone."""
    return moment.date() if moment else asked.order.dated or asked.invoice.date


def _fact(key: str, day: date, amount: Decimal, number: str) -> Fact:
    return {"key": key[:100], "date": day.isoformat(), "amount": money.round_money(amount), "number": number[:50]}
