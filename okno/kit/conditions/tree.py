"""The tree of a condition: what may be written in JSON, and nothing about fields or rows."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from django.utils.translation import gettext_lazy as _

from okno.kit.conditions.operators import OPERATORS, Takes
from okno.kit.errors import Refused

MAX_DEPTH = 12
MAX_NODES = 500
MAX_VALUES = 1000

Scalar = str | int | float | bool | None
RELATIVE = re.compile(
    r"(?P<anchor>now|today|yesterday|tomorrow|(?:start|end)_of_(?:week|month|quarter|year))?"
    r"(?P<steps>(?:[+-]\d{1,4}(?:min|h|d|w|m|q|y))*)",
)


@dataclass(frozen=True, slots=True)
class Fixed:
    """A value as it is written."""

    value: Scalar


@dataclass(frozen=True, slots=True)
class Relative:
    """A day or moment counted from now: `today`, `-7d`, `start_of_month-1m`, `now+2h`."""

    text: str


@dataclass(frozen=True, slots=True)
class Me:
    """The person who asks."""


@dataclass(frozen=True, slots=True)
class Department:
    """The department of the person who asks, alone or with all below it."""

    scope: Literal["mine", "subtree"]


@dataclass(frozen=True, slots=True)
class Other:
    """The value of another field of the same row."""

    field: str


Value = Fixed | Relative | Me | Department | Other


@dataclass(frozen=True, slots=True)
class Leaf:
    """A field, an operator and what it is compared with."""

    field: str
    op: str
    values: tuple[Value, ...] = ()


@dataclass(frozen=True, slots=True)
class AllOf:
    """True when every part is."""

    parts: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """True when at least one part is."""

    parts: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Negated:
    """True when the part is not."""

    part: Condition


@dataclass(frozen=True, slots=True)
class Related:
    """How many of the related rows hold a condition: some, every, none of them, or a compared count."""

    quantifier: Literal["some", "every", "none", "count"]
    relation: str
    where: Condition
    op: str = ""
    values: tuple[Value, ...] = ()


Condition = Leaf | AllOf | AnyOf | Negated | Related
QUANTIFIERS: tuple[Literal["some", "every", "none", "count"], ...] = ("some", "every", "none", "count")
COUNT_OPS = frozenset({"eq", "ne", "gt", "ge", "lt", "le", "between"})
EVERYTHING = AllOf(())


def parse(raw: Any) -> Condition:
    """
    Read a condition from JSON data.

    :raises Refused: the shape is not that of a condition, or it is too deep or too large.
    """
    return _Reader().node(raw, 0)


def is_timeless(condition: Condition) -> bool:
    """Whether a condition says of the same rows the same at every moment: it compares nothing with the present one."""
    match condition:
        case AllOf(parts) | AnyOf(parts):
            return all(map(is_timeless, parts))
        case Negated(part):
            return is_timeless(part)
        case Related():
            return is_timeless(condition.where)
    return not any(isinstance(one, Relative) for one in condition.values)


class _Reader:
    def __init__(self) -> None:
        self.nodes = 0

    def node(self, raw: Any, depth: int) -> Condition:
        self.nodes += 1
        if depth > MAX_DEPTH or self.nodes > MAX_NODES:
            raise Refused("conditions.too_large", _("The condition is too large."))
        if not isinstance(raw, Mapping):
            raise _malformed(raw)
        match list(raw):
            case ["all"]:
                return AllOf(self.nodes_of(raw["all"], depth))
            case ["any"]:
                return AnyOf(self.nodes_of(raw["any"], depth))
            case ["not"]:
                return Negated(self.node(raw["not"], depth + 1))
        if "field" in raw:
            return self.leaf(raw)
        return self.related(raw, depth)

    def nodes_of(self, raw: Any, depth: int) -> tuple[Condition, ...]:
        if not isinstance(raw, list):
            raise _malformed(raw)
        return tuple(self.node(part, depth + 1) for part in raw)

    def leaf(self, raw: Mapping[str, Any]) -> Leaf:
        field, op = raw["field"], raw.get("op")
        if set(raw) - {"field", "op", "value"} or not isinstance(field, str) or op not in OPERATORS:
            raise _malformed(raw)
        return Leaf(field, op, values_of(op, raw.get("value")))

    def related(self, raw: Mapping[str, Any], depth: int) -> Related:
        for quantifier in QUANTIFIERS:
            if quantifier in raw:
                break
        else:
            raise _malformed(raw)
        where = self.node(raw["where"], depth + 1) if "where" in raw else EVERYTHING
        allowed = {quantifier, "where"} | ({"op", "value"} if quantifier == "count" else set())
        op = raw.get("op", "")
        if (
            set(raw) - allowed
            or not isinstance(raw[quantifier], str)
            or (quantifier == "count" and op not in COUNT_OPS)
        ):
            raise _malformed(raw)
        values = values_of(op, raw.get("value")) if quantifier == "count" else ()
        return Related(quantifier, raw[quantifier], where, op, values)


def values_of(op: str, raw: Any) -> tuple[Value, ...]:
    """The values an operator is given: a list only where it takes one. :raises Refused: the shape is wrong."""
    takes = OPERATORS[op].takes
    if takes is Takes.NOTHING:
        return ()
    if isinstance(raw, list):
        right_length = takes in {Takes.LIST, Takes.ONE_OR_LIST} or (takes is Takes.PAIR and len(raw) == 2)
        if not right_length or len(raw) > MAX_VALUES:
            raise _malformed(raw)
        return tuple(_value(item) for item in raw)
    if takes is Takes.PAIR:
        raise _malformed(raw)
    return (_value(raw),)


def _value(raw: Any) -> Value:
    if raw is None or isinstance(raw, str | int | float):
        return Fixed(raw)
    match raw:
        case {"rel": str(text), **rest} if not rest:
            return Relative(text)
        case {"me": True, **rest} if not rest:
            return Me()
        case {"department": "mine" | "subtree" as scope, **rest} if not rest:
            return Department(scope)
        case {"field": str(field), **rest} if not rest:
            return Other(field)
    raise _malformed(raw)


def _malformed(raw: Any) -> Refused:
    shown = repr(raw)
    return Refused(
        "conditions.malformed", _("This is not a condition: %(part)s"), part=shown if len(shown) < 200 else shown[:200]
    )
