"""Working time, by the schedule the expression is computed with."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from okno.kit import worktime
from okno.kit.errors import Refused
from okno.kit.expressions.catalog import Context, function
from okno.kit.expressions.values import multiplied

_FAR = 36_600


def _schedule(context: Context) -> worktime.Schedule:
    if context.schedule is None:
        raise Refused("expressions.no_schedule", _("There is no working schedule to count by."))
    return context.schedule


@function(
    "add_work_hours",
    "плюс_рабочих_часов",
    "moment, number -> moment",
    _("When so many working hours have passed."),
    asks=True,
)
def add_work_hours(context: Context, when: datetime, number: Decimal) -> datetime:
    return worktime.add_work(when, timedelta(seconds=float(number * 3600)), _schedule(context))


@function(
    "work_hours_between",
    "рабочих_часов_между",
    "moment, moment -> number",
    _("How many working hours lie between two moments."),
    asks=True,
)
def work_hours_between(context: Context, first: datetime, last: datetime) -> Any:
    gone = worktime.work_between(first, last, _schedule(context))
    return multiplied("/", Decimal(gone // timedelta(seconds=1)), Decimal(3600))


@function(
    "add_work_days",
    "плюс_рабочих_дней",
    "date, number -> date",
    _("The working day so many working days later."),
    asks=True,
)
def add_work_days(context: Context, day: date, number: Decimal) -> date:
    if abs(number) > _FAR:
        raise OverflowError(number)
    return worktime.add_work_days(day, int(number), _schedule(context))


@function(
    "work_days_between",
    "рабочих_дней_между",
    "date, date -> number",
    _("How many working days there are from one day to another, both included."),
    asks=True,
)
def work_days_between(context: Context, first: date, last: date) -> int:
    if abs((last - first).days) > _FAR:
        raise OverflowError(last)
    return worktime.work_days(first, last, _schedule(context)) if first <= last else 0


@function("is_work_time", "рабочее_время", "moment -> boolean", _("Whether people work at this moment."), asks=True)
def is_work_time(context: Context, when: datetime) -> bool:
    return worktime.is_working(when, _schedule(context))


@function("is_work_day", "рабочий_день", "when -> boolean", _("Whether people work on this day."), asks=True)
def is_work_day(context: Context, when: date) -> bool:
    return _schedule(context).is_workday(when.date() if isinstance(when, datetime) else when)
