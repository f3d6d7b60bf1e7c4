"""Which fields on a dotted path, and so which conditions, are open to whoever asks."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from django.db.models import Model

from okno.kit import conditions, formulas, permissions
from okno.kit.conditions import places
from okno.kit.conditions.tree import Condition
from okno.kit.permissions import Actor
from okno.kit.registry import Field, Record, registry


def hidden_keys(actor: Actor, record: Record, condition: Condition) -> Iterator[str]:
    """Fields of a condition that the actor may not see, through links and relations too."""
    for key in conditions.fields_used(condition):
        if not sees_path(actor, record, key):
            yield key


def closed_keys(actor: Actor, record: Record, condition: Condition) -> Iterator[str]:
    """
    Fields of a condition that are closed to the actor in all rows. Where they are closed in some rows only, the
    condition finds nothing in these: for those who compile or judge it in `permissions.condition_context`.
    """
    for key in conditions.fields_used(condition):
        if not may_ask(actor, record, key):
            yield key


def may_ask(actor: Actor, record: Record, key: str) -> bool:
    """Whether conditions may speak of a dotted path: every field on it is open to the actor in some rows at least."""
    return _is_all(actor.sees_some, record, key)


def sees_path(actor: Actor, record: Record, key: str) -> bool:
    """Whether every field on a dotted path is open to the actor."""
    return _is_all(actor.sees_field, record, key)


def may_ask_row(actor: Actor, record: Record, key: str) -> bool:
    """
    Whether a formula may read a dotted path of some rows at least: who computes it asks `closed_of` of each row. Of
    rows that are gathered nobody can ask so, and all on the way to them has to be open.
    """
    return sees_path(actor, record, key) or (may_ask(actor, record, key) and not _gathers(record, key))


def closed_of(actor: Actor, record: Record, row: Model, keys: Iterable[str]) -> Iterator[str]:
    """Dotted paths, of those that `may_ask_row`, that are closed to the actor in this very row."""
    sight = permissions.condition_context(actor).sight if actor.veils else None
    if sight is not None:
        yield from (key for key in keys if not sight.opens(row, record, key))


def _gathers(record: Record, key: str) -> bool:
    """Whether a dotted path passes related rows."""
    first, _dot, rest = key.partition(".")
    if places.relation(record, first) is not None:
        return True
    field = record.field(first)
    linked = registry.records.get(field.link) if field is not None and rest else None
    return linked is not None and _gathers(linked, rest)


def _is_all(is_open: Callable[[str, str], bool], record: Record, key: str) -> bool:
    first, _dot, rest = key.partition(".")
    if not is_open(record.name, first):
        return False
    related = places.relation(record, first)
    if related is not None:
        is_seen = not related.link or is_open(related.record.name, related.link)
        return is_seen and (not rest or _is_all(is_open, related.record, rest))
    if not rest:
        return True
    field = record.field(first)
    linked = registry.records.get(field.link) if field is not None else None
    return linked is None or _is_all(is_open, linked, rest)


def passed(record: Record, key: str) -> list[Record]:
    """The records whose rows a dotted path reads beside the row itself."""
    first, _dot, rest = key.partition(".")
    related = places.relation(record, first)
    if related is not None:
        return [related.record, *(passed(related.record, rest) if rest else [])]
    field = record.field(first)
    linked = registry.records.get(field.link) if field is not None and rest else None
    return [linked, *passed(linked, rest)] if linked is not None else []


def sees_formula(actor: Actor, record: Record, field: Field) -> bool:
    """
    Whether everything that a formula looks at is open to the actor: its value would tell of the rest.

    Nobody knows any more what a broken one has looked at, and its last values are still there.
    """
    expression = formulas.parsed(record, field)
    return expression is not None and all(sees_path(actor, record, key) for key in expression.dependencies)


registry.sees_formula = sees_formula
