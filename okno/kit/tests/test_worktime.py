"""Tests of working time: fixture F1, properties of adding and measuring, the production calendar, summer time."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from okno.kit import production_calendar, worktime
from okno.kit.errors import Refused

MOSCOW = ZoneInfo("Europe/Moscow")
BERLIN = ZoneInfo("Europe/Berlin")
HOUR = dt.timedelta(hours=1)
PLAIN = worktime.office(MOSCOW, follows_calendar=False)
RUSSIAN = worktime.office(MOSCOW, "09:00-13:00, 14:00-18:00")
NIGHT = worktime.Schedule(week=(worktime.read_hours("00:00-06:00, 22:00-24:00"),) * 7, zone=BERLIN)
SCHEDULES = (PLAIN, RUSSIAN, NIGHT, worktime.around_the_clock(BERLIN))

MOMENTS = st.integers(0, 200_000_000).map(
    lambda second: dt.datetime(2024, 1, 1, tzinfo=dt.UTC) + dt.timedelta(seconds=second)
)
DURATIONS = st.timedeltas(dt.timedelta(0), dt.timedelta(days=900))


def moment(text: str, zone: ZoneInfo = MOSCOW) -> dt.datetime:
    return dt.datetime.strptime(text, "%d.%m.%Y %H:%M").replace(tzinfo=zone)


@pytest.mark.parametrize(("hours", "until"), [(4, "16.03.2026 11:00"), (16, "17.03.2026 14:00")])
def test_add_work_gives_the_deadlines_of_the_domain_fixture(hours, until):
    assert worktime.add_work(moment("13.03.2026 16:00"), hours * HOUR, PLAIN) == moment(until)


def test_add_work_with_a_pause_moves_the_deadline_of_the_domain_fixture():
    paused = worktime.work_between(moment("16.03.2026 10:00"), moment("16.03.2026 12:00"), PLAIN)

    deadline = worktime.add_work(moment("13.03.2026 16:00"), 16 * HOUR + paused, PLAIN)

    assert deadline == moment("17.03.2026 16:00")


@given(MOMENTS, DURATIONS, st.sampled_from(SCHEDULES))
@settings(max_examples=300, deadline=None)
def test_work_between_measures_what_add_work_added(at, duration, schedule):
    assert worktime.work_between(at, worktime.add_work(at, duration, schedule), schedule) == duration


@given(MOMENTS, DURATIONS, st.sampled_from(SCHEDULES))
@settings(max_examples=300, deadline=None)
def test_work_between_measures_what_add_work_took_back(at, duration, schedule):
    earlier = worktime.add_work(at, -duration, schedule)

    assert earlier <= at
    assert worktime.work_between(earlier, at, schedule) == duration


@given(MOMENTS, MOMENTS, MOMENTS, st.sampled_from(SCHEDULES))
@settings(max_examples=300, deadline=None)
def test_work_between_adds_up_over_any_moment_between(first, second, third, schedule):
    whole = worktime.work_between(first, third, schedule)

    assert whole == worktime.work_between(first, second, schedule) + worktime.work_between(second, third, schedule)


@given(MOMENTS, DURATIONS)
@settings(max_examples=100, deadline=None)
def test_around_the_clock_is_calendar_time(at, duration):
    assert worktime.add_work(at, duration, worktime.around_the_clock(BERLIN)) == at + duration


@given(MOMENTS, st.integers(1, 60))
@settings(max_examples=50, deadline=None)
def test_work_between_agrees_with_counting_minutes(at, hours):
    at = at.replace(second=0, microsecond=0)
    end = at + hours * HOUR
    minutes = [at + dt.timedelta(minutes=number) for number in range(hours * 60)]

    counted = sum(worktime.is_working(minute, RUSSIAN) for minute in minutes)

    assert worktime.work_between(at, end, RUSSIAN) == dt.timedelta(minutes=counted)


def test_add_work_ends_at_the_close_of_a_day_and_not_at_the_next_opening():
    assert worktime.add_work(moment("13.03.2026 16:00"), 2 * HOUR, PLAIN) == moment("13.03.2026 18:00")


def test_add_work_keeps_the_zone_of_the_moment():
    ended = worktime.add_work(dt.datetime(2026, 3, 13, 13, tzinfo=dt.UTC), 4 * HOUR, PLAIN)

    assert ended == dt.datetime(2026, 3, 16, 8, tzinfo=dt.UTC)
    assert ended.tzinfo is dt.UTC


def test_work_between_is_negative_when_overdue():
    assert worktime.work_between(moment("16.03.2026 11:00"), moment("13.03.2026 17:00"), PLAIN) == -3 * HOUR


def test_work_between_skips_the_january_holidays_and_the_moved_day_off():
    assert worktime.work_between(moment("31.12.2025 00:00"), moment("12.01.2026 10:00"), RUSSIAN) == HOUR


def test_work_between_counts_a_shortened_day():
    assert worktime.work_between(moment("30.04.2026 00:00"), moment("01.05.2026 00:00"), RUSSIAN) == 7 * HOUR


def test_work_between_counts_a_working_saturday_as_the_shortened_friday():
    assert worktime.work_between(moment("20.02.2027 00:00"), moment("21.02.2027 00:00"), RUSSIAN) == 7 * HOUR


def test_special_days_stand_above_the_calendar():
    schedule = worktime.Schedule(
        week=RUSSIAN.week,
        zone=MOSCOW,
        follows_calendar=True,
        special={dt.date(2026, 1, 5): worktime.read_hours("10:00-12:00"), dt.date(2026, 3, 10): worktime.CLOSED},
    )

    assert worktime.work_between(moment("01.01.2026 00:00"), moment("12.01.2026 00:00"), schedule) == 2 * HOUR
    assert not schedule.is_workday(dt.date(2026, 3, 10))


@pytest.mark.parametrize(("day", "hours"), [("29.03.2026", 23), ("25.10.2026", 25)])
def test_work_between_counts_elapsed_hours_where_the_clock_is_moved(day, hours):
    start = moment(f"{day} 00:00", BERLIN)
    end = (start + dt.timedelta(days=1)).replace(hour=0)

    assert worktime.work_between(start, end, worktime.around_the_clock(BERLIN)) == hours * HOUR


def test_a_shift_in_the_hour_that_summer_time_skips_is_not_counted_twice():
    schedule = worktime.Schedule(week=(worktime.read_hours("01:30-02:30, 03:00-04:00"),) * 7, zone=BERLIN)

    worked = worktime.work_between(moment("29.03.2026 00:00", BERLIN), moment("29.03.2026 12:00", BERLIN), schedule)

    assert worked == 1.5 * HOUR


def test_add_work_refuses_a_schedule_that_never_works():
    closed = worktime.Schedule(week=(worktime.CLOSED,) * 7, zone=MOSCOW)

    for duration in (HOUR, -HOUR):
        with pytest.raises(Refused) as caught:
            worktime.add_work(moment("13.03.2026 16:00"), duration, closed)
        assert caught.value.code == "worktime.never"


def test_work_between_bears_the_empty_dates_of_other_systems():
    now = moment("13.03.2026 16:00").astimezone(dt.UTC)

    assert worktime.work_between(now, dt.datetime(9999, 12, 31, tzinfo=dt.UTC), PLAIN) > 100_000 * HOUR
    assert worktime.work_between(dt.datetime(1, 1, 2, tzinfo=dt.UTC), now, PLAIN) > 100_000 * HOUR


def test_next_work_is_the_moment_itself_in_working_hours_or_the_next_opening():
    assert worktime.next_work(moment("13.03.2026 16:00"), RUSSIAN) == moment("13.03.2026 16:00")
    assert worktime.next_work(moment("13.03.2026 13:30"), RUSSIAN) == moment("13.03.2026 14:00")
    assert worktime.next_work(moment("13.03.2026 18:00"), RUSSIAN) == moment("16.03.2026 09:00")


def test_add_work_days_counts_working_days_both_ways():
    assert worktime.add_work_days(dt.date(2026, 4, 30), 1, RUSSIAN) == dt.date(2026, 5, 4)
    assert worktime.add_work_days(dt.date(2026, 5, 4), -1, RUSSIAN) == dt.date(2026, 4, 30)


@pytest.mark.parametrize(
    "text", ["9-18", "09:00", "18:00-09:00", "09:00-12:00, 11:00-15:00", "09:70-10:00", "20:00-25:00"]
)
def test_read_hours_refuses_what_is_not_hours(text):
    with pytest.raises(Refused) as caught:
        worktime.read_hours(text)

    assert caught.value.code == "worktime.hours"


@pytest.mark.parametrize(
    ("text", "hours"),
    [
        ("", ()),
        ("09:00-18:00", ((540, 1080),)),
        ("14:00-18:00; 09:00-13:00", ((540, 780), (840, 1080))),
        ("00:00-24:00", ((0, 1440),)),
    ],
)
def test_read_hours_gives_minutes_of_the_day_in_order(text, hours):
    assert worktime.read_hours(text) == hours


# Norms of a week of 40 hours as the decreed calendars print them: working days and hours of the year.
@pytest.mark.parametrize(
    ("year", "days", "hours"),
    [(2023, 247, 1973), (2024, 248, 1979), (2025, 247, 1972), (2026, 247, 1972), (2027, 247, 1972)],
)
def test_production_calendar_gives_the_printed_norms(year, days, hours):
    first, last = dt.date(year, 1, 1), dt.date(year, 12, 31)
    start, end = moment(f"01.01.{year} 00:00"), moment(f"01.01.{year + 1} 00:00")

    assert worktime.work_days(first, last, RUSSIAN) == days
    assert worktime.work_between(start, end, RUSSIAN) == hours * HOUR
    assert not production_calendar.year_of(year).is_estimate


def test_production_calendar_estimates_other_years_by_the_code_alone():
    year = production_calendar.year_of(2033)

    assert year.is_estimate
    # 12 June 2033 is a Sunday, 23 February a Wednesday.
    assert not year.is_workday(dt.date(2033, 6, 13))
    assert not year.is_workday(dt.date(2033, 2, 23))
    assert dt.date(2033, 2, 22) in year.shortened
    assert dt.date(2033, 12, 31) not in year.shortened
