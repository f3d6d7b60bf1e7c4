"""Tests of the deadline colour against the arithmetic of the domain."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from okno.kit.due import Colour, due_colour
from okno.kit.worktime import office

MOSCOW = ZoneInfo("Europe/Moscow")
SCHEDULE = office(MOSCOW, follows_calendar=False)
START = dt.datetime(2026, 3, 13, 16, tzinfo=MOSCOW)
# 16 working hours after the start, so 30 % of the norm is 4 h 48 min.
DEADLINE = dt.datetime(2026, 3, 17, 14, tzinfo=MOSCOW)


@pytest.mark.parametrize(
    ("now", "colour"),
    [
        ("13.03 16:00", Colour.GREEN),
        ("14.03 12:00", Colour.GREEN),
        ("16.03 18:11", Colour.GREEN),
        ("17.03 09:11", Colour.GREEN),
        ("17.03 09:12", Colour.YELLOW),
        ("17.03 13:59", Colour.YELLOW),
        ("17.03 14:00", Colour.RED),
        ("18.03 10:00", Colour.RED),
    ],
)
def test_due_colour_follows_the_working_time_left(now, colour):
    at = dt.datetime.strptime(f"2026 {now}", "%Y %d.%m %H:%M").replace(tzinfo=MOSCOW)

    assert due_colour(at, START, DEADLINE, SCHEDULE) == colour


def test_due_colour_is_grey_without_a_deadline_paused_or_closed():
    late = DEADLINE + dt.timedelta(days=5)

    assert due_colour(late, START, None, SCHEDULE) == Colour.GREY
    assert due_colour(late, START, DEADLINE, SCHEDULE, paused=True) == Colour.GREY
    assert due_colour(late, START, DEADLINE, SCHEDULE, closed=True) == Colour.GREY


def test_due_colour_uses_the_threshold_of_the_scenario():
    half = dt.datetime(2026, 3, 16, 15, tzinfo=MOSCOW)

    assert due_colour(half, START, DEADLINE, SCHEDULE) == Colour.GREEN
    assert due_colour(half, START, DEADLINE, SCHEDULE, threshold=Decimal("0.5")) == Colour.YELLOW


def test_due_colour_without_a_schedule_counts_calendar_time():
    evening = dt.datetime(2026, 3, 16, 20, tzinfo=MOSCOW)

    assert due_colour(evening, START, DEADLINE, None) == Colour.YELLOW
