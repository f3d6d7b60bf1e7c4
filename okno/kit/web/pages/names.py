"""Names of linked rows that a condition mentions by id, in one query a record."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from typing import Any

from okno.kit.conditions import Condition, places
from okno.kit.conditions.places import Place
from okno.kit.conditions.tree import AllOf, AnyOf, Fixed, Leaf, Negated
from okno.kit.permissions import Actor
from okno.kit.registry import Record, registry
from okno.kit.web import forms
from okno.kit.web.ids import id_of


def namer(actor: Actor, record: Record, condition: Condition) -> Callable[[Place, Any], str]:
    """How a sentence names an id: by the title of its row when the actor may see it."""
    wanted: dict[str, set[int]] = defaultdict(set)
    for leaf in _leaves(condition):
        found = places.place(record, leaf.field)
        if found is not None and found.field.link in registry.records:
            wanted[found.field.link] |= set(_ids(leaf))
    known = {name: forms.titles(actor, registry.record(name), ids) for name, ids in wanted.items() if ids}

    def name(place: Place, value: Any) -> str:
        titled = known.get(place.field.link, {})
        return titled.get(id_of(value) or 0, str(value))

    return name


def _ids(leaf: Leaf) -> Iterator[int]:
    for one in leaf.values:
        if isinstance(one, Fixed) and (row_id := id_of(one.value)) is not None:
            yield row_id


def _leaves(condition: Condition) -> Iterator[Leaf]:
    match condition:
        case AllOf(parts) | AnyOf(parts):
            for part in parts:
                yield from _leaves(part)
        case Negated(part):
            yield from _leaves(part)
        case Leaf():
            yield condition
