"""What a document of 1C means: paid, shipped, posted, cancelled, its status and payments. Pure, nothing is written."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from okno.fronts.exchange.parts.commerceml import goods
from okno.fronts.exchange.parts.commerceml.documents import ContainerSeen, DocumentSeen, SitePayment
from okno.fronts.exchange.parts.commerceml.parties import CounterpartySeen
from okno.fronts.exchange.parts.commerceml.values import moment_or_none, truth_or_none

ORDER_OPERATIONS = frozenset({"Заказ товара", "Счет на оплату"})
PAYMENT_OPERATIONS = frozenset({"Выплата безналичных денег", "Выплата наличных денег", "Эквайринговая операция"})
REFUND_OPERATIONS = frozenset({"Возврат безналичных денег", "Возврат наличных денег"})
MONEY_OPERATIONS = PAYMENT_OPERATIONS | REFUND_OPERATIONS
SHIPMENT_OPERATIONS = frozenset({"Отпуск товара"})
RETURN_OPERATIONS = frozenset({"Возврат товара"})
GOODS_OPERATIONS = SHIPMENT_OPERATIONS | RETURN_OPERATIONS
_BUYER_ROLES = ("Покупатель", "Плательщик", "Получатель")
_BRACKETED = re.compile(r"\[([^\]]*)\]\s*(.*)", re.DOTALL)
# 1C appends this to the comment of an order by itself; copied back it would grow with every exchange.
_OWN_REMARK = re.compile(r"\s*\[Номер документа на сайте:[^\]]*\]\s*")


@dataclass(frozen=True, slots=True)
class Status:
    """Status of an order: the code is the id or what stands in brackets before the name."""

    code: str
    name: str
    is_final: bool | None
    changed_at: datetime | None


@dataclass(frozen=True, slots=True)
class Payment:
    """
    Money that counts: negative for a refund; `id` is empty for payments that have no document of their own.

    `site_number` is the number that the site gave it, `number` the one of 1C where there is one.
    """

    id: str
    number: str
    site_number: str
    basis_id: str
    paid_at: datetime | None
    amount: Decimal | None
    currency: str
    method: str
    method_id: str


def told(document: DocumentSeen, name: str) -> str:
    """The text of a requisite, empty when it is absent."""
    return goods.requisite(document.requisites, name)


def switch(document: DocumentSeen, name: str) -> bool | None:
    """A requisite as a switch, None when it is absent: any text but a yes is a no, `false` is a text too."""
    return truth_or_none(told(document, name))


def date_told(document: DocumentSeen, *names: str) -> datetime | None:
    """The first of these requisites that holds a valid date; `T` and year 1 are how 1C writes an empty one."""
    found = (moment_or_none(told(document, name)) for name in names)
    return next((one for one in found if one is not None), None)


def is_posted(document: DocumentSeen) -> bool | None:
    """Posted in 1C; None when the file does not tell."""
    return switch(document, "Проведен")


def is_cancelled(document: DocumentSeen) -> bool:
    """Deleted in 1C or cancelled on either side."""
    return document.deleted or bool(switch(document, "Отменен"))


def denies_cancellation(document: DocumentSeen) -> bool:
    """Whether it says that the order is in work: the marks stand there with a no, or it has rows and no marks."""
    is_told = document.tells_deleted or switch(document, "Отменен") is not None
    return not is_cancelled(document) and (is_told or document.has_rows)


def counts(document: DocumentSeen) -> bool:
    """Whether a payment or shipment has effect: deleted, cancelled or unposted ones withdraw it."""
    return not is_cancelled(document) and is_posted(document) is not False


def is_status_only(document: DocumentSeen) -> bool:
    """A message about statuses: it has no rows, so the rows of the order stay as they are."""
    return not document.has_rows


def is_born_in_1c(document: DocumentSeen) -> bool:
    """The order has a number of 1C and none of ours."""
    return bool(document.number_1c) and not document.number


def comment_of(document: DocumentSeen) -> str:
    """The comment without the remark that 1C adds itself."""
    return _OWN_REMARK.sub(" ", document.comment).strip()


def buyer_of(document: DocumentSeen) -> CounterpartySeen | None:
    """The counterparty that buys or pays; the same card may stand in a document once for each role."""
    by_role = {one.role: one for one in reversed(document.counterparties)}
    found = next((by_role[role] for role in _BUYER_ROLES if role in by_role), None)
    return found or next((one for one in document.counterparties if one.role != "Продавец"), None)


def seller_inn(document: DocumentSeen) -> str:
    """ИНН of the organisation that sells, empty when the document does not name it."""
    return next((one.inn.strip() for one in document.counterparties if one.role == "Продавец"), "")


def computed_total(document: DocumentSeen) -> Decimal | None:
    """
    What the rows add up to, to be compared with `total` by a tolerance of 0.01 a row; None without rows.

    Taxes, discounts and expenses count only when the file says that the sums of rows do not hold them.
    """
    if not document.has_rows:
        return None
    rows = sum((row.total for row in document.rows if row.total is not None), Decimal())
    taxes = document.taxes or [tax for row in document.rows for tax in row.taxes]
    on_top = sum((one.amount for one in taxes if one.included is False and one.amount), Decimal())
    expenses = sum((one.amount for one in document.expenses if one.included is False and one.amount), Decimal())
    discounts = sum((one.amount for one in document.discounts if one.included is False and one.amount), Decimal())
    return rows + on_top + expenses - discounts


def status_of(document: DocumentSeen) -> Status | None:
    """
    The status that the document tells, None when it tells none.

    The id stands under «Статуса заказа ИД» (the genitive is the real key); Bitrix also writes `[F] Доставлен`.
    """
    name, code = told(document, "Статус заказа"), told(document, "Статуса заказа ИД")
    if bracketed := _BRACKETED.fullmatch(name):
        code, name = code or bracketed[1].strip(), bracketed[2].strip()
    if not name and not code:
        return None
    changed_at = date_told(document, "Дата изменения статуса")
    return Status(code, name, switch(document, "Финальный статус"), changed_at)


def orders_of(deal: ContainerSeen | DocumentSeen) -> tuple[DocumentSeen, ...]:
    """The orders of a container, or the document itself when it is one."""
    documents = deal.documents if isinstance(deal, ContainerSeen) else (deal,)
    return tuple(one for one in documents if one.operation in ORDER_OPERATIONS)


def payments_of(deal: ContainerSeen | DocumentSeen) -> tuple[Payment, ...]:
    """
    All payments that count: documents of payment when there are any, else `Оплаты` of the order.

    Requisites of an order are left out: they tell only the last payment and no sum, see `paid_on`.
    """
    documents = tuple(_with_subordinates(deal))
    moneys = (one for one in documents if one.operation in MONEY_OPERATIONS)
    by_document = {one.id or (one.operation, one.number_1c or one.number, one.date_1c): one for one in moneys}
    if by_document:
        return tuple(_payment(one) for one in by_document.values() if _is_paid(one))
    return tuple(_site_payment(document, one) for document in documents for one in document.payments)


def belonging(deal: ContainerSeen, order: DocumentSeen) -> tuple[DocumentSeen, ...]:
    """
    Documents of a container that belong to one of its orders: on its basis, on the basis of such a one, as a refund
    is on that of a payment, and without any basis if it is the only order.
    """
    others = [one for one in deal.documents if one is not order and one.operation not in ORDER_OPERATIONS]
    known = {order.id}
    if len(orders_of(deal)) == 1:
        known.add("")
    for _step in others:
        known |= {one.id for one in others if one.basis_id in known and one.id}
    return tuple(one for one in others if one.basis_id in known)


def payments_for(deal: ContainerSeen, order: DocumentSeen) -> tuple[Payment, ...]:
    """Payments of one order of a container."""
    return payments_of(ContainerSeen((order, *belonging(deal, order))))


def shipments_of(deal: ContainerSeen | DocumentSeen) -> tuple[DocumentSeen, ...]:
    """Shipments and returns that count, subordinate ones included."""
    return tuple(
        one
        for one in _with_subordinates(deal)
        if one.operation in GOODS_OPERATIONS and counts(one) and switch(one, "Отгружен") is not False
    )


def takes_back(document: DocumentSeen) -> bool:
    """A refund or a return: by its operation, by the sign of its sum, or by the switch of the 3.1 modules."""
    is_negative = document.total is not None and document.total < 0
    by_operation = document.operation in REFUND_OPERATIONS | RETURN_OPERATIONS
    return by_operation or is_negative or bool(switch(document, "ПризнакВозврата"))


def paid_on(document: DocumentSeen) -> datetime | None:
    """
    When an order was paid, or a payment was made; None when it was not.

    A valid date under «Дата оплаты по 1С» decides; else the last payment that counts; else the switch with its date.
    """
    if document.operation in PAYMENT_OPERATIONS:
        return _payment(document).paid_at if _is_paid(document) and not takes_back(document) else None
    if switch(document, "Оплачен") is False:
        return None
    if by_1c := date_told(document, "Дата оплаты по 1С"):
        return by_1c
    dates = [one.paid_at for one in payments_of(document) if one.paid_at and (one.amount is None or one.amount > 0)]
    if dates:
        return max(dates)
    is_paid = switch(document, "Оплачен") or switch(document, "Заказ оплачен")
    return date_told(document, "Дата оплаты") if is_paid else None


def shipped_on(document: DocumentSeen) -> datetime | None:
    """
    When an order was shipped, or a shipment left; None when it was not.

    A valid date under «Дата отгрузки по 1С» decides; else the last shipment that counts.
    """
    if document.operation in GOODS_OPERATIONS:
        return _shipment_date(document) if shipments_of(document) else None
    if switch(document, "Отгружен") is False:
        return None
    if by_1c := date_told(document, "Дата отгрузки по 1С"):
        return by_1c
    left = (one for one in shipments_of(document) if not takes_back(one))
    dates = [date for one in left if (date := _shipment_date(one))]
    if dates:
        return max(dates)
    return date_told(document, "Дата отгрузки") if switch(document, "Отгружен") else None


def _is_paid(document: DocumentSeen) -> bool:
    return counts(document) and switch(document, "Оплачен") is not False


def _payment(document: DocumentSeen) -> Payment:
    sign = -1 if takes_back(document) else 1
    return Payment(
        id=document.id,
        number=document.number_1c or document.number,
        site_number=document.number,
        basis_id=document.basis_id,
        paid_at=date_told(document, "Дата оплаты", "Дата оплаты по 1С") or document.date_1c or document.at,
        amount=None if document.total is None else sign * abs(document.total),
        currency=document.currency,
        method=told(document, "Метод оплаты"),
        method_id=told(document, "Метод оплаты ИД"),
    )


def _site_payment(document: DocumentSeen, one: SitePayment) -> Payment:
    number = one.number or one.transaction
    return Payment("", number, number, "", one.paid_at, one.amount, document.currency, one.method, one.method_id)


def _shipment_date(document: DocumentSeen) -> datetime | None:
    return date_told(document, "Дата отгрузки", "Дата отгрузки по 1С") or document.date_1c or document.at


def _with_subordinates(deal: ContainerSeen | DocumentSeen) -> Iterable[DocumentSeen]:
    for document in deal.documents if isinstance(deal, ContainerSeen) else (deal,):
        yield document
        yield from (inner for one in document.subordinates for inner in _with_subordinates(one))
