"""A condition judged in memory: over an instance or a mapping of values, before and after a change."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from django.db.models import Model

from okno.kit.conditions import reading
from okno.kit.conditions.binding import Bound, Broken, Span, bind, fold, spans
from okno.kit.conditions.moments import Context
from okno.kit.conditions.operators import CHANGES, Family
from okno.kit.conditions.places import Place
from okno.kit.conditions.problems import bound_relation
from okno.kit.conditions.reading import Row
from okno.kit.conditions.tree import AllOf, AnyOf, Condition, Leaf, Negated, Related
from okno.kit.registry import Record


class _Nothing(Mapping[str, Any]):
    """What was there before a row was created: every field, and all of them empty."""

    def __getitem__(self, key: str) -> None:
        return None

    def __contains__(self, key: object) -> bool:
        return True

    def __iter__(self) -> Iterator[str]:
        return iter(())

    def __len__(self) -> int:
        return 0


CREATED: Mapping[str, Any] = _Nothing()


@dataclass(frozen=True, slots=True)
class _Scene:
    record: Record
    row: Row
    context: Context
    before: Row | None

    def value(self, row: Row, place: Place) -> Any:
        sight = self.context.sight
        if sight and isinstance(row, Model) and not sight.opens(row, self.record, place.key):
            return None
        return reading.value(row, place, sight)


def matches(condition: Condition, record: Record, row: Row, context: Context, before: Row | None = None) -> bool:
    """
    Whether a row holds a condition.

    :param row: an instance, or canonical values by field key; related rows are lists of mappings.
    :param before: values before the change; a key left out did not change, `CREATED` stands for a new row.
        Without it, what asks for a change is broken.
    """
    return _is(condition, _Scene(record, row, context, before), wanted=True)


def _is(node: Condition, scene: _Scene, *, wanted: bool) -> bool:
    """Negation goes down to the leaves, so a broken leaf is false on both sides of it."""
    match node:
        case AllOf(parts) | AnyOf(parts):
            every = all if isinstance(node, AllOf) is wanted else any
            return every(_is(part, scene, wanted=wanted) for part in parts)
        case Negated(part):
            return _is(part, scene, wanted=not wanted)
    try:
        return (_leaf(node, scene) if isinstance(node, Leaf) else _related(node, scene)) is wanted
    except Broken:
        return False


def _leaf(leaf: Leaf, scene: _Scene) -> bool:
    bound = bind(leaf, scene.record)
    now = scene.value(scene.row, bound.place)
    if bound.op in CHANGES:
        return _changed(bound, scene, now)
    if bound.op in {"empty", "not_empty"}:
        return (now is None) is (bound.op == "empty")
    return now is not None and _compare(bound, scene, now)


def _related(node: Related, scene: _Scene) -> bool:
    found, count = bound_relation(node, scene.record)
    rows = reading.related_rows(scene.row, found, scene.context.sight)
    judged = (_is(node.where, replace(scene, record=found.record, row=row, before=None), wanted=True) for row in rows)
    match node.quantifier:
        case "some":
            return any(judged)
        case "every":
            return all(judged)
        case "none":
            return not any(judged)
    return count is not None and _compare(count, scene, Decimal(sum(judged)))


def _changed(bound: Bound, scene: _Scene, now: Any) -> bool:
    if scene.before is None:
        raise Broken("conditions.no_change", "")
    was = scene.value(scene.before, bound.place) if reading.has(scene.before, bound.place.key) else now
    as_list = replace(bound, op="in")
    match bound.op:
        case "was":
            return was is not None and _compare(as_list, scene, was)
        case "changed_to":
            return was != now and now is not None and _compare(as_list, scene, now)
        case "changed_from":
            return was != now and was is not None and _compare(as_list, scene, was)
    return bool(was != now)


def _compare(bound: Bound, scene: _Scene, left: Any) -> bool:
    """Judge a value that is not empty."""
    family = bound.place.family
    against = [_spans(operand, scene, family) for operand in bound.operands]
    points = [span for operand in against for span in operand]
    if bound.op == "between":
        return all(against) and _at_least(left, points[0]) and _at_most(left, points[-1])
    if bound.place.field.many:
        return _TESTS_OF_MANY[bound.op](left, points)
    if bound.op in {"ne", "not_contains"} and not points:
        return False
    shown = fold(left, family) if family in {Family.TEXT, Family.PHONE} else left
    return _TESTS[bound.op](shown, points)


def _spans(operand: Any, scene: _Scene, family: Family) -> list[Span]:
    if not isinstance(operand, Place):
        return spans(operand, scene.context, family)
    other = scene.value(scene.row, operand)
    if other is None:
        return []
    return [Span(fold(other, family) if family in {Family.TEXT, Family.PHONE} else other)]


def _equal(left: Any, span: Span) -> bool:
    return bool(left == span.low if span.high is None else span.low <= left < span.high)


def _at_least(left: Any, span: Span) -> bool:
    return bool(left >= span.low)


def _at_most(left: Any, span: Span) -> bool:
    return bool(left <= span.low if span.high is None else left < span.high)


def _one_of(left: Any, points: list[Span]) -> bool:
    return any(_equal(left, span) for span in points)


_TESTS: dict[str, Callable[[Any, list[Span]], bool]] = {
    "eq": _one_of,
    "in": _one_of,
    "ne": lambda left, points: not _one_of(left, points),
    "not_in": lambda left, points: not _one_of(left, points),
    "contains": lambda left, points: any(span.low in left for span in points),
    "not_contains": lambda left, points: not any(span.low in left for span in points),
    "starts": lambda left, points: any(left.startswith(span.low) for span in points),
    "gt": lambda left, points: any(not _at_most(left, span) for span in points),
    "ge": lambda left, points: any(_at_least(left, span) for span in points),
    "lt": lambda left, points: any(not _at_least(left, span) for span in points),
    "le": lambda left, points: any(_at_most(left, span) for span in points),
}


def _has_one(left: tuple[Any, ...], points: list[Span]) -> bool:
    return any(_one_of(item, points) for item in left)


_TESTS_OF_MANY: dict[str, Callable[[tuple[Any, ...], list[Span]], bool]] = {
    "contains": _has_one,
    "in": _has_one,
    "not_contains": lambda left, points: bool(points) and not _has_one(left, points),
    "not_in": lambda left, points: not _has_one(left, points),
    "all_of": lambda left, points: bool(points) and all(_has_one(left, [span]) for span in points),
}
