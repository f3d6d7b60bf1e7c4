"""Price types and prices by hand: for those whose accounting system does not bring them."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from okno.areas.catalog import queries, rules
from okno.areas.catalog.models import Offer, Price, PriceType
from okno.kit import live, masters, money
from okno.kit.commands import command
from okno.kit.fields import editing
from okno.kit.permissions import Actor
from okno.kit.registry import CUSTOM_PREFIX

RECORD = "catalog.price_type"


@command("catalog.add_price_type", label=_("Add a price type"))
def add_price_type(*, actor: Actor, name: str, currency: str = "RUB", includes_vat: bool = True) -> PriceType:
    """
    Add a type of prices; the first one is used by default.

    :raises Refused: there is no name, another type is called so, or there is no such currency.
    """
    made = PriceType.objects.create(
        name=rules.check_free_name(name, queries.price_types(actor)),
        currency=money.currency_code(currency),
        includes_vat=includes_vat,
        is_default=queries.default_price_type() is None,
    )
    live.tell_topic(RECORD)
    return made


@command("catalog.update_price_type", label=_("Change a price type"))
def update_price_type(
    *, actor: Actor, price_type: PriceType, values: dict[str, Any], base_version: int | None = None
) -> PriceType:
    """
    Change fields of a type of prices by their keys; of one that comes from the accounting system, only custom ones.

    :raises Conflict: the same field was changed since `base_version`.
    :raises Refused: a value is wrong, the name is taken, another system keeps the type, or prices in the currency that
        it has would be left.
    """
    if own := [key for key in values if not key.startswith(CUSTOM_PREFIX)]:
        masters.check(RECORD, price_type.pk, field=own[0])
    if "name" in values:
        others = queries.price_types(actor).exclude(pk=price_type.pk)
        values["name"] = rules.check_free_name(str(values["name"]), others)
    if "currency" in values:
        values["currency"] = money.currency_code(str(values["currency"]))
        if values["currency"] != price_type.currency:
            rules.check_can_recount(price_type, queries.count_of_prices(price_type))
    editing.apply(actor, price_type, values, base_version)
    live.tell_topic(RECORD)
    return price_type


@command("catalog.set_default_price_type", label=_("Use these prices by default"))
def set_default_price_type(*, actor: Actor, price_type: PriceType) -> PriceType:
    """Offer prices of this type first wherever lines are chosen."""
    PriceType.objects.filter(is_default=True).exclude(pk=price_type.pk).update(is_default=False)
    price_type.is_default = True
    price_type.save(update_fields=["is_default"])
    live.tell_topic(RECORD)
    return price_type


@command("catalog.archive_price_type", label=_("Retire a price type"))
def archive_price_type(*, actor: Actor, price_type: PriceType) -> PriceType:
    """
    Mark a type of prices for deletion: new lines do not take it any more, prices and documents stay as they are.

    :raises Refused: it is used by default, or another system keeps it.
    """
    masters.check(RECORD, price_type.pk)
    rules.check_can_retire(price_type)
    return _marked(price_type, is_deleted=True)


@command("catalog.bring_back_price_type", label=_("Bring a price type back"))
def bring_back_price_type(*, actor: Actor, price_type: PriceType) -> PriceType:
    """Take the mark for deletion off a type of prices. :raises Refused: another one is called so by now."""
    rules.check_free_name(price_type.name, queries.price_types(actor))
    return _marked(price_type, is_deleted=False)


@command("catalog.set_price", label=_("Set a price"))
def set_price(*, actor: Actor, offer: Offer, price: Decimal, price_type: PriceType | None = None) -> Offer:
    """
    Set a price of an offer, of the default type unless another is given.

    :raises Refused: it is below zero or too large, or another system keeps prices of the type.
    """
    kind = price_type or queries.default_price_type()
    if kind is not None:
        rules.check_not_kept([kind], queries.kept_types(offer))
    put_price(offer, kind, price)
    live.tell_topic("catalog.item")
    return offer


@command("catalog.set_prices", label=_("Set prices"))
def set_prices(*, actor: Actor, offer: Offer, prices: list[dict[str, Any]]) -> Offer:
    """
    Replace the prices of an offer; those that another system keeps stay as they are.

    :param prices: `{"price_type": id, "value", "currency": by default that of the type, "min_quantity": by default 0}`.
    :raises Refused: a number cannot be read, a price stands twice, there is no such type, or another system keeps it.
    """
    types = {one.pk: one for one in queries.price_types(actor)}
    kept = queries.kept_types(offer)
    told = [rules.told_price(one, types) for one in prices]
    rules.check_not_kept([one.price_type for one in told], kept)
    rules.check_once(told)
    present = Price.objects.filter(offer=offer, price_type__in=types.keys() - kept.keys())
    former = {(one.price_type_id, one.min_quantity): one for one in present}
    for one in told:
        _set(offer, one, former.pop((one.price_type.pk, one.min_quantity), None))
    for lost in former.values():
        lost.delete()
    live.tell_topic("catalog.item")
    return offer


def put_price(offer: Offer, price_type: PriceType | None, price: Decimal) -> None:
    """Set the price of an offer for any quantity; where there is no type yet, the first one is made."""
    kind = price_type or PriceType.objects.create(name=str(_("Retail")), is_default=True)
    values: Mapping[str, Any] = {"value": rules.check_price(price), "currency": kind.currency}
    Price.objects.update_or_create(offer=offer, price_type=kind, min_quantity=0, defaults=values)


def _set(offer: Offer, told: rules.Told, former: Price | None) -> None:
    if former is not None and (former.value, former.currency) == (told.value, told.currency):
        return
    one = former or Price(offer=offer, price_type=told.price_type, min_quantity=told.min_quantity)
    one.value, one.currency = told.value, told.currency
    one.save()


def _marked(price_type: PriceType, *, is_deleted: bool) -> PriceType:
    price_type.is_deleted = is_deleted
    price_type.save(update_fields=["is_deleted"])
    live.tell_topic(RECORD)
    return price_type
