"""How much of a portrait is there, and what may be asked. Pure: no writes, no clock, no request."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from okno.engines.portraits.models import MOST_WEIGHT, Question
from okno.kit import conditions
from okno.kit.errors import Refused
from okno.kit.kinds import Kind
from okno.kit.registry import Field, Record

# Kinds that a question may make a field of.
MADE = (
    Kind.TEXT,
    Kind.LONG_TEXT,
    Kind.INTEGER,
    Kind.DECIMAL,
    Kind.MONEY,
    Kind.DATE,
    Kind.BOOLEAN,
    Kind.CHOICE,
    Kind.LINK,
)


@dataclass(frozen=True)
class Filled:
    """How much of a portrait is there."""

    value: int
    answered: int
    asked: int


def filled(weighed: Iterable[tuple[str, int, bool]]) -> Filled | None:
    """
    The portrait of (field, weight, is answered): per cent of answered weight, halves up; None when nothing is asked.

    A field that two questionnaires ask for is one question, of the larger weight.
    """
    known: dict[str, tuple[int, bool]] = {}
    for field, weight, is_answered in weighed:
        known[field] = (max(weight, known.get(field, (0, False))[0]), is_answered)
    whole = sum(weight for weight, _is in known.values())
    if not whole:
        return None
    earned = sum(weight for weight, is_answered in known.values() if is_answered)
    answered = sum(1 for _weight, is_answered in known.values() if is_answered)
    return Filled((200 * earned + whole) // (2 * whole), answered, len(known))


def is_asked(record: Record, question: Question) -> bool:
    """Whether the field of a question is there and people fill it in."""
    field = record.field(question.field)
    return field is not None and can_ask(field)


def can_ask(field: Field) -> bool:
    """Whether people answer by this field: not what is computed, and no files."""
    return (field.editable or field.is_custom) and not field.formula and field.kind not in {Kind.FILE, Kind.JSON}


def check_questionnaire(record: Record, name: str, condition: Any) -> None:
    """:raises Refused: it has no name, or its condition is broken."""
    if not name.strip():
        raise Refused("portraits.no_name", _("Give the questionnaire a name."), missing=["name"])
    if condition:
        found = conditions.problems(conditions.parse(condition), record)
        if found:
            raise Refused("portraits.broken", found[0].message.replace("%", "%%"), missing=["condition"])


def check_question(record: Record, field: str, weight: int) -> None:
    """:raises Refused: there is no such field to answer by, or the weight is none."""
    found = record.field(field)
    if found is None or not can_ask(found):
        raise Refused("no_field", _("There is no such field."), missing=["field"])
    if not 1 <= weight <= MOST_WEIGHT:
        text = _("A weight is a number from 1 to %(most)s.")
        raise Refused("portraits.bad_weight", text, most=MOST_WEIGHT, missing=["weight"])
