"""Which fields on a dotted path, and so which conditions, are open to whoever asks."""

from __future__ import annotations

from collections.abc import Iterator

from okno.kit import conditions
from okno.kit.conditions.tree import Condition
from okno.kit.fields import formulas
from okno.kit.permissions import Actor
from okno.kit.registry import Field, Record, registry


def hidden_keys(actor: Actor, record: Record, condition: Condition) -> Iterator[str]:
    """Fields of a condition that the actor may not see, through links and relations too."""
    for key in conditions.fields_used(condition):
        if not sees_path(actor, record, key):
            yield key


def sees_path(actor: Actor, record: Record, key: str) -> bool:
    """Whether every field on a dotted path is open to the actor."""
    first, _dot, rest = key.partition(".")
    if not actor.sees_field(record.name, first):
        return False
    if not rest:
        return True
    if first in record.relations:
        return sees_path(actor, registry.record(record.relations[first][0]), rest)
    field = record.field(first)
    linked = registry.records.get(field.link) if field is not None else None
    return linked is None or sees_path(actor, linked, rest)


def sees_formula(actor: Actor, record: Record, field: Field) -> bool:
    """
    Whether everything that a formula looks at is open to the actor: its value would tell of the rest.

    Nobody knows any more what a broken one has looked at, and its last values are still there.
    """
    expression = formulas.parsed(record, field)
    return expression is not None and all(sees_path(actor, record, key) for key in expression.dependencies)


registry.sees_formula = sees_formula
