"""The catalogue by hand: for those who have no accounting system to bring it."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from okno.areas.catalog import queries, rules
from okno.areas.catalog.models import Group, Item, Offer, Price, PriceType, Warehouse
from okno.kit import live
from okno.kit.commands import command
from okno.kit.fields import editing
from okno.kit.permissions import Actor


@command("catalog.add_item", label=_("Add an item"))
def add_item(
    *,
    actor: Actor,
    name: str,
    kind: Item.Kind = Item.Kind.GOODS,
    group: Group | None = None,
    article: str = "",
    unit: str = "шт",
    vat: str = "",
    price: Decimal | None = None,
    description: str = "",
) -> Item:
    """
    Add a good or a service with one offer of it, at a price of the default type when one is given.

    :raises Refused: there is no name, or the price is below zero or too large.
    """
    item = Item.objects.create(
        name=rules.check_name(name)[:500],
        kind=kind,
        group=group,
        article=article[:100],
        unit=unit[:50],
        vat=rules.vat_code(vat),
        description=description,
    )
    offer = Offer.objects.create(item=item, name=item.name, article=item.article, unit=item.unit)
    if price is not None:
        _price(offer, default_price_type(), price)
    live.tell_topic("catalog.item")
    return item


@command("catalog.update", label=_("Change an item"))
def update(*, actor: Actor, item: Item, values: dict[str, Any], base_version: int | None = None) -> Item:
    """
    Change fields of an item by their keys.

    :raises Conflict: the same field was changed since `base_version`.
    :raises Refused: a value is wrong.
    """
    if "name" in values:
        values["name"] = rules.check_name(str(values["name"]))
    editing.apply(actor, item, values, base_version)
    live.tell_topic("catalog.item")
    return item


@command("catalog.update_price_type", label=_("Fill in custom fields of a price type"))
def update_price_type(
    *, actor: Actor, price_type: PriceType, values: dict[str, Any], base_version: int | None = None
) -> PriceType:
    """
    Set fields that were added to types of prices, by their keys; the others come from the accounting system.

    :raises Conflict: the same field was changed since `base_version`.
    :raises Refused: a value is wrong, or the field is none of those that were added.
    """
    editing.apply(actor, price_type, values, base_version)
    live.tell_topic("catalog.price_type")
    return price_type


@command("catalog.update_warehouse", label=_("Fill in custom fields of a warehouse"))
def update_warehouse(
    *, actor: Actor, warehouse: Warehouse, values: dict[str, Any], base_version: int | None = None
) -> Warehouse:
    """
    Set fields that were added to warehouses, by their keys; the others come from the accounting system.

    :raises Conflict: the same field was changed since `base_version`.
    :raises Refused: a value is wrong, or the field is none of those that were added.
    """
    editing.apply(actor, warehouse, values, base_version)
    live.tell_topic("catalog.warehouse")
    return warehouse


@command("catalog.set_price", label=_("Set a price"))
def set_price(*, actor: Actor, offer: Offer, price: Decimal, price_type: PriceType | None = None) -> Offer:
    """
    Set a price of an offer, of the default type unless another is given.

    :raises Refused: it is below zero or too large.
    """
    _price(offer, price_type or default_price_type(), price)
    live.tell_topic("catalog.item")
    return offer


@command("catalog.set_default_price_type", label=_("Use these prices by default"))
def set_default_price_type(*, actor: Actor, price_type: PriceType) -> PriceType:
    """Offer prices of this type first wherever lines are chosen."""
    PriceType.objects.filter(is_default=True).exclude(pk=price_type.pk).update(is_default=False)
    price_type.is_default = True
    price_type.save(update_fields=["is_default"])
    return price_type


@command("catalog.archive", label=_("Mark for deletion"))
def archive(*, actor: Actor, item: Item) -> Item:
    """Mark an item for deletion: it leaves lists and choices, nothing is lost."""
    item.is_deleted = True
    item.save(update_fields=["is_deleted"])
    live.tell_topic("catalog.item")
    return item


@command("catalog.bring_back", label=_("Bring back"))
def bring_back(*, actor: Actor, item: Item) -> Item:
    """Take the mark for deletion off an item."""
    item.is_deleted = False
    item.save(update_fields=["is_deleted"])
    live.tell_topic("catalog.item")
    return item


def default_price_type() -> PriceType:
    """The default type of prices; the first one is made when there is none."""
    return queries.default_price_type() or PriceType.objects.create(name=gettext("Retail"), is_default=True)


def _price(offer: Offer, price_type: PriceType, price: Decimal) -> None:
    values = {"value": rules.check_price(price), "currency": price_type.currency}
    Price.objects.update_or_create(offer=offer, price_type=price_type, min_quantity=0, defaults=values)
