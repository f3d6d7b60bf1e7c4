"""Schemes of classes as settings that travel in a file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from okno.engines.classification import queries
from okno.engines.classification.commands import schemes
from okno.engines.classification.models import Scheme
from okno.kit.errors import Refused
from okno.kit.permissions import SYSTEM, Actor
from okno.kit.registry import registry
from okno.kit.travelling import condition_in, condition_out

SOURCE = ("record", "of", "link")
PLAIN = ("amount", "day", "months", "is_main")
BOUNDS = ("a_share", "b_share", "x_spread", "y_spread", "drop")


@dataclass
class SchemePart:
    """A scheme by its name; bounds are numbers as text."""

    record: str
    of: str
    link: str
    day: str
    amount: str = ""
    condition: dict[str, Any] | None = None
    months: int = 12
    a_share: Decimal = Decimal(80)
    b_share: Decimal = Decimal(95)
    x_spread: Decimal = Decimal(25)
    y_spread: Decimal = Decimal(60)
    drop: Decimal = Decimal(30)
    is_main: bool = False


def read() -> dict[str, Any]:
    """Schemes by name."""
    return {
        name: {
            **{key: getattr(one, key) for key in (*SOURCE, *PLAIN)},
            **{key: str(getattr(one, key)) for key in BOUNDS},
            "condition": condition_out(registry.records.get(one.of), one.condition),
        }
        for name, one in _known().items()
    }


def write(actor: Actor, key: str, value: Mapping[str, Any] | None) -> None:
    """Make a scheme so, or drop it. :raises Refused: one of this name counts other rows here."""
    old = _known().get(key)
    if value is None:
        if old is not None:
            schemes.delete(actor=actor, scheme=old)
        return
    said = {name: value[name] for name in PLAIN if name in value}
    said |= {name: Decimal(str(value[name])) for name in BOUNDS if name in value}
    said["condition"] = condition_in(registry.records.get(value["of"]), value.get("condition"))
    source: dict[str, Any] = {name: str(value[name]) for name in SOURCE}
    if old is None:
        schemes.add(actor=actor, name=key, **source, **said)
        return
    if any(getattr(old, name) != one for name, one in source.items()):
        raise Refused("classification.other", _("“%(name)s” counts other rows here: rename one of the two."), name=key)
    schemes.change(actor=actor, scheme=old, name=key, **said)


def _known() -> dict[str, Scheme]:
    return {one.name: one for one in queries.schemes(SYSTEM)}
