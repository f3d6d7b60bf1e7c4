"""Goods of a catalogue, and what rows and offers share with them: properties, taxes, characteristics, requisites."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from django.utils.translation import gettext_lazy as _

from okno.fronts.exchange.parts.commerceml import units
from okno.fronts.exchange.parts.commerceml.nodes import Node
from okno.fronts.exchange.parts.commerceml.units import Unit
from okno.fronts.exchange.parts.commerceml.values import number_or_none, plain, split_id, truth
from okno.kit.errors import Refused

FIELDS = frozenset(
    {
        "Ид", "НомерВерсии", "ПометкаУдаления", "Штрихкод", "Артикул", "Код", "Наименование", "ПолноеНаименование",
        "БазоваяЕдиница", "Единица", "Коэффициент", "ИдТовараУКонтрагента", "Группы", "Категория", "Описание",
        "Картинка", "Страна", "ТорговаяМарка", "Вес", "Изготовитель", "ЗначенияСвойств", "СтавкиНалогов",
        "ХарактеристикиТовара", "ЗначенияРеквизитов",
    }
)  # fmt: skip
_SWITCHES = frozenset({"true", "false", "1", "0", "да", "нет", "истина", "ложь"})


class PropertyValue(NamedTuple):
    """Values of one property: literal texts or ids of its dictionary; no values means it was cleared."""

    id: str
    name: str
    values: tuple[str, ...]


class TaxRate(NamedTuple):
    """A tax rate as text, since rates are data: `20`, `Без НДС`, or nothing."""

    name: str
    rate: str


class Characteristic(NamedTuple):
    """One attribute of a variant: name and value, the id only from 2.06 on."""

    id: str
    name: str
    value: str


class Requisite(NamedTuple):
    """A named value outside the schema; most have one value, some repeat it."""

    name: str
    values: tuple[str, ...]

    @property
    def value(self) -> str:
        """The first value."""
        return self.values[0] if self.values else ""


class PictureText(NamedTuple):
    """The caption of a picture by its path."""

    path: str
    text: str


class Maker(NamedTuple):
    """Who made the goods; the full name is often absent."""

    id: str
    name: str
    full_name: str


@dataclass(frozen=True, slots=True)
class GoodsSeen:
    """Goods, or in some 2.04 files one variant of goods; empty texts mean the file says nothing."""

    goods_id: str
    characteristic_id: str
    deleted: bool
    version: str
    barcode: str
    article: str
    code: str
    name: str
    full_name: str
    unit: Unit | None
    our_id: str
    group_ids: tuple[str, ...]
    category_id: str
    description: str
    description_is_html: bool
    pictures: tuple[str, ...]
    picture_texts: tuple[PictureText, ...]
    country: str
    brand: str
    weight: Decimal | None
    maker: Maker | None
    properties: tuple[PropertyValue, ...]
    taxes: tuple[TaxRate, ...]
    characteristics: tuple[Characteristic, ...]
    requisites: tuple[Requisite, ...]
    is_service: bool


def goods(node: Node) -> GoodsSeen:
    """
    Goods of a catalogue.

    :raises Refused: there is no id.
    """
    goods_id, characteristic_id = split_id(required_id(node))
    told = requisites(node)
    description, is_html = _description(node.text("Описание"), requisite(told, "ОписаниеВФорматеHTML"))
    return GoodsSeen(
        goods_id=goods_id,
        characteristic_id=characteristic_id,
        deleted=is_deleted(node, told),
        version=node.text("НомерВерсии"),
        barcode=node.text("Штрихкод"),
        article=node.text("Артикул"),
        code=node.text("Код") or requisite(told, "Код"),
        name=plain(node.text("Наименование")),
        full_name=plain(node.text("ПолноеНаименование") or requisite(told, "Полное наименование")),
        unit=units.base(node.node("БазоваяЕдиница")) or units.of_row(node),
        our_id=node.text("ИдТовараУКонтрагента"),
        group_ids=_group_ids(node),
        category_id=node.text("Категория"),
        description=description,
        description_is_html=is_html,
        pictures=pictures(node),
        picture_texts=picture_texts(told),
        country=node.text("Страна"),
        brand=node.text("ТорговаяМарка"),
        weight=number_or_none(node.text("Вес") or requisite(told, "Вес")),
        maker=_maker(node),
        properties=properties(node),
        taxes=tax_rates(node),
        characteristics=characteristics(node),
        requisites=told,
        is_service=is_service(told),
    )


def required_id(node: Node) -> str:
    """
    The id of an object that cannot be stored without one.

    :raises Refused: it is empty.
    """
    found = node.text("Ид")
    if not found:
        raise Refused("exchange.no_id", _("The object has no id."))
    return found


def requisites(node: Node, name: str = "ЗначенияРеквизитов") -> tuple[Requisite, ...]:
    """All named values of a block."""
    return tuple(
        Requisite(one.text("Наименование"), tuple(one.texts("Значение")))
        for one in node.nodes(name, "ЗначениеРеквизита")
    )


def requisite(told: tuple[Requisite, ...], name: str) -> str:
    """The value of the first requisite of this name, whatever the case of its letters."""
    wanted = name.casefold()
    return next((one.value for one in told if one.name.casefold() == wanted), "")


def is_deleted(node: Node, told: tuple[Requisite, ...]) -> bool:
    """Deleted in 1C: by status, by mark, or by a requisite, as different exporters tell it."""
    return (
        node.attribute("Статус") == "Удален"
        or truth(node.text("ПометкаУдаления"))
        or truth(requisite(told, "ПометкаУдаления"))
    )


def properties(node: Node) -> tuple[PropertyValue, ...]:
    """Values of properties; an empty list of values clears the property."""
    return tuple(
        PropertyValue(one.text("Ид"), one.text("Наименование"), tuple(filter(None, one.texts("Значение"))))
        for one in node.nodes("ЗначенияСвойств", "ЗначенияСвойства")
    )


def tax_rates(node: Node) -> tuple[TaxRate, ...]:
    """Tax rates as they are written."""
    return tuple(
        TaxRate(one.text("Наименование"), one.text("Ставка")) for one in node.nodes("СтавкиНалогов", "СтавкаНалога")
    )


def characteristics(node: Node) -> tuple[Characteristic, ...]:
    """Attributes of a variant."""
    return tuple(
        Characteristic(one.text("Ид"), one.text("Наименование"), one.text("Значение"))
        for one in node.nodes("ХарактеристикиТовара", "ХарактеристикаТовара")
    )


def is_service(told: tuple[Requisite, ...]) -> bool:
    """A service by the type of nomenclature; the delivery row of Bitrix says so too."""
    kind = requisite(told, "ТипНоменклатуры") or requisite(told, "ВидНоменклатуры")
    return kind.casefold() == "услуга"


def pictures(node: Node) -> tuple[str, ...]:
    """Paths of pictures, the main one first; the files come apart, earlier, later or never."""
    return tuple(filter(None, node.texts("Картинка")))


def _group_ids(node: Node) -> tuple[str, ...]:
    groups = node.node("Группы")
    return tuple(filter(None, groups.texts("Ид"))) if groups else ()


def _description(text: str, html: str) -> tuple[str, bool]:
    """The requisite is a switch for some exporters and the formatted text itself for others."""
    if html.casefold() in _SWITCHES or not html:
        return text, truth(html)
    return html, True


def picture_texts(told: tuple[Requisite, ...]) -> tuple[PictureText, ...]:
    """Captions, told by requisites of the shape `path#text`."""
    return tuple(
        PictureText(path.strip(), text.strip())
        for one in told
        if one.name == "ОписаниеФайла"
        for path, _hash, text in (value.partition("#") for value in one.values)
        if path.strip()
    )


def _maker(node: Node) -> Maker | None:
    inner = node.node("Изготовитель")
    if inner is None or not inner.parts:
        return None
    full = inner.text("ОфициальноеНаименование", "ПолноеНаименование")
    return Maker(inner.text("Ид"), plain(inner.text("Наименование")) or plain(full), plain(full))
