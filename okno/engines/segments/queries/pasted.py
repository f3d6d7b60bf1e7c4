"""Rows that a pasted list names by one of their fields."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from okno.kit import conditions, permissions
from okno.kit.conditions import binding, places, reading
from okno.kit.conditions.operators import Family
from okno.kit.permissions import Actor
from okno.kit.registry import Field, Record

AT_ONCE = 500
NAMING = frozenset({Family.TEXT, Family.PHONE})


@dataclass
class Found:
    """Rows by the lines that name them: one, none, or several that are called alike."""

    ids: list[int] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    unclear: list[str] = field(default_factory=list)


def named_by(actor: Actor, record: Record) -> dict[str, Field]:
    """Fields that a list may name rows by, the title first."""
    own = {key: one for key, one in record.all_fields().items() if actor.sees_field(record.name, key)}
    fit = {key: one for key, one in own.items() if _is_own_text(record, key, one)}
    title = {record.title: fit[record.title]} if record.title in fit else {}
    return {**title, **fit}


def by_lines(actor: Actor, record: Record, key: str, lines: Sequence[str]) -> Found:
    """Rows within reach whose field is what a line says, without regard to case and the way phones are written."""
    found, place = Found(), places.place(record, key)
    if place is None:
        return Found(unknown=list(lines))
    known = _known(actor, record, key, lines)
    for line in lines:
        ids = known.get(binding.fold(line, place.family), [])
        if len(ids) == 1:
            found.ids.append(ids[0])
        else:
            (found.unclear if ids else found.unknown).append(line)
    found.ids = list(dict.fromkeys(found.ids))
    return found


def _known(actor: Actor, record: Record, key: str, lines: Sequence[str]) -> dict[str, list[int]]:
    """Ids of rows by the folded value of the field."""
    place = places.place(record, key)
    manager: Any = record.model._default_manager
    rows = manager.visible_to(actor).filter(is_deleted=False).order_by("pk")
    context = permissions.condition_context(actor)
    known: dict[str, list[int]] = defaultdict(list)
    for begin in range(0, len(lines), AT_ONCE):
        tree = conditions.parse({"field": key, "op": "in", "value": list(lines[begin : begin + AT_ONCE])})
        for row in rows.filter(conditions.to_q(tree, record, context)):
            value = reading.value(row, place, context.sight) if place else None
            if value is not None and place is not None:
                known[binding.fold(str(value), place.family)].append(row.pk)
    return known


def _is_own_text(record: Record, key: str, one: Field) -> bool:
    place = places.place(record, key)
    return place is not None and place.family in NAMING and not one.many and "__" not in place.path
