"""Criteria as settings that travel in a file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from okno.engines.quality import queries
from okno.engines.quality.commands import norms
from okno.engines.quality.models import Norm
from okno.kit.permissions import Actor
from okno.kit.registry import registry
from okno.kit.travelling import Position, condition_in, condition_out, keyed

PLAIN = ("record", "status", "label", "group", "weight", "field", "url", "position")


@dataclass
class NormPart:
    """A criterion of the cards of a record."""

    record: str
    label: str
    group: Norm.Group
    weight: int
    condition: dict[str, Any]
    status: str = ""
    field: str = ""
    url: str = ""
    position: Position = 0


def read() -> dict[str, Any]:
    """Criteria by the record, the status and the name."""
    return {
        key: {
            **{name: getattr(one, name) for name in PLAIN},
            "condition": condition_out(registry.record(one.record), one.condition),
        }
        for key, one in _known().items()
    }


def write(actor: Actor, key: str, value: Mapping[str, Any] | None) -> None:
    """Make a criterion so, or drop it."""
    old = _known().get(key)
    if value is None:
        if old is not None:
            norms.drop_norm(actor=actor, norm=old)
        return
    queries.judged(str(value["record"]))
    said = {name: value[name] for name in PLAIN if name in value}
    condition = condition_in(registry.record(value["record"]), value["condition"])
    norms.set_norm(actor=actor, norm=old, condition=condition, **said)


def _known() -> dict[str, Norm]:
    rows = [norm for record, _judged in queries.judged_records() for norm in queries.norms(record.name)]
    return keyed(rows, lambda one: f"{one.record}/{one.status}/{one.label}")
