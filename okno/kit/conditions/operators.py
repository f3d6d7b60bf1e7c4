"""What may be asked of a field of each kind: the operators as data, for evaluators and editors alike."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from okno.kit.kinds import Kind
from okno.kit.registry import Field


class Takes(StrEnum):
    """How many values stand on the right of an operator."""

    NOTHING = "nothing"
    ONE = "one"
    LIST = "list"
    ONE_OR_LIST = "one_or_list"
    PAIR = "pair"


@dataclass(frozen=True, slots=True)
class Operator:
    """An operator: `label` stands in the editor, `words` in a sentence."""

    name: str
    label: str | Promise
    words: str | Promise
    takes: Takes = Takes.ONE


OPERATORS = {
    operator.name: operator
    for operator in (
        Operator("eq", _("is"), _("%(field)s is %(value)s")),
        Operator("ne", _("is not"), _("%(field)s is not %(value)s")),
        Operator("in", _("is one of"), _("%(field)s is one of: %(value)s"), Takes.LIST),
        Operator("not_in", _("is none of"), _("%(field)s is none of: %(value)s"), Takes.LIST),
        Operator("all_of", _("has all of"), _("%(field)s has all of: %(value)s"), Takes.LIST),
        Operator("contains", _("contains"), _("%(field)s contains %(value)s")),
        Operator("not_contains", _("does not contain"), _("%(field)s does not contain %(value)s")),
        Operator("starts", _("starts with"), _("%(field)s starts with %(value)s")),
        Operator("gt", _("more than"), _("%(field)s is more than %(value)s")),
        Operator("ge", _("at least"), _("%(field)s is at least %(value)s")),
        Operator("lt", _("less than"), _("%(field)s is less than %(value)s")),
        Operator("le", _("at most"), _("%(field)s is at most %(value)s")),
        Operator("between", _("between"), _("%(field)s is between %(value)s"), Takes.PAIR),
        Operator("empty", _("is empty"), _("%(field)s is empty"), Takes.NOTHING),
        Operator("not_empty", _("is filled in"), _("%(field)s is filled in"), Takes.NOTHING),
        Operator("changed", _("has changed"), _("%(field)s has changed"), Takes.NOTHING),
        Operator("changed_to", _("has changed to"), _("%(field)s has changed to %(value)s"), Takes.ONE_OR_LIST),
        Operator("changed_from", _("has changed from"), _("%(field)s has changed from %(value)s"), Takes.ONE_OR_LIST),
        Operator("was", _("was before"), _("%(field)s was %(value)s before"), Takes.ONE_OR_LIST),
    )
}

_OF_TIME = {
    operator.name: operator
    for operator in (
        Operator("gt", _("later than"), _("%(field)s is later than %(value)s")),
        Operator("ge", _("not earlier than"), _("%(field)s is not earlier than %(value)s")),
        Operator("lt", _("earlier than"), _("%(field)s is earlier than %(value)s")),
        Operator("le", _("not later than"), _("%(field)s is not later than %(value)s")),
    )
}

CHANGES = frozenset({"changed", "changed_to", "changed_from", "was"})
NEGATIVE = frozenset({"ne", "not_in", "not_contains"})


class Family(StrEnum):
    """Kinds that are compared alike."""

    TEXT = "text"
    PHONE = "phone"
    NUMBER = "number"
    DATE = "date"
    MOMENT = "moment"
    BOOLEAN = "boolean"
    CHOICE = "choice"
    LINK = "link"
    JSON = "json"


FAMILIES = {
    Kind.TEXT: Family.TEXT,
    Kind.LONG_TEXT: Family.TEXT,
    Kind.EMAIL: Family.TEXT,
    Kind.ADDRESS: Family.TEXT,
    Kind.PHONE: Family.PHONE,
    Kind.INTEGER: Family.NUMBER,
    Kind.DECIMAL: Family.NUMBER,
    Kind.MONEY: Family.NUMBER,
    Kind.DATE: Family.DATE,
    Kind.MOMENT: Family.MOMENT,
    Kind.BOOLEAN: Family.BOOLEAN,
    Kind.CHOICE: Family.CHOICE,
    Kind.TAGS: Family.CHOICE,
    Kind.LINK: Family.LINK,
    Kind.PERSON: Family.LINK,
    Kind.FILE: Family.JSON,
    Kind.FORMULA: Family.JSON,
    Kind.JSON: Family.JSON,
}

_CHANGES = ("changed", "changed_to", "changed_from", "was")
_EMPTY = ("empty", "not_empty")
_TEXT = ("contains", "not_contains", "starts", "eq", "ne", "in", "not_in", *_EMPTY, *_CHANGES)
_ORDERED = ("eq", "ne", "gt", "ge", "lt", "le", "between", "in", "not_in", *_EMPTY, *_CHANGES)
_NAMED = ("eq", "ne", "in", "not_in", *_EMPTY, *_CHANGES)
_OF_FAMILY: dict[Family, tuple[str, ...]] = {
    Family.TEXT: _TEXT,
    Family.PHONE: _TEXT,
    Family.NUMBER: _ORDERED,
    Family.DATE: _ORDERED,
    Family.MOMENT: _ORDERED,
    Family.BOOLEAN: ("eq", "ne", *_EMPTY, *_CHANGES),
    Family.CHOICE: _NAMED,
    Family.LINK: _NAMED,
    Family.JSON: (*_EMPTY, "changed"),
}
_OF_MANY = ("contains", "not_contains", "in", "not_in", "all_of", *_EMPTY, "changed")


def said(name: str, family: Family | None) -> Operator:
    """An operator as people say it of values of a family: days are earlier or later, not less or more."""
    is_of_time = family in {Family.DATE, Family.MOMENT}
    return _OF_TIME.get(name, OPERATORS[name]) if is_of_time else OPERATORS[name]


def family_of(field: Field) -> Family:
    """How values of the field are compared."""
    return FAMILIES[field.kind]


def operators_for(field: Field) -> tuple[Operator, ...]:
    """The operators a field understands, in the order of the editor."""
    is_list = field.many and family_of(field) is not Family.JSON
    names = _OF_MANY if is_list else _OF_FAMILY[family_of(field)]
    return tuple(OPERATORS[name] for name in names)
