"""How the catalogue looks: prices and rests in cells, the panel of an item."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from okno.areas.catalog import commands, queries
from okno.areas.catalog.models import Item, Offer
from okno.kit import formats
from okno.kit.kinds import Kind
from okno.kit.permissions import Actor
from okno.kit.rows.cells import Cell, Moment
from okno.kit.web import pages


def _price(values: Sequence[Any], _moment: Moment) -> Cell:
    value, currency = values
    return {"text": formats.money_text(value, currency) if value is not None else ""}


def _rest(values: Sequence[Any], _moment: Moment) -> Cell:
    return {"text": "" if values[0] is None else formats.quantity_text(values[0])}


PRICE = pages.Column("price", gettext_lazy("Price"), (queries.LOWEST_PRICE, queries.ITS_CURRENCY), _price, Kind.MONEY)
REST = pages.Column("rest", gettext_lazy("Rest"), (queries.REST,), _rest, Kind.DECIMAL)


def offers(actor: Actor, item: Item) -> dict[str, Any]:
    """Offers of an item with prices by type and rests by warehouse."""
    may_price = actor.may(commands.set_prices.name) and not item.is_deleted
    found = list(queries.offers_of(actor, item))
    # The only offer of an item is the item itself: its name stands above already.
    is_plain = len(found) == 1 and not found[0].details and not found[0].is_deleted and found[0].name == item.name
    shown = [_offer(one, may_price=may_price) for one in found]
    return {"offers": [{**one, "name": ""} for one in shown] if is_plain else shown}


def _offer(offer: Offer, *, may_price: bool) -> dict[str, Any]:
    return {
        "prices_url": f"/offers/{offer.pk}/prices/" if may_price and not offer.is_deleted else "",
        "name": offer.name,
        "is_deleted": offer.is_deleted,
        "details": ", ".join(f"{name}: {value}" for name, value in offer.details.items()),
        "rest": _("unknown") if offer.rest is None else formats.quantity_text(offer.rest),
        "unit": offer.unit,
        "prices": [
            {
                "type": one.price_type.name,
                "vat": "" if one.price_type.includes_vat else _("without VAT"),
                "value": formats.money_text(one.value, one.currency),
                "since": formats.quantity_text(one.min_quantity) if one.min_quantity else "",
            }
            for one in offer.prices.all()
            if not one.price_type.is_deleted
        ],
        "rests": [
            {"warehouse": one.warehouse.name, "quantity": formats.quantity_text(one.quantity)}
            for one in offer.rests.all()
        ],
    }


def properties(_actor: Actor, item: Item) -> dict[str, Any]:
    """Properties of an item and its pictures."""
    pictures = [
        {"url": f"/items/{item.pk}/pictures/{one.pk}/", "text": one.text or item.name}
        for one in queries.pictures_of(item)[:12]
    ]
    return {"properties": queries.properties_of(item), "pictures": pictures}
