"""What is true of the catalogue. Pure: no writes, no clock, no request."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from okno.areas.catalog.models import Group, Price, PriceType
from okno.kit import conditions, money
from okno.kit.errors import Refused
from okno.kit.ids import id_of
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
_EXACT = Decimal("0.0001")
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


def check_free_name(name: str, others: Iterable[Group | PriceType], *, longest: int = 100) -> str:
    """The name without blanks around. :raises Refused: there is none, it is too long, or one of the others has it."""
    found = check_name(name)
    if len(found) > longest:
        raise Refused("catalog.long_name", _("At most %(most)s letters."), most=longest, missing=["name"])
    if any(one.name.casefold() == found.casefold() for one in others):
        raise Refused("catalog.name_taken", _("There is “%(name)s” already."), name=found, missing=["name"])
    return found


def check_can_retire(price_type: PriceType) -> None:
    """:raises Refused: the type is used by default."""
    if price_type.is_default:
        raise Refused("catalog.default_type", _("It is used by default: choose another price type for that first."))


def check_can_recount(price_type: PriceType, prices: int) -> None:
    """:raises Refused: there are prices in the currency that the type has."""
    if prices:
        text = _("It has %(count)s prices in %(currency)s: for another currency add another price type.")
        given = {"count": prices, "currency": price_type.currency}
        raise Refused("catalog.priced", text, **given, missing=["currency"])


def check_place(group: Group, parent: Group | None) -> None:
    """:raises Refused: the group would stand inside itself, or in one that is not in use."""
    if parent is None:
        if group.parent_id:
            raise Refused("catalog.no_parent", _("The group that it stands in is not in use."), missing=["parent"])
        return
    if parent.path.startswith(group.path):
        raise Refused("catalog.group_circle", _("A group cannot stand inside itself."), missing=["parent"])
    if parent.is_deleted:
        raise Refused("catalog.no_parent", _("The group that it stands in is not in use."), missing=["parent"])


def check_is_empty(groups: int, items: int) -> None:
    """:raises Refused: groups or goods are inside."""
    if groups:
        raise Refused("catalog.group_busy", _("Groups are inside it: %(count)s. Move them first."), count=groups)
    if items:
        raise Refused("catalog.group_busy", _("Goods are in it: %(count)s. Move them first."), count=items)


@dataclass(frozen=True)
class Told:
    """A price as it was typed: of a type, from a quantity on."""

    price_type: PriceType
    value: Decimal
    currency: str
    min_quantity: Decimal


def told_price(raw: Mapping[str, Any], types: Mapping[int, PriceType]) -> Told:
    """:raises Refused: there is no such type or currency, or a number cannot be read or has no room."""
    kind = types.get(id_of(raw.get("price_type")) or 0)
    if kind is None:
        raise Refused("catalog.no_type", _("Choose a price type."))
    value = check_price(money.read_amount(str(raw.get("value", ""))).quantize(_EXACT))
    least = money.read_amount(str(raw.get("min_quantity") or 0)).quantize(money.THOUSANDTH)
    if not 0 <= least < money.LARGEST_QUANTITY:
        raise Refused("catalog.bad_quantity", _("A price is from a quantity that is not below zero."))
    currency = money.currency_code(str(raw["currency"])) if raw.get("currency") else kind.currency
    return Told(kind, value, currency, least)


def check_once(told: Sequence[Told]) -> None:
    """:raises Refused: a type has two prices from the same quantity on."""
    seen: set[tuple[int, Decimal]] = set()
    for one in told:
        key = one.price_type.pk, one.min_quantity
        if key in seen:
            text = _("There are two prices of the type “%(name)s” from the same quantity.")
            raise Refused("catalog.price_twice", text, name=one.price_type.name)
        seen.add(key)


def check_not_kept(types: Iterable[PriceType], kept: Mapping[int, str]) -> None:
    """:raises Refused: prices of such a type are kept by another system, by the id of the type."""
    for one in types:
        if one.pk in kept:
            text = _("Prices of the type “%(name)s” are kept in “%(system)s”: change them there.")
            raise Refused("kept_elsewhere", text, name=one.name, system=kept[one.pk])


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


def check_line(line: dict[str, Any]) -> dict[str, Any]:
    """A line as it came. :raises Refused: it has no name or no price."""
    if not line.get("name"):
        raise Refused(
            "catalog.no_goods", _("A line needs goods: an offer of the catalogue, or a name."), missing=["name"]
        )
    if line.get("price") in (None, ""):
        text = _("“%(name)s” has no price in the catalogue: give one.")
        raise Refused("catalog.no_price", text, name=line["name"], missing=["price"])
    return line


def check_priced(prices: Mapping[int, object]) -> None:
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
