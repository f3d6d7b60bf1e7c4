"""Days and moments: their parts, their distances, and how they are written."""

from __future__ import annotations

import calendar
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from okno.kit.conditions import moments
from okno.kit.expressions import values
from okno.kit.expressions.catalog import Context, function

_MONTHS = (
    "января", "февраля", "марта", "апреля", "мая", "июня",
    "июля", "августа", "сентября", "октября", "ноября", "декабря",
)  # fmt: skip
_MONTH_NAMES = (
    "январь", "февраль", "март", "апрель", "май", "июнь",
    "июль", "август", "сентябрь", "октябрь", "ноябрь", "декабрь",
)  # fmt: skip
_WEEKDAYS = ["понедельник", "вторник", "среда", "четверг", "пятница", "суббота", "воскресенье"]


def _day(when: date) -> date:
    return when.date() if isinstance(when, datetime) else when


def _with_day(when: date, day: date) -> date:
    """The day, at the hour of a moment."""
    return datetime.combine(day, when.time(), when.tzinfo) if isinstance(when, datetime) else day


@function("today", "сегодня", "-> date", _("This day."), asks=True)
def today(context: Context) -> date:
    return context.at.astimezone(context.zone).date()


@function("now", "сейчас", "-> moment", _("This moment."), asks=True)
def now(context: Context) -> datetime:
    return context.at.astimezone(context.zone)


@function("date", "дата", "number, number, number -> date", _("A day by its year, month and day of month."))
def day_by_numbers(year: Decimal, month: Decimal, day: Decimal) -> date:
    return date(int(year), int(month), int(day))


@function("day_of", "день_момента", "when -> date", _("The day of a moment."))
def day_of(when: date) -> date:
    return _day(when)


@function("read_date", "прочесть_дату", "text -> date", _("The day written as 21.11.2026 or 2026-11-21."))
def read_date(text: str) -> date | None:
    parts = text.strip().split(".")
    read = moments.read("-".join(reversed(parts)) if len(parts) == 3 else text.strip())
    return _day(read) if read else None


@function(
    "moment", "момент", "date, number?, number? -> moment", _("The moment of a day at an hour and minute."), asks=True
)
def moment(context: Context, day: date, hour: Decimal = Decimal(0), minute: Decimal = Decimal(0)) -> datetime:
    return datetime(day.year, day.month, day.day, int(hour), int(minute), tzinfo=context.zone)


@function("year", "год", "when -> number", _("The year."))
def year(when: date) -> int:
    return when.year


@function("quarter", "квартал", "when -> number", _("The number of the quarter."))
def quarter(when: date) -> int:
    return (when.month + 2) // 3


@function("month", "месяц", "when -> number", _("The number of the month."))
def month(when: date) -> int:
    return when.month


@function("week", "неделя", "when -> number", _("The number of the week of the year (ISO 8601)."))
def week(when: date) -> int:
    return when.isocalendar().week


@function("day", "день", "when -> number", _("The day of the month."))
def day(when: date) -> int:
    return when.day


@function("weekday", "день_недели", "when -> number", _("The day of the week, 1 is Monday."))
def weekday(when: date) -> int:
    return when.isoweekday()


@function("hour", "час", "moment -> number", _("The hour."))
def hour(when: datetime) -> int:
    return when.hour


@function("minute", "минута", "moment -> number", _("The minute."))
def minute(when: datetime) -> int:
    return when.minute


@function("add_days", "плюс_дней", "when, number -> when", _("So many days later."))
def add_days(when: date, number: Decimal) -> date:
    return values.shifted(when, number)


@function(
    "add_months", "плюс_месяцев", "when, number -> when", _("So many months later, not beyond the end of the month.")
)
def add_months(when: date, number: Decimal) -> date:
    return _with_day(when, moments.add_months(_day(when), int(number)))


@function("add_years", "плюс_лет", "when, number -> when", _("So many years later."))
def add_years(when: date, number: Decimal) -> date:
    return add_months(when, number * 12)


@function("add_hours", "плюс_часов", "moment, number -> moment", _("So many hours later."))
def add_hours(when: datetime, number: Decimal) -> datetime:
    return (when.astimezone(UTC) + timedelta(seconds=float(number * 3600))).astimezone(when.tzinfo)


@function("days_between", "дней_между", "when, when -> number", _("How many days lie between two days or moments."))
def days_between(first: date, last: date) -> Decimal:
    return values.days_between(first, last)


@function("hours_between", "часов_между", "moment, moment -> number", _("How many hours lie between two moments."))
def hours_between(first: datetime, last: datetime) -> Any:
    return values.multiplied("*", values.days_between(first, last), Decimal(24))


@function("months_between", "месяцев_между", "when, when -> number", _("How many whole months lie between two days."))
def months_between(first: date, last: date) -> int:
    first, last = _day(first), _day(last)
    if last < first:
        return -months_between(last, first)
    months = (last.year - first.year) * 12 + last.month - first.month
    return months - (moments.add_months(first, months) > last)


@function("years_between", "лет_между", "when, when -> number", _("How many whole years lie between two days: an age."))
def years_between(first: date, last: date) -> int:
    months = months_between(first, last)
    return months // 12 if months >= 0 else -(-months // 12)


@function("start_of", "начало", "when, text -> date", _("The first day of the week, month, quarter or year."))
def start_of(when: date, period: str) -> date:
    return moments.edge("start", _PERIODS[period.lower()], _day(when))


@function("end_of", "конец", "when, text -> date", _("The last day of the week, month, quarter or year."))
def end_of(when: date, period: str) -> date:
    return moments.edge("end", _PERIODS[period.lower()], _day(when))


_PERIODS = {name: name for name in ("week", "month", "quarter", "year")} | {
    "неделя": "week",
    "месяц": "month",
    "квартал": "quarter",
    "год": "year",
}


@function("days_in_month", "дней_в_месяце", "when -> number", _("How many days the month has."))
def days_in_month(when: date) -> int:
    return calendar.monthrange(when.year, when.month)[1]


@function("is_weekend", "выходной", "when -> boolean", _("Whether the day is a Saturday or a Sunday."))
def is_weekend(when: date) -> bool:
    return when.isoweekday() > 5


@function("long_date", "дата_словами", "when -> text", _("The day as documents have it: 21 ноября 2026 г."))
def long_date(when: date) -> str:
    return f"{when.day} {_MONTHS[when.month - 1]} {when.year} г."


@function("month_name", "название_месяца", "when -> text", _("The name of the month."))
def month_name(when: date) -> str:
    return _MONTH_NAMES[when.month - 1]


@function("weekday_name", "название_дня", "when -> text", _("The name of the day of the week."))
def weekday_name(when: date) -> str:
    return _WEEKDAYS[when.weekday()]


_PATTERNS = (
    ("yyyy", "%Y"), ("гггг", "%Y"), ("yy", "%y"), ("гг", "%y"), ("MM", "%m"), ("ММ", "%m"),
    ("dd", "%d"), ("дд", "%d"), ("HH", "%H"), ("чч", "%H"), ("mm", "%M"), ("мм", "%M"),
)  # fmt: skip


@function("format", "формат", "when, text -> text", _("The day or moment by a pattern: dd.MM.yyyy HH:mm."))
def formatted(when: date, pattern: str) -> str:
    pattern = pattern.replace("%", "%%")
    for letters, directive in _PATTERNS:
        pattern = pattern.replace(letters, directive)
    return when.strftime(pattern)
