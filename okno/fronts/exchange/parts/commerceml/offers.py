"""Offers: variants of goods with prices and rests, from whole packages and from packages of one kind of change."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from okno.fronts.exchange.parts.commerceml import goods, units
from okno.fronts.exchange.parts.commerceml.classifier import TaxMark, tax_mark
from okno.fronts.exchange.parts.commerceml.goods import Characteristic, PictureText, PropertyValue, Requisite, TaxRate
from okno.fronts.exchange.parts.commerceml.nodes import Node
from okno.fronts.exchange.parts.commerceml.units import Unit
from okno.fronts.exchange.parts.commerceml.values import number, plain, split_id

FIELDS = frozenset(
    {
        "Ид", "ИдХарактеристики", "НомерВерсии", "ПометкаУдаления", "Наименование", "Штрихкод", "Артикул", "Код",
        "БазоваяЕдиница", "КодЕдиницыИзмерения", "Единица", "Коэффициент", "Цены", "Количество", "Склад", "Склады",
        "Остатки", "Картинка", "ХарактеристикиТовара", "ЗначенияСвойств", "СтавкиНалогов", "ЗначенияРеквизитов",
    }
)  # fmt: skip


class Rest(NamedTuple):
    """Stock of one warehouse."""

    warehouse_id: str
    quantity: Decimal


@dataclass(frozen=True, slots=True)
class Price:
    """One price for one unit; `currency` is free text and, when empty, that of the price type."""

    type_id: str
    price: Decimal
    currency: str
    unit: Unit | None
    coefficient: Decimal | None
    min_qty: Decimal | None
    text: str
    catalogue_id: str
    taxes: tuple[TaxMark, ...]


@dataclass(frozen=True, slots=True)
class OfferSeen:
    """
    An offer: bare goods when `characteristic_id` is empty.

    A package touches only what it tells: `has_prices` and `has_rests` say whether those blocks stand in it at all;
    `quantity` None means unknown, never zero.
    """

    goods_id: str
    characteristic_id: str
    deleted: bool
    version: str
    name: str
    barcode: str
    article: str
    code: str
    unit: Unit | None
    has_prices: bool
    prices: tuple[Price, ...]
    has_rests: bool
    quantity: Decimal | None
    warehouse_rests: tuple[Rest, ...]
    pictures: tuple[str, ...]
    picture_texts: tuple[PictureText, ...]
    characteristics: tuple[Characteristic, ...]
    properties: tuple[PropertyValue, ...]
    taxes: tuple[TaxRate, ...]
    requisites: tuple[Requisite, ...]

    @property
    def total(self) -> Decimal | None:
        """The given total, else the sum over warehouses, else None: unknown."""
        if self.quantity is not None or not self.warehouse_rests:
            return self.quantity
        return sum((rest.quantity for rest in self.warehouse_rests), Decimal())


def offer(node: Node) -> OfferSeen:
    """
    An offer of any package, the short form with `ИдХарактеристики` included.

    :raises Refused: there is no id, or a price or quantity is not a number.
    """
    goods_id, characteristic_id = split_id(goods.required_id(node))
    told = goods.requisites(node)
    quantity, rests = _quantity(node), _rests(node)
    return OfferSeen(
        goods_id=goods_id,
        characteristic_id=characteristic_id or node.text("ИдХарактеристики"),
        deleted=goods.is_deleted(node, told),
        version=node.text("НомерВерсии"),
        name=plain(node.text("Наименование")),
        barcode=node.text("Штрихкод"),
        article=node.text("Артикул"),
        code=node.text("Код") or goods.requisite(told, "Код"),
        unit=units.base(node.node("БазоваяЕдиница"))
        or units.of_text(node.text("КодЕдиницыИзмерения"))
        or units.of_row(node),
        has_prices=node.has("Цены"),
        prices=_prices(node),
        has_rests=quantity is not None or bool(rests),
        quantity=quantity,
        warehouse_rests=rests,
        pictures=goods.pictures(node),
        picture_texts=goods.picture_texts(told),
        characteristics=goods.characteristics(node),
        properties=goods.properties(node),
        taxes=goods.tax_rates(node),
        requisites=told,
    )


def _prices(node: Node) -> tuple[Price, ...]:
    """An empty price tells nothing about its type, like one that is absent."""
    told = ((one, number(one.text("ЦенаЗаЕдиницу", "Цена"))) for one in node.nodes("Цены", "Цена"))
    return tuple(_price(one, price) for one, price in told if price is not None)


def _price(node: Node, price: Decimal) -> Price:
    return Price(
        type_id=node.text("ИдТипаЦены"),
        price=price,
        currency=node.text("Валюта"),
        unit=units.of_row(node),
        coefficient=number(node.text("Коэффициент")),
        min_qty=number(node.text("МинКоличество")),
        text=node.text("Представление"),
        catalogue_id=node.text("ИдКаталога"),
        taxes=tuple(tax_mark(one) for one in node.nodes("Налог")),
    )


def _quantity(node: Node) -> Decimal | None:
    """The total of the offer itself or, in 3.x, of rests that name no warehouse."""
    if (direct := number(node.text("Количество"))) is not None:
        return direct
    loose = [number(one.text("Количество")) for one in node.nodes("Остатки", "Остаток")]
    known = [one for one in loose if one is not None]
    return sum(known, Decimal()) if known else None


def _rests(node: Node) -> tuple[Rest, ...]:
    """Rests by warehouse in all three shapes; a warehouse without a number is left out, as it is unknown."""
    places = [one for one in node.nodes("Склад") + node.nodes("Склады") + node.nodes("Склады", "Склад")
              if one.element.get("ИдСклада") is not None]  # fmt: skip
    told = [(one.attribute("ИдСклада"), one.attribute("КоличествоНаСкладе")) for one in places]
    nested = node.nodes("Остатки", "Остаток", "Склад") + [
        one for one in node.nodes("Склады", "Склад") + node.nodes("Склад") if "Ид" in one.parts
    ]
    told += [(one.text("Ид"), one.text("Количество", "КоличествоНаСкладе")) for one in nested]
    counted = ((place, number(quantity)) for place, quantity in told)
    return tuple(Rest(place, quantity) for place, quantity in counted if quantity is not None)
