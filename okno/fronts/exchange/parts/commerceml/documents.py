"""Documents: orders, payments, shipments, with their rows, requisites and the documents under them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal

from okno.fronts.exchange.parts.commerceml import goods, parties, units
from okno.fronts.exchange.parts.commerceml.goods import Characteristic, PropertyValue, Requisite, TaxRate
from okno.fronts.exchange.parts.commerceml.nodes import Node
from okno.fronts.exchange.parts.commerceml.parties import CounterpartySeen, WarehouseSeen
from okno.fronts.exchange.parts.commerceml.units import Unit
from okno.fronts.exchange.parts.commerceml.values import (
    clock,
    day,
    day_or_none,
    moment,
    number,
    number_or_none,
    plain,
    split_id,
    truth,
    truth_or_none,
)

# The id under which Bitrix and its followers write delivery as a row of the order.
DELIVERY_ID = "ORDER_DELIVERY"
FIELDS = frozenset(
    {
        "Ид", "НомерВерсии", "ПометкаУдаления", "Номер", "Номер1С", "Дата", "Дата1С", "Время", "ХозОперация", "Роль",
        "Валюта", "Курс", "Сумма", "Контрагенты", "СрокПлатежа", "Комментарий", "Налоги", "Скидки", "ДопРасходы",
        "Склады", "Товары", "ЗначенияРеквизитов", "Оплаты", "ПодчиненныеДокументы", "Основание",
    }
)  # fmt: skip
CONTAINER_FIELDS = frozenset({"Ид", "Документ"})


@dataclass(frozen=True, slots=True)
class Tax:
    """A tax with its sum; `included` None when the file does not say whether the sums hold it."""

    name: str
    included: bool | None
    excise: bool
    amount: Decimal | None
    rate: str


@dataclass(frozen=True, slots=True)
class Change:
    """A discount or an extra expense of a document or a row."""

    name: str
    amount: Decimal | None
    percent: Decimal | None
    included: bool | None
    comment: str


@dataclass(frozen=True, slots=True)
class Row:
    """A row; `total` is the truth, the price per unit may be rounded."""

    goods_id: str
    characteristic_id: str
    catalogue_id: str
    classifier_id: str
    name: str
    article: str
    barcode: str
    code: str
    unit: Unit | None
    price: Decimal | None
    quantity: Decimal | None
    total: Decimal | None
    taxes: tuple[Tax, ...]
    tax_rates: tuple[TaxRate, ...]
    discounts: tuple[Change, ...]
    expenses: tuple[Change, ...]
    country: str
    customs_declaration: str
    warehouses: tuple[WarehouseSeen, ...]
    characteristics: tuple[Characteristic, ...]
    properties: tuple[PropertyValue, ...]
    requisites: tuple[Requisite, ...]
    is_service: bool

    @property
    def is_delivery(self) -> bool:
        """The row is the delivery of the order, not goods."""
        return self.goods_id == DELIVERY_ID

    @property
    def discount(self) -> Decimal:
        """Discount of the whole row: the sum of those named, else price by quantity less total."""
        if self.discounts:
            return sum((one.amount for one in self.discounts if one.amount is not None), Decimal())
        if self.price is None or self.quantity is None or self.total is None:
            return Decimal()
        return max(self.price * self.quantity - self.total, Decimal())


@dataclass(frozen=True, slots=True)
class SitePayment:
    """A payment in `Оплаты` of 2.09."""

    number: str
    transaction: str
    paid_at: datetime | None
    amount: Decimal | None
    method: str
    method_id: str


@dataclass(frozen=True, slots=True)
class DocumentSeen:
    """
    A document: `number` is the one of the site, `number_1c` of 1C; an empty number is an order born in 1C.

    Dates are the wall clock of the 1C server, without zone. `has_rows` False means that the message is about
    statuses only, never that the order was emptied. `tells_deleted` says that the mark of deletion stands there at
    all: a no is told then, not only left out.
    """

    id: str
    version: str
    deleted: bool
    tells_deleted: bool
    number: str
    number_1c: str
    dated: date | None
    timed: time | None
    date_1c: datetime | None
    operation: str
    role: str
    currency: str
    rate: Decimal | None
    total: Decimal | None
    basis_id: str
    pay_by: date | None
    comment: str
    counterparties: tuple[CounterpartySeen, ...]
    taxes: tuple[Tax, ...]
    discounts: tuple[Change, ...]
    expenses: tuple[Change, ...]
    warehouses: tuple[WarehouseSeen, ...]
    has_rows: bool
    rows: tuple[Row, ...]
    requisites: tuple[Requisite, ...]
    payments: tuple[SitePayment, ...]
    subordinates: tuple[DocumentSeen, ...]

    @property
    def at(self) -> datetime | None:
        """Day and time together, midnight when the time is absent."""
        return datetime.combine(self.dated, self.timed or time()) if self.dated else None


@dataclass(frozen=True, slots=True)
class ContainerSeen:
    """All documents of one deal as the 3.x modules send them: the order, its payments, shipments and receipts."""

    documents: tuple[DocumentSeen, ...]


def document(node: Node) -> DocumentSeen:
    """
    A document with everything under it.

    :raises Refused: it has neither id nor number of 1C, or a sum or date cannot be read.
    """
    told = goods.requisites(node)
    rows = tuple(_row(one) for one in node.nodes("Товары", "Товар"))
    number_1c = node.text("Номер1С") or goods.requisite(told, "Номер по 1С")
    return DocumentSeen(
        id=node.text("Ид") if number_1c else goods.required_id(node),
        version=node.text("НомерВерсии"),
        deleted=goods.is_deleted(node, told),
        tells_deleted=bool(node.text("ПометкаУдаления") or goods.requisite(told, "ПометкаУдаления")),
        number=node.text("Номер"),
        number_1c=number_1c,
        dated=day(node.text("Дата")),
        timed=_time(node),
        date_1c=moment(node.text("Дата1С") or goods.requisite(told, "Дата по 1С")),
        operation=node.text("ХозОперация"),
        role=node.text("Роль"),
        currency=node.text("Валюта"),
        rate=number_or_none(node.text("Курс")),
        total=number(node.text("Сумма")),
        basis_id=node.text("Основание") or goods.requisite(told, "Основание"),
        pay_by=day_or_none(node.text("СрокПлатежа")),
        comment=node.text("Комментарий"),
        counterparties=tuple(parties.counterparty(one) for one in node.nodes("Контрагенты", "Контрагент")),
        taxes=_taxes(node),
        discounts=_changes(node, "Скидки", "Скидка"),
        expenses=_changes(node, "ДопРасходы", "ДопРасход"),
        warehouses=_warehouses(node),
        has_rows=bool(rows),
        rows=rows,
        requisites=told,
        payments=tuple(_payment(one) for one in _payments(node)),
        subordinates=tuple(document(one) for one in _subordinates(node)),
    )


def container(node: Node) -> ContainerSeen:
    """All documents of a container; one that cannot be read takes the container with it, since they belong together."""
    return ContainerSeen(tuple(document(one) for one in node.nodes("Документ")))


def _time(node: Node) -> time | None:
    """The time stands apart, or in the date itself."""
    apart = clock(node.text("Время"))
    if apart is not None:
        return apart
    full = moment(node.text("Дата"))
    return full.time() if full and full.time() != time() else None


def _row(node: Node) -> Row:
    goods_id, characteristic_id = split_id(node.text("Ид"))
    told = goods.requisites(node) + goods.requisites(node, "ДополнительныеЗначенияРеквизитов")
    return Row(
        goods_id=goods_id,
        characteristic_id=characteristic_id,
        catalogue_id=node.text("ИдКаталога"),
        classifier_id=node.text("ИдКлассификатора"),
        name=plain(node.text("Наименование")),
        article=node.text("Артикул"),
        barcode=node.text("Штрихкод"),
        code=node.text("Код") or goods.requisite(told, "Код"),
        unit=units.of_row(node),
        price=number(node.text("ЦенаЗаЕдиницу", "Цена")),
        quantity=number(node.text("Количество")),
        total=number(node.text("Сумма")),
        taxes=_taxes(node),
        tax_rates=goods.tax_rates(node),
        discounts=_changes(node, "Скидки", "Скидка"),
        expenses=_changes(node, "ДопРасходы", "ДопРасход"),
        country=node.text("СтранаПроисхождения", "Страна"),
        customs_declaration=node.text("ГТД"),
        warehouses=_warehouses(node),
        characteristics=goods.characteristics(node),
        properties=goods.properties(node),
        requisites=told,
        is_service=goods_id == DELIVERY_ID or goods.is_service(told),
    )


def _taxes(node: Node) -> tuple[Tax, ...]:
    return tuple(
        Tax(
            name=one.text("Наименование"),
            included=truth_or_none(one.text("УчтеноВСумме")),
            excise=truth(one.text("Акциз")),
            amount=number(one.text("Сумма")),
            rate=one.text("Ставка"),
        )
        for one in node.nodes("Налоги", "Налог")
    )


def _changes(node: Node, block: str, name: str) -> tuple[Change, ...]:
    return tuple(
        Change(
            name=one.text("Наименование"),
            amount=number(one.text("Сумма")),
            percent=number_or_none(one.text("Процент").rstrip("%")),
            included=truth_or_none(one.text("УчтеноВСумме")),
            comment=one.text("Комментарий"),
        )
        for one in node.nodes(block, name)
    )


def _warehouses(node: Node) -> tuple[WarehouseSeen, ...]:
    return tuple(parties.warehouse(one) for one in node.nodes("Склады", "Склад"))


def _subordinates(node: Node) -> list[Node]:
    """The schema names them ПодчиненныйДокумент, some exporters keep Документ."""
    block = "ПодчиненныеДокументы"
    return node.nodes(block, "ПодчиненныйДокумент") + node.nodes(block, "Документ")


def _payments(node: Node) -> list[Node]:
    """The schema says Оплаты/Оплата, some exporters keep the name of its type in between."""
    return node.nodes("Оплаты", "Оплата") + node.nodes("Оплаты", "ОплатаСайт", "Оплата")


def _payment(node: Node) -> SitePayment:
    return SitePayment(
        number=node.text("НомерДокумента"),
        transaction=node.text("НомерТранзакции"),
        paid_at=moment(node.text("ДатаОплаты")),
        amount=number(node.text("СуммаОплаты")),
        method=node.text("СпособОплаты"),
        method_id=node.text("ИдСпособаОплаты"),
    )
