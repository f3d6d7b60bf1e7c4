"""Arithmetic of the desktop: periods, what they are compared with, forecast and change. Pure."""

from __future__ import annotations

import calendar
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

MONTH, LAST, QUARTER, YEAR = "month", "last", "quarter", "year"
LENGTHS = {MONTH: 1, LAST: 1, QUARTER: 3, YEAR: 12}
HUNDRED = Decimal(100)


@dataclass(frozen=True)
class Period:
    """
    The days that figures are of, both ends included, and the days they are compared with: of a period that still
    goes on, as much of the one before it.
    """

    code: str
    since: date
    until: date
    before_since: date
    before_until: date
    is_over: bool


def period(code: str, today: date) -> Period:
    """This month, the last one, this quarter or this year; an unknown code is this month."""
    code = code if code in LENGTHS else MONTH
    length = LENGTHS[code]
    since = date(today.year, (today.month - 1) // length * length + 1, 1)
    if code == LAST:
        since = moved(since, -1)
    until = moved(since, length) - timedelta(days=1)
    before = moved(since, -length)
    return Period(
        code=code,
        since=since,
        until=until,
        before_since=before,
        before_until=moved(today, -length) if today < until else since - timedelta(days=1),
        is_over=today > until,
    )


def moved(day: date, months: int) -> date:
    """The same day some months later or earlier, or the last one of a shorter month."""
    number = day.year * 12 + day.month - 1 + months
    year, month = number // 12, number % 12 + 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def forecast(fact: Decimal, awaited: Iterable[tuple[Decimal, int]]) -> Decimal:
    """
    What the period will bring: the fact and the sums of open deals expected in it, each by its probability in percent
    (domain.md 3.6).
    """
    return fact + sum((amount * probability / HUNDRED for amount, probability in awaited), Decimal(0))


def change(now: Decimal, was: Decimal) -> int | None:
    """By how many percent it grew, rounded; None when there was nothing to grow from."""
    return round((now - was) / was * HUNDRED) if was > 0 else None


def share(part: int, whole: int) -> int | None:
    """Whole percents; None of nothing."""
    return round(Decimal(part) / whole * HUNDRED) if whole else None
