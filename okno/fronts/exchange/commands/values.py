"""What objects of a catalogue say, as columns of ours: only what is told, since an empty element never clears."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from okno.areas.catalog import queries as catalog
from okno.areas.catalog.models import Item
from okno.fronts.exchange import rules
from okno.fronts.exchange.parts.commerceml.classifier import PriceTypeSeen, PropertySeen
from okno.fronts.exchange.parts.commerceml.goods import Characteristic, GoodsSeen, PropertyValue
from okno.fronts.exchange.parts.commerceml.offers import OfferSeen
from okno.fronts.exchange.parts.commerceml.parties import WarehouseSeen
from okno.fronts.exchange.parts.commerceml.units import Unit
from okno.kit.errors import Refused

Values = dict[str, Any]
KINDS = {"Справочник": "list", "Число": "number", "Время": "moment", "Строка": "text"}


def offer_key(goods_id: str, characteristic_id: str) -> str:
    """How an offer is called in the table of links: as its id stands in the files."""
    return f"{goods_id}#{characteristic_id}" if characteristic_id else goods_id


def told(**values: Any) -> Values:
    """The values without the empty ones."""
    return {name: value for name, value in values.items() if value not in ("", None, {}, [])}


def unit_of(unit: Unit | None, units: Mapping[str, str]) -> tuple[str, str]:
    """Name and code of a unit; a bare code gets its name from the dictionary of the base, else from ОКЕИ."""
    if unit is None:
        return "", ""
    name = unit.name or units.get(unit.code, "") or catalog.unit_name(unit.code)
    return (name or unit.full_name or unit.international)[:50], unit.code[:10]


def item_values(goods: GoodsSeen, units: Mapping[str, str]) -> Values:
    """Columns of an item, without its group and properties, which are links."""
    unit, code = unit_of(goods.unit, units)
    kind = Item.Kind.SERVICE if goods.is_service else ""
    return told(
        name=goods.name[:500],
        full_name=goods.full_name[:1000],
        kind=str(kind),
        article=goods.article[:100],
        code=goods.code[:50],
        barcode=goods.barcode[:50],
        unit=unit,
        unit_code=code,
        vat=vat_of(goods),
        weight=goods.weight if rules.fits(goods.weight) else None,
        country=goods.country[:100],
        maker=(goods.maker.name if goods.maker else goods.brand)[:255],
        description=goods.description,
    )


def vat_of(goods: GoodsSeen) -> str:
    """The code of the VAT rate, empty when none is told or it is not known."""
    rates = [one.rate for one in goods.taxes if not one.name or one.name.casefold().startswith("ндс")]
    return next((code for rate in rates if (code := catalog.vat_code(rate))), "")


def unknown_vat(goods: GoodsSeen) -> str:
    """The VAT rate as it stands in the file when it is none that we know."""
    return next((one.rate for one in goods.taxes if one.rate and not catalog.vat_code(one.rate)), "")


def offer_values(offer: OfferSeen | GoodsSeen, units: Mapping[str, str]) -> Values:
    """Columns of an offer, or of goods with a characteristic, which are one; without its item."""
    return told(
        name=offer.name[:500],
        article=offer.article[:100],
        barcode=offer.barcode[:50],
        unit=unit_of(offer.unit, units)[0],
        details=details_of(offer.characteristics),
    )


def details_of(characteristics: tuple[Characteristic, ...]) -> dict[str, str]:
    """Characteristics by name."""
    return {one.name: one.value for one in characteristics if one.name and one.value}


def property_values(
    told_values: tuple[PropertyValue, ...], row_of: Callable[[str], int | None]
) -> dict[str, list[str]]:
    """Values of properties by the key of the property."""
    found = {}
    for one in told_values:
        row_id = row_of(one.id)
        if row_id is not None and one.values:
            found[str(row_id)] = list(one.values)
    return found


def property_columns(seen: PropertySeen) -> Values:
    """Columns of a property."""
    options = [{"id": one.id or one.value, "name": one.value} for one in seen.options]
    return told(name=seen.name[:255], kind=KINDS.get(seen.kind, "text"), options=options)


def price_type_columns(seen: PriceTypeSeen) -> Values:
    """Columns of a price type."""
    included = next((one.included for one in seen.taxes if one.included is not None), None)
    values = told(name=seen.name[:100], currency=rules.currency_code(seen.currency, "") if seen.currency else "")
    return values if included is None else {**values, "includes_vat": included}


def warehouse_columns(seen: WarehouseSeen) -> Values:
    """Columns of a warehouse."""
    return told(name=seen.name[:255], address=seen.address.text[:500] if seen.address else "")


def prices_of(offer: OfferSeen) -> list[dict[str, str]]:
    """
    Prices of an offer in a form that may wait in JSON.

    :raises Refused: a number has no room in our columns.
    """
    return [
        {
            "type": one.type_id,
            "value": str(checked(one.price)),
            "currency": one.currency,
            "unit": unit_of(one.unit, {})[0],
            "coefficient": str(checked(one.coefficient) or 1),
            "from": str(checked(one.min_qty) or 0),
        }
        for one in offer.prices
    ]


def rests_of(offer: OfferSeen) -> dict[str, Any]:
    """
    Rests of an offer in a form that may wait in JSON.

    :raises Refused: a number has no room in our columns.
    """
    total = checked(offer.total)
    places = {one.warehouse_id: str(checked(one.quantity)) for one in offer.warehouse_rests}
    return {"total": None if total is None else str(total), "places": places}


def checked(value: Decimal | None) -> Decimal | None:
    """:raises Refused: the number is too large."""
    if not rules.fits(value):
        raise Refused("exchange.too_large", _("The number %(number)s is too large."), number=value)
    return value
