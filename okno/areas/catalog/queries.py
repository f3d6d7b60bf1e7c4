"""Reads of the catalogue."""

from __future__ import annotations

from typing import Any

from okno.areas.catalog.models import Offer, Price, PriceType
from okno.kit.errors import Missing
from okno.kit.models.base import RecordQuerySet
from okno.kit.permissions import Actor


def offers(actor: Actor) -> RecordQuerySet[Offer]:
    """What is sold, leaving out what is marked for deletion."""
    rows: RecordQuerySet[Offer] = RecordQuerySet(Offer)
    return rows.visible_to(actor).alive()


def default_price_type() -> PriceType | None:
    """The kind of price that lines are filled with."""
    return PriceType.objects.filter(is_deleted=False).order_by("-is_default", "id").first()


def line_of(actor: Actor, offer_id: int, price_type_id: int | None = None) -> dict[str, Any]:
    """
    What an offer fills a line of a deal or an invoice with: name, unit, price of the type, VAT rate of the item.

    :raises Missing: there is no such offer within reach.
    """
    offer = offers(actor).select_related("item").filter(pk=offer_id).first()
    if offer is None:
        raise Missing("not_found", "")
    kind = price_type_id or getattr(default_price_type(), "pk", None)
    price = Price.objects.filter(offer=offer, price_type_id=kind).order_by("min_quantity").first() if kind else None
    return {
        "offer": offer.pk,
        "name": offer.name,
        "quantity": "1",
        "unit": offer.unit or offer.item.unit,
        "price": f"{price.value:.2f}".replace(".", ",") if price else "",
        "vat": offer.item.vat,
    }
