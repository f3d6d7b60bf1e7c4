"""Reads of goods: groups, items, offers, price types, warehouses; each starts from what the actor may see."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar

from django.db.models import Count, Model, OuterRef, Prefetch, Q, QuerySet, Subquery, Sum

from okno.areas.catalog.models import Group, Item, Offer, Picture, Price, PriceType, Property, Rest, Warehouse
from okno.kit.models.base import RecordQuerySet
from okno.kit.permissions import Actor

M = TypeVar("M", bound=Model)


def parts(model: type[M]) -> QuerySet[M]:
    """Parts of the catalogue, which everybody sees who sees the item they belong to."""
    return QuerySet(model)


# For lists of items: the lowest price of the default type, and how much there is in all offers together.
_LOWEST = (
    parts(Price)
    .filter(offer__item=OuterRef("pk"), offer__is_deleted=False)
    .order_by("-price_type__is_default", "price_type_id", "value")[:1]
)
LOWEST_PRICE, ITS_CURRENCY = Subquery(_LOWEST.values("value")), Subquery(_LOWEST.values("currency"))
REST = Subquery(
    parts(Offer)
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
    rows = parts(Price).filter(offer=offer, price_type__is_deleted=False).select_related("price_type")
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
    return parts(Price).filter(price_type=price_type).count()


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
    prices = Prefetch("prices", parts(Price).select_related("price_type").order_by("price_type_id", "min_quantity"))
    rests = Prefetch("rests", parts(Rest).select_related("warehouse").order_by("warehouse_id"))
    rows: RecordQuerySet[Offer] = RecordQuerySet(Offer)
    found = rows.visible_to(actor).filter(item=item).order_by("is_deleted", "name", "id")
    return found.prefetch_related(prices, rests)


def pictures_of(item: Item) -> QuerySet[Picture]:
    """Pictures of an item in order, those whose file has come."""
    return parts(Picture).filter(item=item).exclude(sha256="").order_by("position", "id")


def pictures_without_file(item_ids: Iterable[int]) -> list[tuple[int, str]]:
    """Items and paths of their pictures whose file has not come."""
    return list(parts(Picture).filter(item_id__in=list(item_ids), sha256="").values_list("item_id", "path"))


def captions_of(item_ids: Iterable[int]) -> dict[tuple[int, str], tuple[str, int]]:
    """Captions and positions of pictures by the id of their item and their path."""
    rows = parts(Picture).filter(item_id__in=set(item_ids))
    return {(one.item_id, one.path): (one.text, one.position) for one in rows}


def properties_of(item: Item) -> list[tuple[str, str]]:
    """Names and values of the properties of an item; ids of listed values are read as their names."""
    keys = [int(key) for key in item.properties if key.isdigit()]
    known = {str(one.pk): one for one in parts(Property).filter(pk__in=keys)}
    return sorted(_shown(known[key], values) for key, values in item.properties.items() if key in known)


def _shown(prop: Property, values: list[str]) -> tuple[str, str]:
    names = {one.get("id"): one.get("name", "") for one in prop.options}
    return prop.name, ", ".join(names.get(value) or value for value in values)


def found_by_text(actor: Actor, text: str) -> RecordQuerySet[Offer]:
    """Offers by a part of the name, or by the whole article or barcode."""
    same = Q(name__icontains=text) | Q(article=text) | Q(barcode=text) | Q(item__article=text)
    return offers(actor).filter(same).select_related("item")


def prices(actor: Actor, *, offer: int | None = None) -> QuerySet[Price]:
    """Prices of offers in use, of one offer when it is named."""
    found = parts(Price).filter(offer__in=offers(actor).order_by().values("pk"))
    found = found if offer is None else found.filter(offer_id=offer)
    return found.select_related("price_type").order_by("id")


def rests(actor: Actor, *, offer: int | None = None) -> QuerySet[Rest]:
    """Rests of offers in use by warehouse, of one offer when it is named."""
    found = parts(Rest).filter(offer__in=offers(actor).order_by().values("pk"))
    found = found if offer is None else found.filter(offer_id=offer)
    return found.select_related("warehouse").order_by("id")
