"""What a classifier holds: groups, properties, price types, units and categories of goods."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from okno.fronts.exchange.parts.commerceml import units
from okno.fronts.exchange.parts.commerceml.nodes import Node
from okno.fronts.exchange.parts.commerceml.values import plain, truth, truth_or_none

GROUP_FIELDS = frozenset({"Ид", "НомерВерсии", "ПометкаУдаления", "Наименование", "Описание"})
PROPERTY_FIELDS = frozenset(
    {
        "Ид", "НомерВерсии", "ПометкаУдаления", "Наименование", "Описание", "Обязательное", "Множественное",
        "ТипЗначений", "ВариантыЗначений", "ДляТоваров", "ДляПредложений", "ДляДокументов", "Внешний",
    }
)  # fmt: skip
PRICE_TYPE_FIELDS = frozenset({"Ид", "НомерВерсии", "ПометкаУдаления", "Наименование", "Описание", "Валюта", "Налог"})
UNIT_FIELDS = frozenset(
    {
        "Ид", "НомерВерсии", "ПометкаУдаления", "НаименованиеКраткое", "Наименование", "Код", "НаименованиеПолное",
        "МеждународноеСокращение",
    }
)  # fmt: skip
CATEGORY_FIELDS = frozenset({"Ид", "НомерВерсии", "ПометкаУдаления", "Наименование", "Свойства"})


class Option(NamedTuple):
    """One value of a reference property; plain lists of values have no ids."""

    id: str
    value: str


class TaxMark(NamedTuple):
    """A tax of a price type: whether prices of this type hold it already, None when nothing is said."""

    name: str
    included: bool | None


@dataclass(frozen=True, slots=True)
class GroupSeen:
    """A group of goods; parents come before their children, an unknown parent is repaired later."""

    id: str
    name: str
    parent_id: str
    deleted: bool
    version: str
    description: str = ""


@dataclass(frozen=True, slots=True)
class PropertySeen:
    """A property that goods, offers or documents may carry; `kind` is the text of the file: Строка, Число …"""

    id: str
    name: str
    kind: str
    options: tuple[Option, ...]
    for_goods: bool
    for_offers: bool
    for_documents: bool
    many: bool
    required: bool
    deleted: bool
    version: str
    description: str = ""


@dataclass(frozen=True, slots=True)
class PriceTypeSeen:
    """A price list of 1C; the currency is free text of the file (`RUB`, `руб`, `643`)."""

    id: str
    name: str
    currency: str
    taxes: tuple[TaxMark, ...]
    deleted: bool
    version: str
    description: str = ""


@dataclass(frozen=True, slots=True)
class UnitSeen:
    """A unit of the dictionary of units."""

    id: str
    code: str
    name: str
    full_name: str
    international: str
    deleted: bool
    version: str


@dataclass(frozen=True, slots=True)
class CategorySeen:
    """A category of goods of 1C:UNF with the properties that its goods carry."""

    id: str
    name: str
    property_ids: tuple[str, ...]
    deleted: bool
    version: str


def group(node: Node, parent_id: str) -> GroupSeen:
    """A group as far as it is told; its children are objects of their own."""
    return GroupSeen(
        id=node.text("Ид"),
        name=plain(node.text("Наименование")),
        parent_id=parent_id,
        deleted=truth(node.text("ПометкаУдаления")),
        version=node.text("НомерВерсии"),
        description=node.text("Описание"),
    )


def property_(node: Node) -> PropertySeen:
    """A property with its list of values, which is either plain texts or a dictionary with ids."""
    required = node.text("Обязательное")
    listed = [Option("", text) for text in _plain_values(node) if text]
    known = [Option(one.text("ИдЗначения"), plain(one.text("Значение")))
             for one in node.nodes("ВариантыЗначений", "Справочник")]  # fmt: skip
    return PropertySeen(
        id=node.text("Ид"),
        name=plain(node.text("Наименование")),
        kind=node.text("ТипЗначений"),
        options=(*listed, *known),
        for_goods=truth(node.text("ДляТоваров")),
        for_offers=truth(node.text("ДляПредложений")),
        for_documents=truth(node.text("ДляДокументов")),
        many=truth(node.text("Множественное")),
        # The schema writes here where the property is required («Для каталога»), plug-ins write a switch.
        required=truth(required) or required.startswith("Для "),
        deleted=truth(node.text("ПометкаУдаления")),
        version=node.text("НомерВерсии"),
        description=node.text("Описание"),
    )


def price_type(node: Node) -> PriceTypeSeen:
    """A price type from a classifier or from a package of offers."""
    return PriceTypeSeen(
        id=node.text("Ид"),
        name=plain(node.text("Наименование")),
        currency=node.text("Валюта"),
        taxes=tuple(tax_mark(one) for one in node.nodes("Налог")),
        deleted=truth(node.text("ПометкаУдаления")),
        version=node.text("НомерВерсии"),
        description=node.text("Описание"),
    )


def tax_mark(node: Node) -> TaxMark:
    """Name of a tax and whether it is inside the price."""
    return TaxMark(node.text("Наименование"), truth_or_none(node.text("УчтеноВСумме")))


def unit(node: Node) -> UnitSeen:
    """A unit of the dictionary; codes come padded with blanks."""
    return UnitSeen(
        id=node.text("Ид"),
        code=units.code(node.text("Код")) or units.code(node.text("Ид")),
        name=node.text("НаименованиеКраткое", "Наименование"),
        full_name=node.text("НаименованиеПолное"),
        international=node.text("МеждународноеСокращение"),
        deleted=truth(node.text("ПометкаУдаления")),
        version=node.text("НомерВерсии"),
    )


def category(node: Node) -> CategorySeen:
    """A category with the ids of its properties."""
    properties = node.node("Свойства")
    return CategorySeen(
        id=node.text("Ид"),
        name=plain(node.text("Наименование")),
        property_ids=tuple(filter(None, properties.texts("Ид"))) if properties else (),
        deleted=truth(node.text("ПометкаУдаления")),
        version=node.text("НомерВерсии"),
    )


def _plain_values(node: Node) -> list[str]:
    return [plain(text) for one in node.nodes("ВариантыЗначений") for text in one.texts("Значение")]
