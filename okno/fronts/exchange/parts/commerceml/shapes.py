"""Where things stand in a CommerceML file: which elements hold others, which are objects, and who reads them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from okno.fronts.exchange.parts.commerceml import classifier, documents, goods, offers, parties
from okno.fronts.exchange.parts.commerceml.found import CatalogueStart, ClassifierStart, OfferPackageStart, Thing
from okno.fronts.exchange.parts.commerceml.nodes import Node
from okno.fronts.exchange.parts.commerceml.values import package_id, plain, truth

GROUP = "Группа"
OWNER = "Владелец"


@dataclass(frozen=True, slots=True)
class Reader:
    """Who makes an object of an element, and the children that it looks at."""

    build: Callable[[Node], Thing]
    fields: frozenset[str]


@dataclass(frozen=True, slots=True)
class Shape:
    """One containing element: its objects, its inner containers, its own fields, and the record of its beginning."""

    objects: Mapping[str, Reader] = field(default_factory=dict)
    inner: frozenset[str] = frozenset()
    fields: frozenset[str] = frozenset()
    start: Callable[[Node], Thing] | None = None


def changes_only(node: Node) -> bool:
    """Absent means changes only: a part of a catalogue must never be taken for the whole."""
    told = node.attribute("СодержитТолькоИзменения")
    return truth(told) if told else True


def _classifier_start(node: Node) -> ClassifierStart:
    return ClassifierStart(node.text("Ид"), plain(node.text("Наименование")), changes_only(node))


def _catalogue_start(node: Node) -> CatalogueStart:
    return CatalogueStart(
        node.text("Ид"), node.text("ИдКлассификатора"), plain(node.text("Наименование")), changes_only(node)
    )


def _package_start(node: Node) -> OfferPackageStart:
    return _offers_start(node, is_changes=False)


def _changes_start(node: Node) -> OfferPackageStart:
    return _offers_start(node, is_changes=True)


def _offers_start(node: Node, *, is_changes: bool) -> OfferPackageStart:
    return OfferPackageStart(
        id=package_id(node.text("Ид")),
        catalogue_id=node.text("ИдКаталога"),
        classifier_id=node.text("ИдКлассификатора"),
        name=plain(node.text("Наименование")),
        changes_only=is_changes or changes_only(node),
        is_changes=is_changes,
    )


_COUNTERPARTY = Reader(parties.counterparty, parties.FIELDS)
_PROPERTY = Reader(classifier.property_, classifier.PROPERTY_FIELDS)
_PACKAGE_FIELDS = frozenset(
    {"Ид", "Наименование", "ИдКаталога", "ИдКлассификатора", "Описание", "ДействительноС", "ДействительноДо"}
)
# The owner is made an Owner by the reader, which knows the place.
_OWNER = {OWNER: _COUNTERPARTY}

SHAPES: Mapping[str, Shape] = {
    "КоммерческаяИнформация": Shape(
        objects={
            "Документ": Reader(documents.document, documents.FIELDS),
            "Контейнер": Reader(documents.container, documents.CONTAINER_FIELDS),
        },
        inner=frozenset({"Классификатор", "Каталог", "ПакетПредложений", "ИзмененияПакетаПредложений", "Контрагенты"}),
    ),
    "Классификатор": Shape(
        objects=_OWNER,
        inner=frozenset({"Группы", "Свойства", "ТипыЦен", "Склады", "ЕдиницыИзмерения", "Категории"}),
        fields=frozenset({"Ид", "Наименование", "Описание"}),
        start=_classifier_start,
    ),
    "Группы": Shape(inner=frozenset({GROUP})),
    GROUP: Shape(inner=frozenset({"Группы", "Свойства"}), fields=classifier.GROUP_FIELDS),
    "Свойства": Shape(objects={"Свойство": _PROPERTY, "СвойствоНоменклатуры": _PROPERTY}, fields=frozenset({"Ид"})),
    "ТипыЦен": Shape(
        objects={"ТипЦены": Reader(classifier.price_type, classifier.PRICE_TYPE_FIELDS)},
        fields=frozenset({"ИдКлассификатора"}),
    ),
    "Склады": Shape(objects={"Склад": Reader(parties.warehouse, parties.WAREHOUSE_FIELDS)}),
    "ЕдиницыИзмерения": Shape(objects={"ЕдиницаИзмерения": Reader(classifier.unit, classifier.UNIT_FIELDS)}),
    "Категории": Shape(objects={"Категория": Reader(classifier.category, classifier.CATEGORY_FIELDS)}),
    "Каталог": Shape(
        objects=_OWNER,
        inner=frozenset({"Товары"}),
        fields=frozenset({"Ид", "ИдКлассификатора", "Наименование", "Описание"}),
        start=_catalogue_start,
    ),
    "Товары": Shape(objects={"Товар": Reader(goods.goods, goods.FIELDS)}),
    "ПакетПредложений": Shape(
        objects=_OWNER,
        inner=frozenset({"ТипыЦен", "Склады", "Предложения"}),
        fields=_PACKAGE_FIELDS,
        start=_package_start,
    ),
    "ИзмененияПакетаПредложений": Shape(
        objects=_OWNER, inner=frozenset({"Предложения"}), fields=_PACKAGE_FIELDS, start=_changes_start
    ),
    "Предложения": Shape(objects={"Предложение": Reader(offers.offer, offers.FIELDS)}),
    "Контрагенты": Shape(objects={"Контрагент": _COUNTERPARTY}),
}
# Only these names wake the reader; everything inside an object is looked at when the object is complete.
NAMES = frozenset(SHAPES) | {name for shape in SHAPES.values() for name in shape.objects}
