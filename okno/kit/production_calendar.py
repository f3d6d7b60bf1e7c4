"""
The production calendar of Russia: holidays, moved days off, shortened and working Saturdays of each year.

Source: article 112 of the Labour Code and the yearly decrees of the Government on moving days off, as published
by ConsultantPlus; the days of 2023-2027 were compared with the open data of xmlcalendar.ru.
These years are decreed, none of their days is an estimate. Every other year is an estimate by the Code alone,
and says so: the Government moves the days off that fall on the January holidays as it sees fit.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

_SATURDAY = 5
# Article 112: 1-6 and 8 January, Christmas, 23 February, 8 March, 1 and 9 May, 12 June, 4 November.
_JANUARY = tuple((1, day) for day in range(1, 9))
_LATER = ((2, 23), (3, 8), (5, 1), (5, 9), (6, 12), (11, 4))


@dataclass(frozen=True, kw_only=True)
class Year:
    """A year of the calendar: what differs from the ordinary week of five days."""

    days_off: frozenset[dt.date]
    shortened: frozenset[dt.date]
    moved_working: frozenset[dt.date]
    is_estimate: bool = False

    def is_workday(self, day: dt.date) -> bool:
        """Tell whether a week of five days works on this day."""
        if day in self.days_off:
            return False
        return day.weekday() < _SATURDAY or day in self.moved_working


def _days(year: int, text: str) -> frozenset[dt.date]:
    """Read days written as people print calendars: `31.12`."""
    return frozenset(dt.date(year, int(day[3:]), int(day[:2])) for day in text.split())


def _decreed(year: int, *, moved_off: str, shortened: str, moved_working: str = "") -> Year:
    return Year(
        days_off=_holidays(year) | _days(year, moved_off),
        shortened=_days(year, shortened),
        moved_working=_days(year, moved_working),
    )


def _holidays(year: int) -> frozenset[dt.date]:
    return frozenset(dt.date(year, month, day) for month, day in (*_JANUARY, *_LATER))


_DECREED = {
    2023: _decreed(2023, moved_off="24.02 08.05 06.11", shortened="22.02 07.03 03.11"),
    2024: _decreed(
        2024,
        moved_off="29.04 30.04 10.05 30.12 31.12",
        shortened="22.02 07.03 08.05 11.06 02.11",
        moved_working="27.04 02.11 28.12",
    ),
    2025: _decreed(
        2025,
        moved_off="02.05 08.05 13.06 03.11 31.12",
        shortened="07.03 30.04 11.06 01.11",
        moved_working="01.11",
    ),
    2026: _decreed(2026, moved_off="09.01 09.03 11.05 31.12", shortened="30.04 08.05 11.06 03.11"),
    2027: _decreed(
        2027,
        moved_off="22.02 03.05 10.05 14.06 05.11 31.12",
        shortened="20.02 30.04 11.06 03.11",
        moved_working="20.02",
    ),
}


@cache
def year_of(year: int) -> Year:
    """Return the calendar of a year; a year without a decree is an estimate by the Labour Code."""
    return _DECREED.get(year) or _estimate(year)


def _estimate(year: int) -> Year:
    """
    Apply article 112 alone: a day off that falls on a holiday moves to the next working day, except in January;
    the working day before a holiday is an hour shorter (article 95).
    """
    holidays = _holidays(year)
    days_off = set(holidays)
    for month, number in _LATER:
        if (day := dt.date(year, month, number)).weekday() >= _SATURDAY:
            days_off.add(_next_workday(day, days_off))
    eves = (holiday - dt.timedelta(days=1) for holiday in {*holidays, dt.date(year, 12, 31) + dt.timedelta(days=1)})
    shortened = {eve for eve in eves if eve.year == year and eve.weekday() < _SATURDAY and eve not in days_off}
    return Year(
        days_off=frozenset(days_off),
        shortened=frozenset(shortened),
        moved_working=frozenset(),
        is_estimate=True,
    )


def _next_workday(day: dt.date, days_off: Iterable[dt.date]) -> dt.date:
    taken = set(days_off)
    while day.weekday() >= _SATURDAY or day in taken:
        day += dt.timedelta(days=1)
    return day
