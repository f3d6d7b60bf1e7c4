"""Moments of an invented working life: on working days, in working hours, more in the autumn than in July."""

from __future__ import annotations

import datetime as dt
from random import Random
from zoneinfo import ZoneInfo

from okno.kit.worktime import Schedule, add_work, next_work

MONTHS = 18
# How trade goes through the year, January first.
SEASON = (0.6, 0.9, 1.05, 1.0, 0.85, 0.95, 0.8, 0.9, 1.15, 1.2, 1.15, 1.1)


class Calendar:
    """Picks and adds moments by the schedule of the company."""

    def __init__(self, rng: Random, schedule: Schedule, at: dt.datetime) -> None:
        self.rng, self.schedule, self.at = rng, schedule, at
        self.zone: ZoneInfo = schedule.zone
        self.today = at.astimezone(self.zone).date()
        first = self.today - dt.timedelta(days=round(MONTHS * 30.5))
        days = [first + dt.timedelta(days=number) for number in range((self.today - first).days)]
        self.workdays = [day for day in days if schedule.is_workday(day)]
        growth = [1 + 0.6 * number / len(self.workdays) for number in range(len(self.workdays))]
        self._weights = [SEASON[day.month - 1] * grown for day, grown in zip(self.workdays, growth, strict=True)]

    def spread(self, count: int) -> list[dt.datetime]:
        """So many moments over the history, oldest first."""
        days = self.rng.choices(self.workdays, self._weights, k=count)
        return sorted(self.on(day) for day in days)

    def on(self, day: dt.date) -> dt.datetime:
        """A moment of a day's working hours."""
        minute = self.rng.randint(9 * 60 + 3, 17 * 60 + 50)
        return dt.datetime(
            day.year, day.month, day.day, minute // 60, minute % 60, self.rng.randrange(60), tzinfo=self.zone
        )

    def later(self, since: dt.datetime, hours: float) -> dt.datetime:
        """So many working hours later."""
        return add_work(since, dt.timedelta(hours=hours), self.schedule)

    def soon(self, days: int) -> dt.datetime:
        """A round moment so many days from today, moved to a working hour."""
        day = self.today + dt.timedelta(days=days)
        hour = self.rng.choice((10, 11, 12, 14, 15, 16, 17))
        found = dt.datetime(day.year, day.month, day.day, hour, self.rng.choice((0, 0, 30)), tzinfo=self.zone)
        return next_work(found, self.schedule) if days else found

    def spoiled(self, norm_hours: float) -> float:
        """How many working hours something took whose norm is this: mostly less, sometimes much more."""
        return max(0.3, norm_hours * self.rng.lognormvariate(-0.15, 0.85))
