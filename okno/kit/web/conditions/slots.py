"""One value of a condition as its inputs hold it: texts, a relative day, or another field."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from okno.kit import days
from okno.kit.conditions import moments
from okno.kit.conditions.moments import STEP
from okno.kit.conditions.operators import Family
from okno.kit.conditions.places import Place
from okno.kit.conditions.tree import RELATIVE
from okno.kit.errors import Refused
from okno.kit.ids import id_of
from okno.kit.kinds import Kind
from okno.kit.registry import Record
from okno.kit.web.conditions import closed

VALUE, RELATIVELY, FIELD = "value", "rel", "field"
ME, MINE, SUBTREE = "me", "dept:mine", "dept:subtree"
ISO_DAY = re.compile(r"\d{4}-\d\d-\d\d")
DATED = frozenset({Family.DATE, Family.MOMENT})


@dataclass(frozen=True)
class Slot:
    """
    What stands in the inputs of one value.

    A relative day is an anchor, steps that are only kept, and the last step: its side, number and unit.
    """

    how: str = VALUE
    texts: tuple[str, ...] = ()
    anchor: str = "today"
    kept: str = ""
    side: str = "-"
    number: str = ""
    unit: str = "d"


def is_named(record: Record, found: Place) -> bool:
    """Whether values are chosen from names rather than typed."""
    return found.family in {Family.CHOICE, Family.LINK} or closed.is_closed(record, found)


def slot_of(values: Sequence[Any]) -> Slot:
    """The inputs that show these values."""
    first = values[0] if values else None
    if isinstance(first, dict) and "rel" in first:
        return _relative_slot(str(first["rel"]))
    if isinstance(first, dict) and "field" in first:
        return Slot(FIELD, (str(first["field"]),))
    return Slot(texts=tuple(_shown(one) for one in values))


def values_of(slot: Slot, found: Place) -> list[Any]:
    """The values that inputs say; nothing while they are empty. :raises Refused: one cannot be read."""
    if slot.how == RELATIVELY and found.family in DATED:
        return [{"rel": _relative_text(slot)}]
    if slot.how == FIELD:
        return [{"field": text} for text in slot.texts[:1] if text]
    return [_read(text, found) for text in slot.texts if text.strip()]


def plain_number(text: str) -> str:
    """A number as conditions take it, of one as people write it. :raises Refused: it is no number."""
    plain = re.sub(r"[\s\u00a0\u202f]", "", text).replace(",", ".")
    if not re.fullmatch(r"-?\d{1,40}(\.\d{1,40})?", plain, re.ASCII):
        raise Refused("conditions.bad_number", _("“%(text)s” is not a number."), text=text.strip()[:40])
    return plain


def _relative_slot(text: str) -> Slot:
    parts = RELATIVE.fullmatch(text)
    if parts is None or not text:
        return Slot()
    steps = [one.group(0) for one in STEP.finditer(parts["steps"])]
    anchor = parts["anchor"] or ("now" if steps and steps[0].endswith(("min", "h")) else "today")
    if not steps:
        return Slot(RELATIVELY, anchor=anchor)
    last = STEP.fullmatch(steps[-1])
    if last is None:
        return Slot()
    kept = "".join(steps[:-1])
    return Slot(
        RELATIVELY, anchor=anchor, kept=kept, side=last["sign"], number=str(int(last["number"])), unit=last["unit"]
    )


def _relative_text(slot: Slot) -> str:
    step = f"{slot.side}{slot.number.strip()}{slot.unit}" if slot.number.strip() else ""
    text = f"{slot.anchor}{slot.kept}{step}"
    if not moments.is_relative(text):
        raise Refused("conditions.bad_step", _("Write a whole number of days, weeks or months."))
    return text


def _read(text: str, found: Place) -> Any:
    if text in {ME, MINE, SUBTREE} and found.family is Family.LINK:
        return {"me": True} if text == ME else {"department": text.removeprefix("dept:")}
    match found.family:
        case Family.NUMBER:
            return plain_number(text)
        case Family.BOOLEAN:
            return text == "true"
        case Family.DATE | Family.MOMENT:
            return _day(text)
        case Family.LINK:
            return text if (row_id := id_of(text)) is None else row_id
    return text.strip()


def _day(text: str) -> str:
    """The day that was typed. :raises Refused: the text names none."""
    found = days.parse_day(text, timezone.localdate())
    if found is None:
        raise Refused("bad_day", _("Write a day: 25.12.2026, “tomorrow” or “+3d”."))
    return found.isoformat()


def _shown(value: Any) -> str:
    match value:
        case {"me": True}:
            return ME
        case {"department": str(scope)}:
            return f"dept:{scope}"
        case bool():
            return "true" if value else "false"
        case str() if ISO_DAY.fullmatch(value):
            return days.day_text(dt.date.fromisoformat(value))
    return "" if value is None or isinstance(value, dict) else str(value)


def has_people(found: Place) -> bool:
    """Whether "me" may be asked of the field."""
    return found.field.kind is Kind.PERSON
