"""The catalogue by hand: for those who have no accounting system to bring it."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from okno.areas.catalog import queries, rules
from okno.areas.catalog.commands.price_types import put_price
from okno.areas.catalog.models import Group, Item, Offer, Warehouse
from okno.kit import live, masters
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
        put_price(offer, queries.default_price_type(), price)
    live.tell_topic("catalog.item")
    return item


@command("catalog.update", label=_("Change an item"))
def update(*, actor: Actor, item: Item, values: dict[str, Any], base_version: int | None = None) -> Item:
    """
    Change fields of an item by their keys.

    :raises Conflict: the same field was changed since `base_version`.
    :raises Refused: a value is wrong, or another system puts the item into groups.
    """
    if "group" in values:
        masters.check("catalog.item", item.pk, "group_id", field="group")
    if "name" in values:
        values["name"] = rules.check_name(str(values["name"]))
    editing.apply(actor, item, values, base_version)
    live.tell_topic("catalog.item")
    return item


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
