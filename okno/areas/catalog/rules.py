"""What is true of the catalogue. Pure: no writes, no clock, no request."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from okno.areas.catalog.models import Price, PriceType
from okno.kit import conditions, money
from okno.kit.errors import Refused
from okno.kit.registry import Record, registry

# Codes of ОКЕИ that nearly every catalogue uses: some exporters of 1C write the bare code.
UNITS = {
    "006": "м", "055": "м²", "112": "л", "113": "м³", "163": "г", "166": "кг", "168": "т", "356": "ч", "359": "сут",
    "362": "мес", "625": "лист", "642": "ед", "704": "набор", "715": "пар", "736": "рул", "778": "упак", "796": "шт",
    "812": "ящ", "839": "компл", "876": "усл. ед",
}  # fmt: skip
# Whom prices are for: the record is known by its name alone.
CUSTOMERS = "clients.client"
# Prices are decimal(18, 4) in the database.
LARGEST_PRICE = Decimal(10) ** 14
_PERCENT = re.compile(r"(\d{1,2})(?:[.,]0+)?\s*%?")


def unit_name(code: str) -> str:
    """The short name of a unit by its ОКЕИ code, empty for rare ones."""
    return UNITS.get(code.zfill(3) if code.isdigit() else code, "")


def unit_code(name: str) -> str:
    """The ОКЕИ code of a unit by its short name, empty for rare ones."""
    bare = name.strip().rstrip(".").casefold()
    return next((code for code, known in UNITS.items() if known == bare), "")


def vat_code(text: str) -> str:
    """The code of a VAT rate from what people and 1C write: `20`, `20%`, `Без НДС`; empty when there is none."""
    bare = text.strip().casefold().removeprefix("ндс").strip()
    if bare.startswith("без"):
        return "none"
    found = _PERCENT.fullmatch(bare)
    code = found[1].lstrip("0") or "0" if found else ""
    return code if code in {rate.code for rate in money.VAT_RATES} else ""


def check_name(name: str) -> str:
    """The name without blanks around. :raises Refused: there is none."""
    if not name.strip():
        raise Refused("catalog.no_name", _("Give a name."), missing=["name"])
    return name.strip()


def check_price(price: Decimal) -> Decimal:
    """:raises Refused: the price is below zero, or too large for its column."""
    if price < 0:
        raise Refused("catalog.bad_price", _("A price is not below zero."), missing=["price"])
    if price >= LARGEST_PRICE:
        raise Refused("catalog.bad_price", _("The amount is too large or is not a number."), missing=["price"])
    return price


def customers() -> Record:
    """The record whose rows price types are for."""
    return registry.record(CUSTOMERS)


def check_condition(raw: Any) -> dict[str, Any]:
    """
    The condition of whom prices are for.

    :raises Refused: it asks nothing, cannot be read, or names what is not there.
    """
    condition = conditions.parse(raw)
    if condition == conditions.EVERYTHING:
        raise Refused("catalog.no_condition", _("Say which clients get these prices."), missing=["condition"])
    for wrong in conditions.problems(condition, customers()):
        raise Refused(wrong.code, wrong.message.replace("%", "%%"), missing=["condition"])
    return dict(raw)


def check_priced(prices: Mapping[int, Decimal]) -> None:
    """:raises Refused: no line of a document has a price in the catalogue."""
    if not prices:
        raise Refused("catalog.nothing_priced", _("None of the goods here has a price in the catalogue."))


def is_sound(price_type: PriceType) -> bool:
    """Whether all that the condition of a price type speaks of is there still."""
    try:
        return not conditions.problems(conditions.parse(price_type.condition), customers())
    except Refused:
        return False


def best_price(prices: Iterable[Price], price_type: PriceType | None, quantity: Decimal) -> Price | None:
    """
    Which of the prices of an offer holds for a quantity: of the type that is asked for, else of the default one, else
    any; one from a larger quantity on only where there is no other.
    """

    def rank(one: Price) -> tuple[Any, ...]:
        is_larger = one.min_quantity > quantity
        nearness = one.min_quantity if is_larger else -one.min_quantity
        is_other = price_type is None or one.price_type_id != price_type.pk
        return is_larger, is_other, not one.price_type.is_default, one.price_type_id, nearness

    return min((one for one in prices if not one.price_type.is_deleted), key=rank, default=None)
