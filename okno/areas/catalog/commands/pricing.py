"""Who gets which prices: conditions of price types and the order in which they are asked."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from okno.areas.catalog import queries, rules
from okno.areas.catalog.models import PriceType
from okno.kit import live
from okno.kit.commands import command
from okno.kit.permissions import Actor


@command("catalog.set_price_rule", label=_("Say who gets these prices"))
def set_price_rule(
    *, actor: Actor, price_type: PriceType, condition: dict[str, Any], position: int | None = None
) -> PriceType:
    """
    Let clients that hold a condition get prices of this type.

    :param condition: a tree of the condition language about clients.
    :param position: its place among the rules, from one on; by default it stays where it is, and a new one comes last.
    :raises Refused: it asks nothing, cannot be read, or names what is not there.
    """
    last = max((one.position for one in queries.price_rules()), default=0)
    price_type.position = position or (price_type.position if price_type.condition else last + 1)
    price_type.condition = rules.check_condition(condition)
    return _changed(price_type)


@command("catalog.drop_price_rule", label=_("Nobody in particular gets these prices"))
def drop_price_rule(*, actor: Actor, price_type: PriceType) -> PriceType:
    """Take the condition off a type of prices: documents take it by hand, or where it is the default one."""
    price_type.condition, price_type.position = {}, 0
    return _changed(price_type)


@command("catalog.order_price_rules", label=_("Put rules of prices in order"))
def order_price_rules(*, actor: Actor, ids: list[int]) -> None:
    """Let conditions of price types be asked in this order; those left out come after them as they stood."""
    place = {one: number for number, one in enumerate(ids)}
    for number, one in enumerate(sorted(queries.price_rules(), key=lambda one: place.get(one.pk, len(place))), 1):
        if one.position != number:
            one.position = number
            one.save(update_fields=["position"])
    live.tell_topic("catalog.price_type")


def _changed(price_type: PriceType) -> PriceType:
    price_type.save(update_fields=["condition", "position"])
    live.tell_topic("catalog.price_type")
    return price_type
