"""
Working time: adding hours of a schedule to a moment and measuring them between two moments.

All deadlines of reaction, resolution and stages are counted here. Work is measured in elapsed time, so that a change
to summer time neither adds nor loses an hour. A year of a schedule is laid out once and kept with it; after that both
operations cost two binary searches however far apart the moments are.
"""

from __future__ import annotations

import datetime as dt
import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from zoneinfo import ZoneInfo

from django.utils.translation import gettext_lazy as _

from okno.kit import production_calendar
from okno.kit.errors import Refused

# Minutes from midnight, half-open, in order: ((540, 780), (840, 1080)) is 09:00-13:00 and 14:00-18:00.
Hours = tuple[tuple[int, int], ...]
CLOSED: Hours = ()
ALL_DAY: Hours = ((0, 24 * 60),)
ZERO = dt.timedelta(0)
_DAY = dt.timedelta(days=1)
_BEGINNING = dt.datetime(1, 1, 1, tzinfo=dt.UTC)
_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_TICK = dt.timedelta(microseconds=1)
# A schedule whose every day is closed would be searched for ever.
_FARTHEST_YEARS = 100
_FARTHEST = dt.timedelta(days=365 * _FARTHEST_YEARS)
_LATEST = dt.datetime(dt.MAXYEAR - 1, 12, 1)  # noqa: DTZ001 - compared with wall clocks of any zone


@dataclass(frozen=True, kw_only=True)
class Schedule:
    """When somebody works: a weekly pattern, Monday first, exceptions from it, and the zone its clock shows."""

    week: tuple[Hours, ...]
    zone: ZoneInfo
    follows_calendar: bool = False
    # Days with hours of their own stand above the production calendar; CLOSED makes a day off.
    special: Mapping[dt.date, Hours] = field(default_factory=dict, hash=False)
    shorten_by: int = 60
    _years: dict[int, _Year] = field(default_factory=dict, init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        if len(self.week) != len(("mon", "tue", "wed", "thu", "fri", "sat", "sun")):
            raise ValueError("a week has seven days")
        object.__setattr__(self, "special", MappingProxyType(dict(self.special)))

    def hours(self, day: dt.date) -> Hours:
        """Return the working hours of a day with holidays, moved and shortened days taken into account."""
        if day in self.special:
            return self.special[day]
        if not self.follows_calendar:
            return self.week[day.weekday()]
        year = production_calendar.year_of(day.year)
        if day in year.days_off:
            return CLOSED
        # A Saturday made a working day has the hours of the Friday before it.
        hours = self.week[4 if day in year.moved_working else day.weekday()]
        return _shorten(hours, self.shorten_by) if day in year.shortened else hours

    def is_workday(self, day: dt.date) -> bool:
        return bool(self.hours(day))

    def year(self, year: int) -> _Year:
        if year not in self._years:
            self._years[year] = _lay_out(self, year)
        return self._years[year]


@dataclass(frozen=True)
class _Year:
    """The spans of work of a year in microseconds since the epoch, and how much work precedes each of them."""

    starts: list[int]
    ends: list[int]
    before: list[int]
    total: int


def around_the_clock(zone: ZoneInfo) -> Schedule:
    """Return the schedule 24×7: working time is calendar time."""
    return Schedule(week=(ALL_DAY,) * 7, zone=zone)


def office(zone: ZoneInfo, hours: str = "09:00-18:00", *, follows_calendar: bool = True) -> Schedule:
    """Return Monday to Friday with these hours, by the production calendar of Russia unless told otherwise."""
    return Schedule(week=(read_hours(hours),) * 5 + (CLOSED, CLOSED), zone=zone, follows_calendar=follows_calendar)


def read_hours(text: str) -> Hours:
    """
    Read hours of a day as people write them: `09:00-13:00, 14:00-18:00`; an empty text is a day off.

    :raises Refused: it is not hours, they overlap, or an end is not after its start.
    """
    spans = tuple(sorted(_span(part) for part in re.split(r"[,;]", text) if part.strip()))
    edges = [edge for span in spans for edge in span]
    rising = all(start < end for start, end in spans) and edges == sorted(edges)
    if not rising or (edges and edges[-1] > 24 * 60):
        raise _bad_hours(text)
    return spans


def add_work(at: dt.datetime, duration: dt.timedelta, schedule: Schedule) -> dt.datetime:
    """
    Return the earliest moment by which that much work has passed since `at`, in the zone of `at`.

    A negative duration goes back to the latest moment from which that much work remains until `at`.

    :raises Refused: the schedule has too little work in the next hundred years.
    """
    if duration == ZERO:
        return at
    instant = _instant(at)
    year = at.astimezone(schedule.zone).year
    work = _done(schedule.year(year), instant) + duration // _TICK
    found = _forward(schedule, year, work) if duration > ZERO else _back(schedule, year, work)
    return (_EPOCH + found * _TICK).astimezone(at.tzinfo)


def work_between(start: dt.datetime, end: dt.datetime, schedule: Schedule) -> dt.timedelta:
    """
    Return how much working time lies between two moments; negative when the end comes first.

    No more than the first hundred years are measured: 1C writes 0001-01-01 for no date, others 9999-12-31.
    """
    if end < start:
        return -work_between(end, start, schedule)
    end = min(end, start + min(_FARTHEST, _LATEST - start.replace(tzinfo=None)))
    first, last = start.astimezone(schedule.zone).year, end.astimezone(schedule.zone).year
    work = _done(schedule.year(last), _instant(end)) - _done(schedule.year(first), _instant(start))
    work += sum(schedule.year(year).total for year in range(first, last))
    return work * _TICK


def is_working(at: dt.datetime, schedule: Schedule) -> bool:
    """Tell whether the moment lies in working hours; their end no longer does."""
    year = schedule.year(at.astimezone(schedule.zone).year)
    index = bisect_right(year.starts, _instant(at)) - 1
    return index >= 0 and _instant(at) < year.ends[index]


def next_work(at: dt.datetime, schedule: Schedule) -> dt.datetime:
    """
    Return the moment itself if it lies in working hours, otherwise the beginning of the next ones.

    :raises Refused: there are none in the next hundred years.
    """
    if is_working(at, schedule):
        return at
    return add_work(at, _TICK, schedule) - _TICK


def work_days(first: dt.date, last: dt.date, schedule: Schedule) -> int:
    """Return the number of working days between two days, both inclusive."""
    days = (last - first).days + 1
    return sum(schedule.is_workday(first + dt.timedelta(days=number)) for number in range(days))


def add_work_days(day: dt.date, days: int, schedule: Schedule) -> dt.date:
    """
    Return the working day that comes so many working days after this one, or before it if negative.

    :raises Refused: there is none in the next hundred years.
    """
    step, left, farthest = (_DAY if days > 0 else -_DAY), abs(days), 366 * _FARTHEST_YEARS
    for _number in range(farthest):
        if not left:
            return day
        day += step
        left -= schedule.is_workday(day)
    raise _never()


def _forward(schedule: Schedule, year: int, work: int) -> int:
    """Return the instant at which this much work is done, counted from the beginning of the year."""
    for number in _years_from(year, 1):
        laid = schedule.year(number)
        if 0 < work <= laid.total:
            index = bisect_left(laid.before, work) - 1
            return laid.starts[index] + work - laid.before[index]
        work -= laid.total
    raise _never()


def _back(schedule: Schedule, year: int, work: int) -> int:
    """Return the latest instant before which only this much work is done; it may lie in an earlier year."""
    laid = schedule.year(year)
    for number in _years_from(year - 1, -1):
        if 0 <= work < laid.total:
            index = bisect_right(laid.before, work) - 1
            return laid.starts[index] + work - laid.before[index]
        laid = schedule.year(number)
        work += laid.total
    raise _never()


def _years_from(year: int, step: int) -> range:
    last = year + step * _FARTHEST_YEARS
    return range(year, max(dt.MINYEAR + 1, min(last, dt.MAXYEAR - 1)), step)


def _done(year: _Year, instant: int) -> int:
    """Return how much of the year's work was done by the instant."""
    index = bisect_right(year.starts, instant) - 1
    if index < 0:
        return 0
    return year.before[index] + min(instant, year.ends[index]) - year.starts[index]


def _lay_out(schedule: Schedule, year: int) -> _Year:
    laid = _Year([], [], [], 0)
    day, done, last_end = dt.date(year, 1, 1), 0, _instant(_BEGINNING)
    at = _wall_clock(schedule.zone)
    while day.year == year:
        for opens, closes in schedule.hours(day):
            # In the hour that summer time skips, two local times are one instant: spans must not overlap there.
            start, end = max(at(day, opens), last_end), at(day, closes)
            if start < end:
                laid.starts.append(start)
                laid.ends.append(end)
                laid.before.append(done)
                done, last_end = done + end - start, end
        day += _DAY
    return _Year(laid.starts, laid.ends, laid.before, done)


def _wall_clock(zone: ZoneInfo) -> Callable[[dt.date, int], int]:
    """Return the function that turns a day and minutes of the local clock into an instant."""

    def at(day: dt.date, minutes: int) -> int:
        local = dt.datetime(day.year, day.month, day.day, tzinfo=zone) + dt.timedelta(minutes=minutes)
        return _instant(local)

    return at


def _instant(at: dt.datetime) -> int:
    return (at - _EPOCH) // _TICK


def _shorten(hours: Hours, minutes: int) -> Hours:
    """Take minutes from the end of the day; a last span shorter than that goes whole."""
    kept = list(hours)
    while kept and minutes > 0:
        start, end = kept.pop()
        if end - start > minutes:
            kept.append((start, end - minutes))
        minutes -= end - start
    return tuple(kept)


def _span(text: str) -> tuple[int, int]:
    found = re.fullmatch(r"\s*(\d{1,2})[:.](\d\d)\s*[-–—]\s*(\d{1,2})[:.](\d\d)\s*", text)
    if not found:
        raise _bad_hours(text)
    hour, minute, end_hour, end_minute = (int(part) for part in found.groups())
    if minute >= 60 or end_minute >= 60:
        raise _bad_hours(text)
    return hour * 60 + minute, end_hour * 60 + end_minute


def _bad_hours(text: str) -> Refused:
    return Refused(
        "worktime.hours",
        _("“%(text)s” is not working hours; write them like 09:00-13:00, 14:00-18:00."),
        text=text[:40],
    )


def _never() -> Refused:
    return Refused("worktime.never", _("The work schedule has too few working hours."))
