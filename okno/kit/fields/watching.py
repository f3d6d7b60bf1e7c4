"""Which rows of a record a run's changes concern, as conditions see it: for what engines keep up to date by them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeAlias

from django.db.models import Model

from okno.kit import conditions
from okno.kit.conditions import places
from okno.kit.conditions.places import Relation
from okno.kit.conditions.tree import AllOf, AnyOf, Condition, Leaf, Negated, Other, Related
from okno.kit.errors import Refused
from okno.kit.fields.settling import Changed, changes_of, concerned
from okno.kit.formulas import Source, along, of_place, of_relation
from okno.kit.registry import Record, registry

Way: TypeAlias = tuple[Relation, ...]


@dataclass(frozen=True)
class Watch:
    """Everything that conditions on rows of a record look at."""

    record: Record
    sources: tuple[Source, ...]

    @property
    def models(self) -> set[type[Model]]:
        """Tables whose changes matter; that of the record among them, as rows are made."""
        return {self.record.model, *(one.seen[0] for one in self.sources)}

    def touched(self, changed: Mapping[type[Model], Changed]) -> set[int]:
        """Rows of the record for which a condition may hold otherwise after these changes."""
        own = changed.get(self.record.model)
        found = set(own.made) if own else set()
        for source in self.sources:
            found |= concerned(source, changed)
        return found


def watch(record: Record, trees: Iterable[Condition]) -> Watch:
    """What these conditions on rows of a record look at; a field or a relation that is no more is passed over."""
    found: dict[tuple[type[Model], str, str], Source] = {}
    if any(one.name == "is_deleted" for one in record.model._meta.concrete_fields):
        # A row that is marked for deletion holds nothing any more.
        found |= {(*one.seen, ""): one for one in along(record.model, "is_deleted", "", record.model, ())}
    for tree in trees:
        for _way, source in _sources(tree, record, ()):
            # One column may be reached by two ways: by the client of a deal and by that of its contact.
            found[(*source.seen, str(source.rows([0]).query))] = source
    return Watch(record, tuple(found.values()))


def custom_keys() -> frozenset[tuple[str, str]]:
    """
    (record, key) of all fields that people have added. What is worked out once for conditions and kept asks for this
    too: without one of the fields it would say nothing of it.
    """
    return frozenset((record, key) for record in registry.records for key in registry.custom_fields(record))


def whole(record: str, said: str) -> Condition | None:
    """A condition that somebody has set, from its JSON text; None when it is broken. It is read once for one text."""
    return _whole(record, said, custom_keys())


@lru_cache(maxsize=1_000)
def _whole(record: str, said: str, _known: frozenset[tuple[str, str]]) -> Condition | None:
    try:
        found = conditions.parse(json.loads(said))
    except Refused:
        return None
    return None if conditions.problems(found, registry.record(record)) else found


def touched_by(run_id: int, watches: Iterable[Watch]) -> dict[str, set[int]]:
    """Rows by record that the changes of a run concern; asked while its transaction is open."""
    known = list(watches)
    models = {model for one in known for model in one.models}
    changed = changes_of(run_id, models) if models else {}
    if not changed:
        return {}
    found = {one.record.name: one.touched(changed) for one in known}
    return {name: ids for name, ids in found.items() if ids}


def _sources(node: Condition, start: Record, way: Way) -> Iterator[tuple[Way, Source]]:
    """Sources of a part of a condition; `way` are the relations passed on the way to it."""
    match node:
        case AllOf(parts) | AnyOf(parts):
            for part in parts:
                yield from _sources(part, start, way)
        case Negated(part):
            yield from _sources(part, start, way)
        case Leaf():
            for key in (node.field, *(one.field for one in node.values if isinstance(one, Other))):
                yield from _of_field(key, start, way)
        case Related():
            yield from _of_rows(node, start, way)


def _of_field(key: str, start: Record, way: Way) -> Iterator[tuple[Way, Source]]:
    own = way[-1].record if way else start
    found = places.place(own, key)
    if found is not None:
        yield from ((way, source) for source in of_place(found, own.model, start.model, way))


def _of_rows(node: Related, start: Record, way: Way) -> Iterator[tuple[Way, Source]]:
    own = way[-1].record if way else start
    relation = places.relation(own, node.relation)
    if relation is None:
        return
    longer = (*way, relation)
    yield from ((longer, source) for source in of_relation(start.model, longer))
    yield from _sources(node.where, start, longer)
    for other in node.values:
        if isinstance(other, Other):
            yield from _of_field(other.field, start, way)
