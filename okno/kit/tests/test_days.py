"""Days and moments as people type them, in forms and filters."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from django import forms

from okno.kit.days import parse_day, parse_moment
from okno.kit.web.days import DayField, MomentField

# A Sunday.
TODAY = dt.date(2026, 11, 22)
MOSCOW = ZoneInfo("Europe/Moscow")
NOW = dt.datetime(2026, 11, 22, 15, 7, tzinfo=MOSCOW)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("25.12.2026", "2026-12-25"),
        ("5.1.27", "2027-01-05"),
        ("25.12", "2026-12-25"),
        ("25/12/2026", "2026-12-25"),
        ("2026-12-25", "2026-12-25"),
        (" Завтра ", "2026-11-23"),
        ("позавчера", "2026-11-20"),
        ("+3д", "2026-11-25"),
        ("+ 3 дня", "2026-11-25"),
        ("-2н", "2026-11-08"),
        ("+3м", "2027-02-22"),
        ("+1г", "2027-11-22"),
        ("пн", "2026-11-23"),
        ("вс", "2026-11-29"),
    ],
)
def test_parse_day_reads_what_people_type(text: str, day: str) -> None:
    assert parse_day(text, TODAY) == dt.date.fromisoformat(day)


@pytest.mark.parametrize("text", ["", "31.02.2026", "скоро", "+9999г", "12.25.2026", "5"])
def test_parse_day_names_no_day_when_there_is_none(text: str) -> None:
    assert parse_day(text, TODAY) is None


def test_parse_day_stays_in_the_month() -> None:
    assert parse_day("+1м", dt.date(2027, 1, 31)) == dt.date(2027, 2, 28)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("25.12.2026 14:30", "2026-12-25T14:30"),
        ("завтра в 9:05", "2026-11-23T09:05"),
        ("завтра", "2026-11-23T10:00"),
        ("18:00", "2026-11-22T18:00"),
        ("+2ч", "2026-11-22T17:07"),
        ("+30 мин", "2026-11-22T15:37"),
        ("+3д 12:00", "2026-11-25T12:00"),
        ("2026-12-25T14:30", "2026-12-25T14:30"),
    ],
)
def test_parse_moment_reads_what_people_type(text: str, moment: str) -> None:
    assert parse_moment(text, NOW, MOSCOW) == dt.datetime.fromisoformat(moment).replace(tzinfo=MOSCOW)


@pytest.mark.parametrize("text", ["25:61", "завтра 24:00", "потом", "завтра утром"])
def test_parse_moment_names_no_moment_when_there_is_none(text: str) -> None:
    assert parse_moment(text, NOW, MOSCOW) is None


class Asked(forms.Form):
    day = DayField()
    moment = MomentField(required=False)


def test_fields_show_what_is_stored_as_people_write_it() -> None:
    form = Asked(initial={"day": "2026-12-25", "moment": dt.datetime(2026, 12, 25, 11, 30, tzinfo=dt.UTC)})

    assert 'value="25.12.2026"' in str(form["day"])
    assert 'value="25.12.2026 14:30"' in str(form["moment"])


def test_a_text_that_is_no_day_is_refused_and_kept() -> None:
    form = Asked({"day": "скоро", "moment": ""})

    assert list(form.errors) == ["day"]
    assert 'value="скоро"' in str(form["day"])
