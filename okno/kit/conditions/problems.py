"""What is wrong with a condition, leaf by leaf, and what it looks at."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _

from okno.kit.conditions import places
from okno.kit.conditions.binding import Bound, Broken, bind, bind_count
from okno.kit.conditions.operators import CHANGES
from okno.kit.conditions.places import Relation
from okno.kit.conditions.tree import AllOf, AnyOf, Condition, Leaf, Negated, Other, Related
from okno.kit.registry import Record


@dataclass(frozen=True, slots=True)
class Problem:
    """A broken leaf: `path` is a JSON pointer into the tree, to show that very leaf in red."""

    path: str
    code: str
    message: str


def problems(condition: Condition, record: Record) -> list[Problem]:
    """The broken leaves of a condition, each with the reason; an empty list when all is well."""
    return list(_problems(condition, record, ""))


def fields_used(condition: Condition) -> frozenset[str]:
    """Keys of all fields a condition looks at; those of related rows carry the key of the relation before a dot."""
    return frozenset(_fields(condition, ""))


def bound_relation(node: Related, record: Record) -> tuple[Relation, Bound | None]:
    """
    The relation of a quantifier and the comparison of its count.

    :raises Broken: there is no such relation, or any leaf of the condition on its rows is broken.
    """
    found = places.relation(record, node.relation)
    if found is None:
        raise Broken("conditions.unknown_relation", _("There is no relation “%(key)s”."), key=node.relation)
    inner = list(_problems(node.where, found.record, "", is_related=True))
    if inner:
        raise Broken(inner[0].code, inner[0].message.replace("%", "%%"))
    if node.quantifier != "count":
        return found, None
    return found, bind_count(node.relation, node.op, node.values, record)


def _problems(node: Condition, record: Record, path: str, *, is_related: bool = False) -> Iterator[Problem]:
    match node:
        case AllOf(parts) | AnyOf(parts):
            name = "all" if isinstance(node, AllOf) else "any"
            for number, part in enumerate(parts):
                yield from _problems(part, record, f"{path}/{name}/{number}", is_related=is_related)
        case Negated(part):
            yield from _problems(part, record, f"{path}/not", is_related=is_related)
        case Leaf():
            try:
                _check(node, record, is_related=is_related)
            except Broken as broken:
                yield Problem(path, broken.code, broken.message)
        case Related():
            yield from _related(node, record, path)


def _check(leaf: Leaf, record: Record, *, is_related: bool) -> None:
    bind(leaf, record)
    if is_related and leaf.op in CHANGES:
        raise Broken("conditions.no_change", _("Changes of related rows are not known."))


def _related(node: Related, record: Record, path: str) -> Iterator[Problem]:
    found = places.relation(record, node.relation)
    inner = list(_problems(node.where, found.record, f"{path}/where", is_related=True)) if found else []
    yield from inner
    if inner:
        return
    try:
        bound_relation(node, record)
    except Broken as broken:
        yield Problem(path, broken.code, broken.message)


def _fields(node: Condition, prefix: str) -> Iterator[str]:
    match node:
        case AllOf(parts) | AnyOf(parts):
            for part in parts:
                yield from _fields(part, prefix)
        case Negated(part):
            yield from _fields(part, prefix)
        case Leaf(field, _op, values):
            yield prefix + field
            yield from (prefix + one.field for one in values if isinstance(one, Other))
        case Related(_quantifier, relation, where, _op, values):
            yield prefix + relation
            yield from _fields(where, f"{prefix}{relation}.")
            yield from (prefix + one.field for one in values if isinstance(one, Other))
