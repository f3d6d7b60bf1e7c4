"""Days and moments in a condition: what a text or a relative date means in the zone of the person who asks."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from django.db.models import Model, Q, QuerySet

from okno.kit.conditions.tree import RELATIVE
from okno.kit.registry import Record

DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?(Z|[+-]\d{2}:\d{2})?")
STEP = re.compile(r"(?P<sign>[+-])(?P<number>\d+)(?P<unit>min|h|d|w|m|q|y)")
_MONTHS = {"m": 1, "q": 3, "y": 12}
_PERIOD_MONTHS = {"month": 1, "quarter": 3, "year": 12}


class Sight(Protocol):
    """Which rows of other records, and which fields of rows, whoever asks may learn of by a condition."""

    def limited(self, model: type[Model]) -> QuerySet[Any] | None:
        """The rows of a model within sight; None when all of them are."""

    def sees(self, row: Model) -> bool:
        """Whether one row is within sight."""

    def opened(self, record: Record, key: str) -> Q | None:
        """The rows of the record whose field may be looked at, through links too; None when it may of all of them."""

    def opens(self, row: Model, record: Record, key: str) -> bool:
        """The same for one row."""


@dataclass(frozen=True, slots=True)
class Context:
    """
    Who asks, when and where: all that a condition may know besides the row.

    `department` is the id of the person's department, `subtree` its id and those of all below it;
    `at` is an aware moment, `zone` decides where days begin. Without `sight` linked and related rows are looked at
    whosever they are: so do conditions that the house itself has set, such as those of grants.
    """

    me: int | None
    department: int | None
    subtree: tuple[int, ...]
    at: datetime
    zone: ZoneInfo
    sight: Sight | None = None


def read(text: str) -> date | datetime | None:
    """A day `YYYY-MM-DD` or a moment of ISO 8601 (naive when it names no offset); None when it is neither."""
    try:
        if DAY.fullmatch(text):
            return date.fromisoformat(text)
        if MOMENT.fullmatch(text):
            return datetime.fromisoformat(text)
    except ValueError:
        return None
    return None


def day_start(day: date, zone: ZoneInfo) -> datetime:
    """The moment a day begins: at midnight of the zone, or when the clock was put forward over midnight."""
    return datetime.combine(day, time(), zone).astimezone(UTC)


def day_of(value: date | datetime, zone: ZoneInfo) -> date:
    """The calendar day of a day or moment in the zone."""
    if not isinstance(value, datetime):
        return value
    return (value.astimezone(zone) if value.tzinfo else value).date()


def exact(value: datetime, zone: ZoneInfo) -> datetime:
    """The moment in UTC; one that names no offset is local time of the zone."""
    return (value if value.tzinfo else value.replace(tzinfo=zone)).astimezone(UTC)


def is_relative(text: str) -> bool:
    """Whether the text names a relative day or moment."""
    return bool(text) and RELATIVE.fullmatch(text) is not None


def relative(text: str, context: Context) -> date | datetime:
    """
    What a relative text means now: a day, or a moment when it counts hours, minutes or from `now`.

    Months keep the day of month or take the last one; weeks begin on Monday.

    :raises OverflowError: the result is outside the years 1–9999.
    """
    parts = RELATIVE.fullmatch(text)
    if parts is None:
        raise OverflowError(text)
    steps = list(STEP.finditer(parts["steps"]))
    here = context.at.astimezone(context.zone)
    from_now = parts["anchor"] == "now" or (not parts["anchor"] and steps[0]["unit"] in {"min", "h"})
    value: date | datetime = here if from_now else _anchor(parts["anchor"] or "today", here.date())
    for step in steps:
        value = _moved(value, int(step["sign"] + step["number"]), step["unit"], context.zone)
    return value


def _anchor(name: str, today: date) -> date:
    match name:
        case "today":
            return today
        case "yesterday":
            return today - timedelta(days=1)
        case "tomorrow":
            return today + timedelta(days=1)
    side, _of, period = name.split("_")
    return edge(side, period, today)


def edge(side: str, period: str, day: date) -> date:
    """The first (`start`) or last (`end`) day of the week, month, quarter or year of a day."""
    if period == "week":
        start = day - timedelta(days=day.weekday())
        return start if side == "start" else start + timedelta(days=6)
    length = _PERIOD_MONTHS[period]
    start = date(day.year, (day.month - 1) // length * length + 1, 1)
    return start if side == "start" else add_months(start, length) - timedelta(days=1)


def _moved(value: date | datetime, number: int, unit: str, zone: ZoneInfo) -> date | datetime:
    if unit in {"min", "h"}:
        moment = value if isinstance(value, datetime) else day_start(value, zone)
        length = timedelta(hours=number) if unit == "h" else timedelta(minutes=number)
        # Through UTC, so that an hour is an hour on the night when clocks change.
        return (moment.astimezone(UTC) + length).astimezone(zone)
    day = value.date() if isinstance(value, datetime) else value
    if unit in _MONTHS:
        day = add_months(day, number * _MONTHS[unit])
    else:
        day += timedelta(days=number * (7 if unit == "w" else 1))
    return datetime.combine(day, value.time(), zone) if isinstance(value, datetime) else day


def add_months(day: date, number: int) -> date:
    """
    The day some months later or earlier, not beyond the end of its month.

    :raises OverflowError: the result is outside the years 1–9999.
    """
    year, month = divmod(day.year * 12 + day.month - 1 + number, 12)
    if not 1 <= year <= 9999:
        raise OverflowError(number)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))
