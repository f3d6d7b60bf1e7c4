"""Reads of the catalogue: each starts from what the actor may see."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import Enum, auto
from typing import Any, TypeVar

from django.db.models import Count, Model, OuterRef, Prefetch, Q, QuerySet, Subquery, Sum
from django.utils.translation import gettext as _

from okno.areas.catalog import rules
from okno.areas.catalog.models import Group, Item, Line, Offer, Picture, Price, PriceType, Property, Rest, Warehouse
from okno.areas.catalog.rules import LARGEST_PRICE, check_priced, customers, is_sound, unit_code, unit_name, vat_code
from okno.kit import conditions, masters, money, naming, rates
from okno.kit.errors import Missing
from okno.kit.fields import holding
from okno.kit.models.base import RecordQuerySet
from okno.kit.openness import hidden_keys
from okno.kit.permissions import Actor

M = TypeVar("M", bound=Model)


class Why(Enum):
    """Why a document takes these prices: somebody chose them, the client holds their rule, or they are the default."""

    CHOSEN = auto()
    HELD = auto()
    USUAL = auto()
    ONLY = auto()


@dataclass(frozen=True)
class Chosen:
    """The type of prices that a document takes, and why; `ONLY` is said where no type has a rule."""

    price_type: PriceType | None
    why: Why


def _rows(model: type[M]) -> QuerySet[M]:
    """Parts of the catalogue, which everybody sees who sees the item they belong to."""
    return QuerySet(model)


# For lists of items: the lowest price of the default type, and how much there is in all offers together.
_LOWEST = (
    _rows(Price)
    .filter(offer__item=OuterRef("pk"), offer__is_deleted=False)
    .order_by("-price_type__is_default", "price_type_id", "value")[:1]
)
LOWEST_PRICE, ITS_CURRENCY = Subquery(_LOWEST.values("value")), Subquery(_LOWEST.values("currency"))
REST = Subquery(
    _rows(Offer)
    .filter(item=OuterRef("pk"), is_deleted=False)
    .order_by()
    .values("item")
    .annotate(sum=Sum("rest"))
    .values("sum")
)


def groups(actor: Actor, *, narrow: bool = False) -> RecordQuerySet[Group]:
    """Groups of the catalogue that are not marked for deletion."""
    rows: RecordQuerySet[Group] = RecordQuerySet(Group)
    return rows.visible_to(actor, narrow=narrow).alive()


def group(actor: Actor, group_id: int) -> Group | None:
    """A group in use, None when there is none."""
    return groups(actor).filter(pk=group_id).first()


def group_tree(actor: Actor) -> list[Group]:
    """Groups from the top, each followed by those inside it; beside each other by name."""
    below: dict[int | None, list[Group]] = {}
    found = list(groups(actor).order_by("name", "id"))
    known = {one.pk for one in found}
    for one in found:
        below.setdefault(one.parent_id if one.parent_id in known else None, []).append(one)
    return _walked(below, None)


def _walked(below: dict[int | None, list[Group]], parent: int | None) -> list[Group]:
    return [one for child in below.get(parent, ()) for one in (child, *_walked(below, child.pk))]


def groups_inside(actor: Actor, group_id: int) -> RecordQuerySet[Group]:
    """A group and those inside it, from the top."""
    return groups(actor).filter(path__contains=f"/{group_id}/").order_by("path")


def items(actor: Actor, *, narrow: bool = False) -> RecordQuerySet[Item]:
    """Goods and services that are not marked for deletion."""
    rows: RecordQuerySet[Item] = RecordQuerySet(Item)
    return rows.visible_to(actor, narrow=narrow).alive()


def count_of_items(actor: Actor, group: Group) -> int:
    """How many goods stand in a group itself."""
    return items(actor).filter(group=group).count()


def items_by_group(actor: Actor) -> dict[int, int]:
    """How many goods stand in each group with those inside it, by the id of the group."""
    counted = items(actor).order_by().exclude(group=None).values_list("group__path").annotate(number=Count("id"))
    found: dict[int, int] = {}
    for path, number in counted:
        for one in path.strip("/").split("/"):
            found[int(one)] = found.get(int(one), 0) + number
    return found


def offers(actor: Actor, *, narrow: bool = False) -> RecordQuerySet[Offer]:
    """Offers of items; what is marked for deletion is left out."""
    rows: RecordQuerySet[Offer] = RecordQuerySet(Offer)
    return rows.visible_to(actor, narrow=narrow).alive().filter(item__is_deleted=False)


def offer_for_prices(actor: Actor, offer_id: int) -> Offer | None:
    """An offer in use with its item, or None."""
    return offers(actor).select_related("item").filter(pk=offer_id).first()


def prices_of(offer: Offer) -> list[Price]:
    """Prices of an offer by types in use, the default one first."""
    rows = _rows(Price).filter(offer=offer, price_type__is_deleted=False).select_related("price_type")
    return list(rows.order_by("-price_type__is_default", "price_type__name", "min_quantity"))


def price_types(actor: Actor, *, narrow: bool = False) -> RecordQuerySet[PriceType]:
    """Types of prices in use."""
    rows: RecordQuerySet[PriceType] = RecordQuerySet(PriceType)
    return rows.visible_to(actor, narrow=narrow).alive()


def price_type(actor: Actor, price_type_id: int) -> PriceType | None:
    """A type of prices in use, None when there is none."""
    return price_types(actor).filter(pk=price_type_id).first()


def count_of_prices(price_type: PriceType) -> int:
    """How many prices there are of a type."""
    return _rows(Price).filter(price_type=price_type).count()


def kept_types(offer: Offer) -> dict[int, str]:
    """Types, by id, whose prices of an offer another system keeps, with the name of the system."""
    if not masters.of("catalog.offer", [offer.pk]):
        return {}
    return masters.of("catalog.price_type", list(_types().values_list("pk", flat=True)))


def warehouses(actor: Actor, *, narrow: bool = False) -> RecordQuerySet[Warehouse]:
    """Warehouses in use."""
    rows: RecordQuerySet[Warehouse] = RecordQuerySet(Warehouse)
    return rows.visible_to(actor, narrow=narrow).alive()


def warehouse(actor: Actor, warehouse_id: int) -> Warehouse | None:
    """A warehouse in use, None when there is none."""
    return warehouses(actor).filter(pk=warehouse_id).first()


def item_for_card(actor: Actor, item_id: int) -> Item | None:
    """An item with its group, or None; one marked for deletion is shown too."""
    rows: RecordQuerySet[Item] = RecordQuerySet(Item)
    return rows.visible_to(actor).select_related("group").filter(pk=item_id).first()


def offers_of(actor: Actor, item: Item) -> QuerySet[Offer]:
    """Offers of an item with prices and rests, three statements for any number of them."""
    prices = Prefetch("prices", _rows(Price).select_related("price_type").order_by("price_type_id", "min_quantity"))
    rests = Prefetch("rests", _rows(Rest).select_related("warehouse").order_by("warehouse_id"))
    rows: RecordQuerySet[Offer] = RecordQuerySet(Offer)
    found = rows.visible_to(actor).filter(item=item).order_by("is_deleted", "name", "id")
    return found.prefetch_related(prices, rests)


def pictures_of(item: Item) -> QuerySet[Picture]:
    """Pictures of an item in order, those whose file has come."""
    return _rows(Picture).filter(item=item).exclude(sha256="").order_by("position", "id")


def pictures_without_file(item_ids: Iterable[int]) -> list[tuple[int, str]]:
    """Items and paths of their pictures whose file has not come."""
    return list(_rows(Picture).filter(item_id__in=list(item_ids), sha256="").values_list("item_id", "path"))


def captions_of(item_ids: Iterable[int]) -> dict[tuple[int, str], tuple[str, int]]:
    """Captions and positions of pictures by the id of their item and their path."""
    rows = _rows(Picture).filter(item_id__in=set(item_ids))
    return {(one.item_id, one.path): (one.text, one.position) for one in rows}


def properties_of(item: Item) -> list[tuple[str, str]]:
    """Names and values of the properties of an item; ids of listed values are read as their names."""
    keys = [int(key) for key in item.properties if key.isdigit()]
    known = {str(one.pk): one for one in _rows(Property).filter(pk__in=keys)}
    return sorted(_shown(known[key], values) for key, values in item.properties.items() if key in known)


def _shown(prop: Property, values: list[str]) -> tuple[str, str]:
    names = {one.get("id"): one.get("name", "") for one in prop.options}
    return prop.name, ", ".join(names.get(value) or value for value in values)


def default_price_type() -> PriceType | None:
    """The type of prices used unless another is chosen."""
    return _types().first()


def price_rules() -> list[PriceType]:
    """Types of prices that say for whom they are, in the order in which they are asked."""
    return _asked(_types())


def prices_for(client_id: int | None, chosen: PriceType | None = None) -> Chosen:
    """
    Whose prices a client gets: those that somebody has chosen, else of the first type whose condition the client
    holds, else the default ones. At most two statements.

    :param chosen: the type that a document names.
    """
    if chosen is not None and not chosen.is_deleted:
        return Chosen(chosen, Why.CHOSEN)
    types = list(_types())
    asked = _asked(types)
    held = _held(client_id, [one for one in asked if is_sound(one)])
    usual = types[0] if types else None
    return Chosen(held, Why.HELD) if held else Chosen(usual, Why.USUAL if asked else Why.ONLY)


def told_prices(actor: Actor, found: Chosen) -> str:
    """Whose prices a document takes and why, in words; nothing where there is nothing to choose from."""
    if found.price_type is None or found.why is Why.ONLY:
        return ""
    told = {"name": found.price_type.name, "why": _why(actor, found)}
    return _("New goods come with prices of the type “%(name)s”: %(why)s") % told


def _why(actor: Actor, found: Chosen) -> str:
    if found.why is Why.CHOSEN:
        return _("chosen by hand")
    kind = found.price_type
    if kind is None or found.why is not Why.HELD:
        return _("used by default")
    condition, record = conditions.parse(kind.condition), customers()
    if any(hidden_keys(actor, record, condition)):
        return _("by a rule that asks of fields closed to you")
    return _("the client fits the rule %(rule)s") % {"rule": naming.sentence(actor, record, condition)}


def _types() -> QuerySet[PriceType]:
    return _rows(PriceType).filter(is_deleted=False).order_by("-is_default", "id")


def _asked(types: Iterable[PriceType]) -> list[PriceType]:
    return sorted((one for one in types if one.condition), key=lambda one: (one.position, one.pk))


def _held(client_id: int | None, asked: list[PriceType]) -> PriceType | None:
    """The first type whose condition a client holds, judged with the eyes of the house."""
    if client_id is None or not asked:
        return None
    texts = [holding.text_of(one.condition) for one in asked]
    for _client, *flags in holding.held(customers(), [client_id], texts):
        return next((one for one, holds in zip(asked, flags, strict=True) if holds), None)
    return None


def price_of(offer: Offer, price_type: PriceType | None = None, quantity: Decimal = Decimal(1)) -> Price | None:
    """The price of an offer for a quantity as `rules.best_price` chooses it; None when there is none."""
    return rules.best_price(offer.prices.select_related("price_type"), price_type, quantity)


def prices_of_lines(lines: Iterable[Line], price_type: PriceType | None, currency: str, on: date) -> dict[int, Decimal]:
    """What lines of a document cost today by their ids; those without a price that can be told are left out."""
    wanted = [one for one in lines if one.offer_id is not None]
    by_offer: dict[int, list[Price]] = {}
    rows = _rows(Price).filter(offer__in={one.offer_id for one in wanted}) if wanted else _rows(Price).none()
    for price in rows.select_related("price_type"):
        by_offer.setdefault(price.offer_id, []).append(price)
    found: dict[int, Decimal] = {}
    for one in wanted:
        best = rules.best_price(by_offer.get(one.offer_id or 0, ()), price_type, one.quantity)
        value = rates.exchanged(best.value, best.currency, currency, on) if best else None
        if value is not None:
            found[one.pk] = money.round_money(value)
    return found


def found_by_text(actor: Actor, text: str) -> RecordQuerySet[Offer]:
    """Offers by a part of the name, or by the whole article or barcode."""
    same = Q(name__icontains=text) | Q(article=text) | Q(barcode=text) | Q(item__article=text)
    return offers(actor).filter(same).select_related("item")


def line_of(
    actor: Actor,
    offer_id: int,
    *,
    currency: str = "RUB",
    on: date | None = None,
    client_id: int | None = None,
    price_type: PriceType | None = None,
) -> dict[str, Any]:
    """
    What an offer fills a line of a deal or an invoice with: name, unit, VAT rate, and the price that its client gets;
    without a price when its currency cannot be exchanged.

    :param currency: that of the document.
    :param client_id: whose rules of prices are asked; nobody's by default.
    :param price_type: the one that the document names, above all rules.
    :param on: the day whose rate holds; by default the newest one.
    :raises Missing: there is no such offer within reach.
    """
    offer = offers(actor).select_related("item").filter(pk=offer_id).first()
    if offer is None:
        raise Missing("not_found", _("Not found, or out of your reach."))
    price = price_of(offer, prices_for(client_id, price_type).price_type)
    value = rates.exchanged(price.value, price.currency, currency, on or date.max) if price else None
    return {
        "offer": offer.pk,
        "name": offer.name,
        "quantity": "1",
        "unit": offer.unit or offer.item.unit,
        "price": "" if value is None else f"{value:.2f}".replace(".", ","),
        "vat": offer.item.vat,
    }


def default_currency() -> str:
    """The currency of new documents: that of the default type of prices."""
    found = default_price_type()
    return found.currency if found else rates.MANAGEMENT


def prices(actor: Actor, *, offer: int | None = None) -> QuerySet[Price]:
    """Prices of offers in use, of one offer when it is named."""
    found = _rows(Price).filter(offer__in=offers(actor).order_by().values("pk"))
    found = found if offer is None else found.filter(offer_id=offer)
    return found.select_related("price_type").order_by("id")


def rests(actor: Actor, *, offer: int | None = None) -> QuerySet[Rest]:
    """Rests of offers in use by warehouse, of one offer when it is named."""
    found = _rows(Rest).filter(offer__in=offers(actor).order_by().values("pk"))
    found = found if offer is None else found.filter(offer_id=offer)
    return found.select_related("warehouse").order_by("id")


__all__ = [
    "ITS_CURRENCY",
    "LARGEST_PRICE",
    "LOWEST_PRICE",
    "REST",
    "Chosen",
    "Why",
    "captions_of",
    "check_priced",
    "customers",
    "default_currency",
    "default_price_type",
    "found_by_text",
    "group",
    "groups",
    "is_sound",
    "item_for_card",
    "items",
    "line_of",
    "offers",
    "offers_of",
    "pictures_of",
    "pictures_without_file",
    "price_of",
    "price_rules",
    "price_type",
    "price_types",
    "prices",
    "prices_for",
    "prices_of_lines",
    "properties_of",
    "rests",
    "told_prices",
    "unit_code",
    "unit_name",
    "vat_code",
    "warehouse",
    "warehouses",
]
