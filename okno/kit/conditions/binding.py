"""A leaf of a condition tied to a field: its values read by the kind of the field, or the reason it is broken."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from okno.kit.conditions import moments, places, reading
from okno.kit.conditions.moments import Context
from okno.kit.conditions.operators import OPERATORS, Family, Takes, operators_for
from okno.kit.conditions.places import Place
from okno.kit.conditions.tree import Department, Fixed, Leaf, Me, Other, Relative, Value
from okno.kit.errors import Refused
from okno.kit.kinds import Kind
from okno.kit.registry import Field, Record

NUMBER = re.compile(r"-?\d{1,40}(\.\d{1,40})?", re.ASCII)
MAX_ID = 2**63 - 1


class Broken(Refused):
    """A leaf that cannot be judged: it is never true, nor is its negation."""


@dataclass(frozen=True, slots=True)
class Span:
    """What a field is compared with: a point, or a stretch from `low` up to but without `high`."""

    low: Any
    high: Any = None


Operand = Span | date | datetime | Relative | Me | Department | Place


@dataclass(frozen=True, slots=True)
class Bound:
    """A leaf whose field, operator and values fit together."""

    place: Place
    op: str
    operands: tuple[Operand, ...]


def bind(leaf: Leaf, record: Record) -> Bound:
    """
    Tie a leaf to its field.

    :raises Broken: the field is gone, the operator is not one of its kind, or a value cannot be read.
    """
    found = places.place(record, leaf.field)
    if found is None:
        raise Broken("conditions.unknown_field", _("There is no field “%(field)s”."), field=leaf.field)
    if leaf.op not in {operator.name for operator in operators_for(found.field)}:
        raise Broken("conditions.wrong_operator", _("“%(field)s” cannot be compared this way."), field=found.label)
    if any(isinstance(one, Department) for one in leaf.values):
        found = _by_department(leaf, found, record)
    return Bound(found, leaf.op, tuple(_operand(one, found, record) for one in leaf.values))


def spans(operand: Operand, context: Context, family: Family) -> list[Span]:
    """What an operand stands for now; nothing when it has no value."""
    match operand:
        case Me():
            return [] if context.me is None else [Span(context.me)]
        case Department(scope="mine"):
            return [] if context.department is None else [Span(context.department)]
        case Department():
            return [Span(one) for one in context.subtree]
        case Relative(text):
            try:
                return [_span(moments.relative(text, context), context, family)]
            except OverflowError:
                return []
        case date():
            return [_span(operand, context, family)]
    return [operand] if isinstance(operand, Span) else []


def fold(text: str, family: Family) -> str:
    """Text as it is compared: case and «ё» do not matter, and of a phone only its digits do."""
    if family is Family.PHONE:
        return re.sub(r"[^0-9]", "", text)
    return text.lower().replace("ё", "е")


def _span(value: date | datetime, context: Context, family: Family) -> Span:
    if family is Family.DATE:
        return Span(moments.day_of(value, context.zone))
    if isinstance(value, datetime):
        return Span(moments.exact(value, context.zone))
    return Span(moments.day_start(value, context.zone), moments.day_start(value + timedelta(days=1), context.zone))


def _by_department(leaf: Leaf, found: Place, record: Record) -> Place:
    takes = OPERATORS[leaf.op].takes
    subtree = any(isinstance(one, Department) and one.scope == "subtree" for one in leaf.values)
    if not all(isinstance(one, Department) for one in leaf.values) or (subtree and takes is Takes.ONE):
        raise _bad_value(found)
    if found.field.kind is Kind.PERSON:
        by_person = places.department_of(found, record)
        if by_person is None:
            raise _bad_value(found)
        return by_person
    if found.field.link.rpartition(".")[2] != "department":
        raise _bad_value(found)
    return found


def _operand(one: Value, found: Place, record: Record) -> Operand:
    match one:
        case Fixed(raw):
            return _fixed(raw, found)
        case Relative(text) if found.family in {Family.DATE, Family.MOMENT} and moments.is_relative(text):
            return one
        case Me() if found.field.kind is Kind.PERSON:
            return one
        case Department():
            return one
        case Other(key):
            other = places.place(record, key)
            if other is None:
                raise Broken("conditions.unknown_field", _("There is no field “%(field)s”."), field=key)
            if other.family is not found.family or other.field.many or found.field.many:
                raise _bad_value(found)
            return other
    raise _bad_value(found)


def _fixed(raw: Any, found: Place) -> Operand:
    if raw is None or raw == "":
        raise Broken("conditions.no_value", _("“%(field)s” is compared with nothing."), field=found.label)
    read: Span | date | datetime | None = _READ[found.family](raw)
    if read is None:
        raise _bad_value(found)
    if isinstance(read, Span) and found.field.choices and read.low not in _options(found):
        raise Broken(
            "conditions.unknown_option",
            _("“%(field)s” has no option “%(value)s”."),
            field=found.label,
            value=read.low,
        )
    return read


def _options(found: Place) -> set[str]:
    return {str(option) for option, _label in found.field.choices}


def _bad_value(found: Place) -> Broken:
    return Broken("conditions.wrong_value", _("“%(field)s” cannot be compared with this value."), field=found.label)


def _text(raw: Any) -> Span | None:
    return Span(fold(raw, Family.TEXT)) if isinstance(raw, str) else None


def _phone(raw: Any) -> Span | None:
    digits = fold(raw, Family.PHONE) if isinstance(raw, str) else ""
    return Span(digits) if digits else None


def _number(raw: Any) -> Span | None:
    if isinstance(raw, str) and not NUMBER.fullmatch(raw):
        return None
    read: Decimal | None = reading.number(raw)
    return None if read is None else Span(read)


def _when(raw: Any) -> date | datetime | None:
    return moments.read(raw) if isinstance(raw, str) else None


def _boolean(raw: Any) -> Span | None:
    return Span(raw) if isinstance(raw, bool) else None


def _option(raw: Any) -> Span | None:
    return Span(str(raw)) if isinstance(raw, str | int) and not isinstance(raw, bool) else None


def _identifier(raw: Any) -> Span | None:
    if isinstance(raw, str) and re.fullmatch(r"\d{1,19}", raw, re.ASCII):
        raw = int(raw)
    is_id = isinstance(raw, int) and not isinstance(raw, bool) and 0 <= raw <= MAX_ID
    return Span(raw) if is_id else None


_READ: dict[Family, Callable[[Any], Any]] = {
    Family.TEXT: _text,
    Family.PHONE: _phone,
    Family.NUMBER: _number,
    Family.DATE: _when,
    Family.MOMENT: _when,
    Family.BOOLEAN: _boolean,
    Family.CHOICE: _option,
    Family.LINK: _identifier,
    Family.JSON: lambda _raw: None,
}


def bind_count(key: str, op: str, values: tuple[Value, ...], record: Record) -> Bound:
    """
    Tie the comparison of a count of related rows to its values.

    :raises Broken: a value is not a number.
    """
    counted = Place(key, Field(key, key, Kind.INTEGER), key)
    return Bound(counted, op, tuple(_operand(one, counted, record) for one in values))
