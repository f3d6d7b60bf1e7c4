"""Tests of how values look on a page."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from functools import partial
from zoneinfo import ZoneInfo

import pytest

from okno.kit import formats

MOSCOW = ZoneInfo("Europe/Moscow")
NOW = dt.datetime(2026, 11, 21, 14, 30, 5, tzinfo=MOSCOW)
T = formats.THIN
money_text = partial(formats.money_text, language="ru")
short_money = partial(formats.short_money, language="ru")
moment_text = partial(formats.moment_text, language="ru")
left_text = partial(formats.left_text, language="ru")


@pytest.mark.parametrize(
    ("amount", "currency", "text"),
    [
        ("1234567.89", "RUB", f"1{T}234{T}567,89{T}₽"),
        (Decimal("0.5"), "USD", f"0,50{T}$"),
        (Decimal(-1000), "EUR", f"−1{T}000,00{T}€"),
        (7, "PLN", f"7,00{T}PLN"),
        (Decimal("2.345"), "RUB", f"2,35{T}₽"),
        (Decimal("1E+3"), "RUB", f"1{T}000,00{T}₽"),
        (None, "RUB", ""),
    ],
)
def test_money_text_groups_and_keeps_hundredths(amount, currency, text):
    assert money_text(amount, currency) == text


def test_money_text_follows_the_language():
    assert formats.money_text("1234567.89", "USD", language="en") == f"1,234,567.89{T}$"


@pytest.mark.parametrize(
    ("share", "text"),
    [(24, "24,0\u00a0%"), (Decimal("34.25"), "34,3\u00a0%"), (-7, "−7,0\u00a0%"), (None, "—")],
)
def test_percent_text_has_a_tenth_so_that_figures_stand_alike(share, text):
    assert formats.percent_text(share, language="ru") == text


@pytest.mark.parametrize(
    ("amount", "text"),
    [
        ("1250000", f"1,25{T}млн"),
        ("450000", f"450{T}т."),
        ("12450000", f"12,4{T}млн"),
        ("3200000", f"3,2{T}млн"),
        ("999.49", "999"),
        ("0", "0"),
        ("1500", f"1,5{T}т."),
        ("999999", f"1{T}млн"),
        ("-2000000000", f"−2{T}млрд"),
        ("5000000000000000", f"5{T}000{T}трлн"),
        (None, ""),
    ],
)
def test_short_money_has_three_significant_digits(amount, text):
    assert short_money(amount) == text


@pytest.mark.parametrize(
    ("quantity", "text"),
    [("12.500", "12,5"), ("1200.000", f"1{T}200"), ("0.000", "0"), ("100", "100"), ("-0.25", "−0,25"), ("1E+2", "100")],
)
def test_quantity_text_has_no_trailing_zeros(quantity, text):
    assert formats.quantity_text(Decimal(quantity), language="ru") == text


@pytest.mark.parametrize(
    ("size", "text"),
    [(0, f"0{T}Б"), (1023, f"1{T}023{T}Б"), (1536, f"1,5{T}КБ"), (300 * 1024, f"300{T}КБ"), (5 * 2**20, f"5{T}МБ")],
)
def test_size_text_takes_the_largest_unit(size, text):
    assert formats.size_text(size, language="ru") == text


@pytest.mark.parametrize(
    ("at", "text"),
    [
        ("21.11.2026 09:05", "сегодня 09:05"),
        ("21.11.2026 23:59", "сегодня 23:59"),
        ("22.11.2026 00:00", "завтра 00:00"),
        ("20.11.2026 23:59", "вчера"),
        ("19.11.2026 12:00", "19.11.2026"),
        ("01.01.2027 12:00", "01.01.2027"),
    ],
)
def test_moment_text_says_the_day_as_people_do(at, text):
    moment = dt.datetime.strptime(at, "%d.%m.%Y %H:%M").replace(tzinfo=MOSCOW)

    assert moment_text(moment.astimezone(dt.UTC), NOW.astimezone(dt.UTC), MOSCOW) == text


def test_moment_text_depends_on_the_zone_of_the_reader():
    late = dt.datetime(2026, 11, 21, 22, tzinfo=dt.UTC)

    assert moment_text(late, NOW, MOSCOW) == "завтра 01:00"
    assert moment_text(late, NOW, ZoneInfo("Europe/Kaliningrad")) == "завтра 00:00"
    assert moment_text(late, NOW, dt.UTC) == "сегодня 22:00"


def test_moment_exact_tells_the_day_and_the_time_of_the_zone():
    assert formats.moment_exact(NOW, MOSCOW) == "21.11.2026 14:30"
    assert formats.moment_exact(None, MOSCOW) == ""


def test_moment_full_tells_everything():
    assert formats.moment_full(NOW, MOSCOW, language="ru") == "сб 21.11.2026 14:30:05 UTC+03:00"
    assert formats.moment_full(NOW, ZoneInfo("America/St_Johns"), language="en") == "Sat 21.11.2026 08:00:05 UTC-03:30"


@pytest.mark.parametrize(
    ("minutes", "text"),
    [
        (120, f"через 2{T}ч"),
        (179, f"через 2{T}ч"),
        (15, f"через 15{T}мин"),
        (0, "сейчас"),
        (-15, f"15{T}мин назад"),
        (-3 * 24 * 60, f"3{T}дн. назад"),
    ],
)
def test_left_text_says_how_far_a_moment_is(minutes, text):
    assert left_text(NOW + dt.timedelta(minutes=minutes), NOW) == text


def test_nothing_is_shown_for_nothing():
    shown = [
        formats.date_text(None),
        moment_text(None, NOW, MOSCOW),
        formats.moment_full(None, MOSCOW),
        left_text(None, NOW),
        formats.quantity_text(None),
    ]

    assert shown == [""] * 5


@pytest.mark.parametrize(
    ("name", "letters"),
    [("Иванова Анна Петровна", "АИ"), ("анна иванова", "АИ"), ("Анна", "А"), ("Иванов", "И"), ("", "")],
)
def test_initials_are_of_the_name_and_the_surname(name, letters):
    assert formats.initials(name) == letters
