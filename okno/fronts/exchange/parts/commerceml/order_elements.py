"""Documents of the orders we write: head, rows, taxes, requisites, and the payments and shipments beside them."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from lxml import etree

from okno.fronts.exchange.parts.commerceml.elements import (
    COMMENT,
    day,
    element,
    money,
    must,
    plain_number,
    put,
    requisites,
    spaced,
    stamp,
    switch,
)
from okno.fronts.exchange.parts.commerceml.orders import OrderOut, PaymentOut, RowOut, ShipmentOut, TaxOut
from okno.fronts.exchange.parts.commerceml.party_elements import parties

_WAREHOUSES_SINCE = (2, 7)
SITE_PAYMENTS, SUBORDINATES = (2, 9), (2, 10)
_BARCODE_LENGTHS = range(8, 15)


def order(one: OrderOut, version: tuple[int, int], *, in_container: bool) -> etree._Element:
    """The document of an order, its elements in the order of the schema of this version."""
    document = element("Документ")
    _head(document, one)
    parties(document, one.parties, version)
    if version == SITE_PAYMENTS and not in_container:
        _site_payments(document, one)
    put(document, "Время", one.at.strftime("%H:%M:%S"))
    if one.pay_by:
        put(document, "СрокПлатежа", day(one.pay_by))
    put(document, "Комментарий", one.comment, COMMENT)
    _document_taxes(document, one.rows)
    if one.warehouse and version >= _WAREHOUSES_SINCE:
        warehouse = element("Склад", element("Склады", document))
        must(warehouse, "Ид", one.warehouse[0])
        put(warehouse, "Наименование", one.warehouse[1])
    _rows(document, one.rows)
    requisites(document, _order_requisites(one))
    if version == SUBORDINATES and not in_container:
        _subordinates(document, one)
    return document


def container(one: OrderOut, version: tuple[int, int]) -> etree._Element:
    """The order with its payments and shipments as documents of their own, linked by `Основание`."""
    block = element("Контейнер")
    block.append(order(one, version, in_container=True))
    for payment in one.payments:
        block.append(_payment(element("Документ"), one, payment, version))
    for shipment in one.shipments:
        block.append(_shipment(element("Документ"), one, shipment, version))
    return block


def _head(parent: etree._Element, one: OrderOut) -> None:
    must(parent, "Ид", one.id)
    must(parent, "Номер", one.number)
    must(parent, "Дата", day(one.at))
    must(parent, "ХозОперация", one.operation)
    _money_head(parent, one, one.total)


def _money_head(parent: etree._Element, one: OrderOut, amount: Decimal) -> None:
    must(parent, "Роль", one.role)
    must(parent, "Валюта", one.currency)
    must(parent, "Курс", plain_number(one.rate))
    must(parent, "Сумма", money(amount))


def _rows(parent: etree._Element, rows: tuple[RowOut, ...]) -> None:
    if not rows:
        return
    block = element("Товары", parent)
    for one in rows:
        _row(element("Товар", block), one)


def _row(parent: etree._Element, one: RowOut) -> None:
    put(parent, "Ид", one.id)
    if len(one.barcode) in _BARCODE_LENGTHS:
        put(parent, "Штрихкод", one.barcode)
    put(parent, "Артикул", one.article)
    must(parent, "Наименование", one.name)
    _base_unit(parent, one)
    if one.tax:
        rate = element("СтавкаНалога", element("СтавкиНалогов", parent))
        must(rate, "Наименование", one.tax.name)
        must(rate, "Ставка", one.tax.rate)
    kind = "Услуга" if one.is_service else "Товар"
    requisites(parent, [("ВидНоменклатуры", kind), ("ТипНоменклатуры", kind), *one.requisites])
    put(parent, "ИдКаталога", one.catalogue_id)
    must(parent, "ЦенаЗаЕдиницу", money(one.price))
    must(parent, "Количество", plain_number(one.quantity))
    must(parent, "Сумма", money(one.total))
    if one.unit.code:
        must(parent, "Единица", one.unit.code)
        must(parent, "Коэффициент", "1")
    if one.tax:
        _taxes(parent, [one.tax])
    _discount(parent, one)


def _base_unit(parent: etree._Element, one: RowOut) -> None:
    unit = element("БазоваяЕдиница", parent)
    unit.text = one.unit.name
    told = {
        "Код": one.unit.code,
        "НаименованиеПолное": one.unit.full_name,
        "МеждународноеСокращение": one.unit.international,
    }
    for name, value in told.items():
        if value:
            unit.set(name, value)


def _discount(parent: etree._Element, one: RowOut) -> None:
    if not one.discount:
        return
    discount = element("Скидка", element("Скидки", parent))
    must(discount, "Наименование", "Скидка")
    must(discount, "Сумма", money(one.discount))
    if one.discount_percent is not None:
        must(discount, "Процент", plain_number(one.discount_percent))
    must(discount, "УчтеноВСумме", switch(True))


def _document_taxes(parent: etree._Element, rows: tuple[RowOut, ...]) -> None:
    """Taxes of the document are those of its rows, one line for each rate."""
    sums: dict[tuple[str, str, bool], Decimal] = {}
    for tax in (row.tax for row in rows if row.tax):
        key = tax.name, tax.rate, tax.is_included
        sums[key] = sums.get(key, Decimal()) + tax.amount
    _taxes(parent, [TaxOut(name=name, rate=rate, is_included=included, amount=amount)
                    for (name, rate, included), amount in sums.items()])  # fmt: skip


def _taxes(parent: etree._Element, taxes: list[TaxOut]) -> None:
    if not taxes:
        return
    block = element("Налоги", parent)
    for one in taxes:
        tax = element("Налог", block)
        must(tax, "Наименование", one.name)
        must(tax, "УчтеноВСумме", switch(one.is_included))
        must(tax, "Сумма", money(one.amount))
        must(tax, "Ставка", one.rate)


def _order_requisites(one: OrderOut) -> list[tuple[str, str]]:
    """The names that 1C looks for; «Статуса заказа ИД» is really spelt so."""
    incoming = [payment for payment in one.payments if not payment.is_refund]
    last = max(incoming, key=lambda payment: payment.at) if incoming else None
    return [
        *_choices(one),
        ("Адрес доставки", one.delivery_address),
        ("Дата оплаты", spaced(last.at if last else None)),
        ("Номер платежного документа", last.number if last else ""),
        ("Заказ оплачен", switch(_is_paid(one))),
        ("Доставка разрешена", switch(one.is_delivery_allowed)),
        ("Отменен", switch(one.is_cancelled)),
        ("Дата отмены заказа", spaced(one.cancelled_at)),
        ("Причина отмены", one.cancel_reason),
        *_status(one),
        ("Комментарии покупателя", one.customer_comment),
        ("Сайт", one.site),
        *one.requisites,
    ]


def _choices(one: OrderOut) -> Iterable[tuple[str, str]]:
    if one.payment_method:
        yield from (("Метод оплаты", one.payment_method.name), ("Метод оплаты ИД", one.payment_method.id))
    if one.delivery_method:
        yield from (("Способ доставки", one.delivery_method.name), ("Метод доставки ИД", one.delivery_method.id))


def _status(one: OrderOut) -> Iterable[tuple[str, str]]:
    if one.status:
        yield from (
            ("Финальный статус", switch(one.status.is_final)),
            ("Статус заказа", one.status.name),
            ("Статуса заказа ИД", one.status.code),
            ("Дата изменения статуса", spaced(one.status.changed_at)),
        )


def _is_paid(one: OrderOut) -> bool:
    """Paid in full: money received less refunds covers the total."""
    paid = sum((-pay.amount if pay.is_refund else pay.amount for pay in one.payments), Decimal())
    return bool(one.payments) and paid >= one.total


def _site_payments(parent: etree._Element, one: OrderOut) -> None:
    """`Оплаты` exists in 2.09 only and knows no refunds."""
    incoming = [payment for payment in one.payments if not payment.is_refund]
    if not incoming:
        return
    block = element("Оплаты", parent)
    for payment in incoming:
        told = element("Оплата", block)
        must(told, "НомерДокумента", payment.number)
        must(told, "НомерТранзакции", payment.transaction)
        must(told, "ДатаОплаты", stamp(payment.at))
        must(told, "СуммаОплаты", money(payment.amount))
        must(told, "СпособОплаты", payment.method.name if payment.method else "")
        if payment.method:
            put(told, "ИдСпособаОплаты", payment.method.id, 20)


def _subordinates(parent: etree._Element, one: OrderOut) -> None:
    if not one.payments and not one.shipments:
        return
    block = element("ПодчиненныеДокументы", parent)
    for payment in one.payments:
        _payment(element("ПодчиненныйДокумент", block), one, payment, SUBORDINATES)
    for shipment in one.shipments:
        _shipment(element("ПодчиненныйДокумент", block), one, shipment, SUBORDINATES)


def _payment(parent: etree._Element, one: OrderOut, payment: PaymentOut, version: tuple[int, int]) -> etree._Element:
    kind = "наличных" if payment.is_cash else "безналичных"
    verb = "Возврат" if payment.is_refund else "Выплата"
    must(parent, "Ид", payment.id)
    must(parent, "Номер", payment.number)
    must(parent, "Дата", day(payment.at))
    must(parent, "ХозОперация", f"{verb} {kind} денег")
    _money_head(parent, one, payment.amount)
    parties(parent, one.parties, version)
    must(parent, "Время", payment.at.strftime("%H:%M:%S"))
    method = payment.method
    requisites(
        parent,
        [
            ("Основание", one.id),
            ("Дата оплаты", spaced(payment.at)),
            ("Номер транзакции", payment.transaction),
            ("Оплачен", switch(True)),
            ("Метод оплаты", method.name if method else ""),
            ("Метод оплаты ИД", method.id if method else ""),
        ],
    )
    return parent


def _shipment(parent: etree._Element, one: OrderOut, shipment: ShipmentOut, version: tuple[int, int]) -> etree._Element:
    must(parent, "Ид", shipment.id)
    must(parent, "Номер", shipment.number)
    must(parent, "Дата", day(shipment.at))
    must(parent, "ХозОперация", "Отпуск товара")
    _money_head(parent, one, shipment.total)
    parties(parent, one.parties, version)
    must(parent, "Время", shipment.at.strftime("%H:%M:%S"))
    _document_taxes(parent, shipment.rows)
    _rows(parent, shipment.rows)
    requisites(
        parent,
        [
            ("Основание", one.id),
            ("Дата отгрузки", spaced(shipment.at)),
            ("Отгружен", switch(True)),
            ("Идентификатор отправления", shipment.tracking),
        ],
    )
    return parent
