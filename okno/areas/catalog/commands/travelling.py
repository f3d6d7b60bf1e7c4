"""Rules of prices as settings that travel in a file; the types themselves stay those of each installation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from okno.areas.catalog import queries
from okno.areas.catalog.commands import pricing
from okno.areas.catalog.models import PriceType
from okno.kit.errors import Refused
from okno.kit.permissions import SYSTEM, Actor
from okno.kit.travelling import Position, condition_in, condition_out, keyed


@dataclass
class PriceRulePart:
    """Who gets prices of a type, and which of the rules it is, from one on."""

    name: str
    condition: dict[str, Any]
    position: Position = 0


def read() -> dict[str, Any]:
    """Rules by the name of their type of prices, as they are asked."""
    return {
        key: {
            "name": one.name,
            "condition": condition_out(queries.customers(), one.condition),
            "position": one.position,
        }
        for key, one in keyed(queries.price_rules(), lambda one: one.name).items()
    }


def write(actor: Actor, key: str, value: Mapping[str, Any] | None) -> None:
    """Make a rule so, in its place, or drop it. :raises Refused: there is no such type of prices here."""
    known = keyed(queries.price_rules(), lambda one: one.name)
    if value is None:
        if key in known:
            pricing.drop_price_rule(actor=actor, price_type=known[key])
        return
    condition = condition_in(queries.customers(), value["condition"])
    kind = known.get(key) or _type(str(value["name"]))
    position = int(value.get("position", 0)) or None
    pricing.set_price_rule(actor=actor, price_type=kind, condition=condition, position=position)


def _type(name: str) -> PriceType:
    found = queries.price_types(SYSTEM).filter(name=name).order_by("pk").first()
    if found is None:
        raise Refused("catalog.no_price_type", _("There is no type of prices “%(name)s”."), name=name)
    return found
