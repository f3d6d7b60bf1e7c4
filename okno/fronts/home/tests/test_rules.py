"""Periods, forecast and change."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from okno.fronts.home import rules

TODAY = date(2026, 11, 21)


@pytest.mark.parametrize(
    ("code", "since", "until", "before_since", "before_until"),
    [
        ("month", date(2026, 11, 1), date(2026, 11, 30), date(2026, 10, 1), date(2026, 10, 21)),
        ("last", date(2026, 10, 1), date(2026, 10, 31), date(2026, 9, 1), date(2026, 9, 30)),
        ("quarter", date(2026, 10, 1), date(2026, 12, 31), date(2026, 7, 1), date(2026, 8, 21)),
        ("year", date(2026, 1, 1), date(2026, 12, 31), date(2025, 1, 1), date(2025, 11, 21)),
    ],
)
def test_period_is_compared_with_as_much_of_the_one_before(code, since, until, before_since, before_until):
    found = rules.period(code, TODAY)
    assert (found.since, found.until, found.before_since, found.before_until) == (
        since,
        until,
        before_since,
        before_until,
    )


def test_period_of_an_unknown_code_is_this_month():
    assert rules.period("eternity", TODAY).code == "month"


@pytest.mark.parametrize(
    ("code", "today", "before_until"),
    [
        ("month", date(2026, 3, 30), date(2026, 2, 28)),
        ("month", date(2026, 3, 31), date(2026, 2, 28)),
        ("month", date(2026, 2, 28), date(2026, 1, 31)),
        ("year", date(2028, 2, 29), date(2027, 2, 28)),
    ],
)
def test_period_ends_with_the_shorter_month(code, today, before_until):
    assert rules.period(code, today).before_until == before_until


@pytest.mark.parametrize(("code", "is_over"), [("month", False), ("last", True), ("quarter", False), ("year", False)])
def test_period_knows_whether_it_is_over(code, is_over):
    assert rules.period(code, TODAY).is_over is is_over


def test_period_goes_on_through_its_last_day():
    assert rules.period("month", date(2026, 11, 30)).is_over is False


@pytest.mark.parametrize(
    ("day", "months", "found"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2026, 1, 15), -1, date(2025, 12, 15)),
        (date(2026, 11, 30), 3, date(2027, 2, 28)),
    ],
)
def test_moved_keeps_the_day_or_the_last_one(day, months, found):
    assert rules.moved(day, months) == found


def test_forecast_is_the_fact_and_weighted_deals():
    """Fixture F7 of the domain specification."""
    awaited = [(Decimal(500_000), 80), (Decimal(300_000), 45), (Decimal(1_000_000), 25)]
    assert rules.forecast(Decimal(1_200_000), awaited) == Decimal(1_985_000)


@pytest.mark.parametrize(("now", "was", "found"), [(150, 100, 50), (50, 100, -50), (7, 0, None), (0, 100, -100)])
def test_change_is_in_percent_of_what_was(now, was, found):
    assert rules.change(Decimal(now), Decimal(was)) == found


@pytest.mark.parametrize(("part", "whole", "found"), [(2, 8, 25), (1, 3, 33), (0, 5, 0), (0, 0, None)])
def test_share_is_in_whole_percents(part, whole, found):
    assert rules.share(part, whole) == found
