"""Types of prices and their rules as settings that travel in a file; prices stay those of each installation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from okno.areas.catalog import queries
from okno.areas.catalog.commands import price_types, pricing
from okno.areas.catalog.models import PriceType
from okno.kit.errors import Refused
from okno.kit.permissions import SYSTEM, Actor
from okno.kit.travelling import Position, condition_in, condition_out, keyed


@dataclass
class PriceTypePart:
    """A type of prices."""

    name: str
    currency: str = "RUB"
    includes_vat: bool = True
    is_default: bool = False


@dataclass
class PriceRulePart:
    """Who gets prices of a type, and which of the rules it is, from one on."""

    name: str
    condition: dict[str, Any]
    position: Position = 0


def read_types() -> dict[str, Any]:
    """Types of prices by name."""
    return {key: _said(one) for key, one in _types().items()}


def write_type(actor: Actor, key: str, value: Mapping[str, Any] | None) -> None:
    """Make a type of prices so, or retire it, be it the default one. :raises Refused: another system keeps it."""
    old = _types().get(key)
    if value is None:
        if old is not None:
            _use_by_default(actor, old, is_wanted=False)
            price_types.archive_price_type(actor=actor, price_type=old)
        return
    said: dict[str, Any] = {
        "name": str(value["name"]),
        "currency": str(value["currency"]),
        "includes_vat": bool(value["includes_vat"]),
    }
    one = price_types.add_price_type(actor=actor, **said) if old is None else old
    if changed := {name: each for name, each in said.items() if getattr(one, name) != each}:
        price_types.update_price_type(actor=actor, price_type=one, values=changed)
    _use_by_default(actor, one, is_wanted=bool(value["is_default"]))


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


def _types() -> dict[str, PriceType]:
    return keyed(queries.price_types(SYSTEM).order_by("name", "pk"), lambda one: one.name)


def _said(one: PriceType) -> dict[str, Any]:
    return {name: getattr(one, name) for name in PriceTypePart.__dataclass_fields__}


def _use_by_default(actor: Actor, one: PriceType, *, is_wanted: bool) -> None:
    if one.is_default == is_wanted:
        return
    if is_wanted:
        price_types.set_default_price_type(actor=actor, price_type=one)
        return
    one.is_default = False
    one.save(update_fields=["is_default"])


def _type(name: str) -> PriceType:
    found = queries.price_types(SYSTEM).filter(name=name).order_by("pk").first()
    if found is None:
        raise Refused("catalog.no_price_type", _("There is no type of prices “%(name)s”."), name=name)
    return found
