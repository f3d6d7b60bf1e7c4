"""Days and moments as people type them: `25.12.2026`, `завтра`, `+3д`, `пн 14:30`."""

from __future__ import annotations

import calendar
import datetime as dt
import re
from zoneinfo import ZoneInfo

from okno.kit import formats

# A day without an hour is a deadline for the morning, as in the steps that move tasks.
MORNING = dt.time(10)
# Both languages are read whatever the page speaks: people type from habit.
NAMED = {
    "позавчера": -2,
    "вчера": -1,
    "yesterday": -1,
    "сегодня": 0,
    "today": 0,
    "завтра": 1,
    "tomorrow": 1,
    "послезавтра": 2,
}
WEEKDAYS = ("пн", "вт", "ср", "чт", "пт", "сб", "вс")
UNITS = {"": "day", "д": "day", "d": "day", "н": "week", "w": "week", "м": "month", "m": "month", "г": "year"}
SHIFT = re.compile(r"([+-])\s*(\d{1,4})\s*(д|d|н|w|м|m|г|)[а-яёa-z]*\.?")
WRITTEN = re.compile(r"(\d{1,2})[./\-\s](\d{1,2})(?:[./\-\s](\d{4}|\d{2}))?")
HOURS = re.compile(r"([+-])\s*(\d{1,4})\s*(ч|h|мин|min)[а-яёa-z]*\.?")
# «через 2 ч», «через неделю», «in 3 d» are a step forward.
AHEAD = re.compile(r"(?:через|in)\s+(\d+|пол(?=часа))?\s*")
TIME = re.compile(r"(?:^|[\st,])(?:в\s+)?(\d{1,2}):(\d{2})(?::\d{2})?$")


def parse_day(text: str, today: dt.date) -> dt.date | None:
    """The day that a text names, None when it names none. A day without a year is of this one."""
    plain = _ahead(text.strip().lower())
    if plain in NAMED:
        return today + dt.timedelta(days=NAMED[plain])
    if plain in WEEKDAYS:
        return today + dt.timedelta(days=(WEEKDAYS.index(plain) - today.weekday() - 1) % 7 + 1)
    try:
        if shift := SHIFT.fullmatch(plain):
            return _shifted(today, int(shift[1] + shift[2]), UNITS[shift[3]])
        if written := WRITTEN.fullmatch(plain):
            day, month, year = written.groups()
            return dt.date(_year(year, today), int(month), int(day))
        return dt.date.fromisoformat(plain)
    except (ValueError, OverflowError):
        return None


def parse_moment(text: str, at: dt.datetime, zone: ZoneInfo) -> dt.datetime | None:
    """The moment that a text names, None when it names none. `+2ч` counts from now, a day means its morning."""
    plain = text = _ahead(text.strip().lower())
    if hours := HOURS.fullmatch(plain):
        number = int(hours[1] + hours[2])
        return at + (dt.timedelta(hours=number) if hours[3] in {"ч", "h"} else dt.timedelta(minutes=number))
    today = at.astimezone(zone).date()
    found = TIME.search(text.strip())
    named = text.strip()[: found.start()] if found else plain
    day = parse_day(named, today) if named else today if found else None
    if day is None:
        return None
    try:
        return dt.datetime.combine(day, dt.time(int(found[1]), int(found[2])) if found else MORNING, zone)
    except ValueError:
        return None


def _ahead(plain: str) -> str:
    """«через 2 ч» as `+2 ч`."""
    found = AHEAD.match(plain)
    if found is None:
        return plain
    if found[1] == "пол":
        return "+30 мин"
    return f"+{found[1] or 1} {plain[found.end() :]}"


def day_text(day: dt.date) -> str:
    """A day as its field shows it."""
    return f"{day.day:02}.{day.month:02}.{day.year:04}"


def moment_text(moment: dt.datetime, zone: dt.tzinfo) -> str:
    """A moment as its field shows it."""
    local = moment.astimezone(zone)
    return f"{day_text(local.date())} {formats.time_text(local, zone)}"


def _shifted(day: dt.date, number: int, unit: str) -> dt.date:
    if unit in {"day", "week"}:
        return day + dt.timedelta(days=number * (7 if unit == "week" else 1))
    months = day.year * 12 + day.month - 1 + number * (12 if unit == "year" else 1)
    year, month = divmod(months, 12)
    return dt.date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def _year(text: str | None, today: dt.date) -> int:
    if not text:
        return today.year
    return int(text) + (2000 if len(text) == 2 else 0)
