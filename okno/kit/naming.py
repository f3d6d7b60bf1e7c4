"""Names of rows that are known by their ids: titles for whoever may see the rows, in one query a record."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from typing import Any

from django.utils.translation import gettext as _

from okno.kit import conditions, reached
from okno.kit.conditions import Condition, places
from okno.kit.conditions.places import Place
from okno.kit.conditions.tree import AllOf, AnyOf, Fixed, Leaf, Negated, Related
from okno.kit.ids import id_of
from okno.kit.permissions import Actor
from okno.kit.registry import Record, registry


def titles(actor: Actor, record: Record, ids: set[int]) -> dict[int, str]:
    """Titles of rows within reach by id; one that is empty, or hidden from the actor, is told as "No title"."""
    if hasattr(record.model, "reach"):
        told = reached.titles(actor, [(record.name, one) for one in ids])
        return {row_id: title for (_record, row_id), title in told.items()}
    found = record.model._default_manager.filter(pk__in=ids).values_list("pk", record.fields[record.title].path)
    return {row_id: str(title) for row_id, title in found}


def sentence(actor: Actor, record: Record, condition: Condition, *, about: str = "") -> str:
    """
    A condition in words for one reader: what ids stand for is named by titles of rows that they may see.

    :param about: the name of the person of whom it is judged, where that is not its reader.
    """
    return conditions.sentence(condition, record, namer(actor, record, condition), about=about)


def namer(actor: Actor, record: Record, condition: Condition) -> Callable[[Place, Any], str]:
    """How a sentence names an id: by the title of its row, when the actor may see it."""
    wanted: dict[str, set[int]] = defaultdict(set)
    for link, row_id in _linked(record, condition):
        wanted[link].add(row_id)
    known = {name: titles(actor, registry.record(name), ids) for name, ids in wanted.items()}

    def name(place: Place, value: Any) -> str:
        row_id = id_of(value)
        if row_id is None or place.field.link not in known:
            return str(value)
        return known[place.field.link].get(row_id) or _("a row that you may not see")

    return name


def _linked(record: Record, condition: Condition) -> Iterator[tuple[str, int]]:
    """Records and ids of the rows that a condition names, through relations too."""
    match condition:
        case AllOf(parts) | AnyOf(parts):
            for part in parts:
                yield from _linked(record, part)
        case Negated(part):
            yield from _linked(record, part)
        case Related():
            related = places.relation(record, condition.relation)
            yield from _linked(related.record, condition.where) if related else ()
        case Leaf():
            found = places.place(record, condition.field)
            if found is not None and found.field.link in registry.records:
                yield from ((found.field.link, one) for one in _ids(condition))


def _ids(leaf: Leaf) -> Iterator[int]:
    for one in leaf.values:
        if isinstance(one, Fixed) and (row_id := id_of(one.value)) is not None:
            yield row_id
