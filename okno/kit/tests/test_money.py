"""Tests of money: fixture F10 of the domain, dated VAT, currencies of other systems, rates of the Bank of Russia."""

from __future__ import annotations

import datetime as dt
import io
from decimal import Decimal
from pathlib import Path

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from okno.kit import money
from okno.kit.errors import Refused

SAMPLE = Path(__file__).resolve().parents[4] / "shared" / "samples" / "cbr" / "XML_daily-cp1251.xml"
AMOUNTS = st.decimals(min_value=-(10**12), max_value=10**12, places=4)


def rates_file(body: str, *, date: str = "21.11.2026") -> io.BytesIO:
    text = f'<?xml version="1.0" encoding="windows-1251"?><ValCurs Date="{date}" name="Курсы">{body}</ValCurs>'
    return io.BytesIO(text.encode("cp1251"))


def valute(code: str, nominal: str, value: str) -> str:
    return f"<Valute><CharCode>{code}</CharCode><Nominal>{nominal}</Nominal><Value>{value}</Value></Valute>"


def refusal(call, *args) -> str:
    with pytest.raises(Refused) as caught:
        call(*args)
    # The text must take its parameters, whatever the language.
    assert "%(" not in caught.value.message
    return caught.value.code


def test_line_sum_takes_the_discount_before_rounding():
    assert money.line_sum(Decimal(3), Decimal("1999.99"), Decimal(5)) == Decimal("5699.97")


@pytest.mark.parametrize(("percent", "vat"), [("20", "950.00"), ("22", "1027.86")])
def test_vat_inside_rounds_half_up(percent, vat):
    assert money.vat_inside(Decimal("5699.97"), Decimal(percent)) == Decimal(vat)


def test_vat_on_top_adds_to_the_total():
    assert money.vat_on_top(Decimal("1000.25"), Decimal(22)) == Decimal("220.06")


def test_vat_is_nothing_where_it_is_not_charged():
    assert money.vat_inside(Decimal(100), None) == money.vat_on_top(Decimal(100), Decimal(0)) == Decimal("0.00")


@given(AMOUNTS)
def test_round_money_is_never_farther_than_half_a_hundredth_and_symmetrical(amount):
    rounded = money.round_money(amount)

    assert abs(rounded - amount) <= Decimal("0.005")
    assert money.round_money(-amount) == -rounded


@given(AMOUNTS.filter(lambda a: a >= 0), st.sampled_from([5, 7, 10, 20, 22]))
def test_vat_inside_agrees_with_vat_on_top(net, percent):
    net = money.round_money(net)
    total = net + money.vat_on_top(net, Decimal(percent))

    assert abs(total - money.vat_inside(total, Decimal(percent)) - net) <= money.CENT


@pytest.mark.parametrize("amount", ["NaN", "Infinity", "1e16"])
def test_round_money_refuses_what_the_database_cannot_hold(amount):
    assert refusal(money.round_money, Decimal(amount)) == "money.range"


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("1 234,56", "1234.56"),
        ("1\u00a0234\u202f567,8", "1234567.8"),
        ("1,234.56", "1234.56"),
        ("1.234.567,89", "1234567.89"),
        ("−12", "-12"),
        ("12,5", "12.5"),
        ("0,005", "0.005"),
    ],
)
def test_read_amount_understands_both_ways_of_writing(text, amount):
    assert money.read_amount(text) == Decimal(amount)


@pytest.mark.parametrize("text", ["", "12 руб", "1e5", "--1", "1,2,3", "١٢", "NaN", "9" * 40])
def test_read_amount_refuses_what_is_not_a_number(text):
    assert refusal(money.read_amount, text) == "money.unreadable"


@pytest.mark.parametrize(
    ("day", "codes"),
    [
        (dt.date(2018, 6, 1), ["none", "0", "10", "18"]),
        (dt.date(2024, 12, 31), ["none", "0", "10", "20"]),
        (dt.date(2025, 12, 31), ["none", "0", "5", "7", "10", "20"]),
        (dt.date(2026, 1, 1), ["none", "0", "5", "7", "10", "22"]),
    ],
)
def test_vat_rates_are_those_of_the_day(day, codes):
    assert [rate.code for rate in money.vat_rates(day)] == codes


def test_standard_vat_changes_with_the_year():
    days = [dt.date(2018, 12, 31), dt.date(2025, 12, 31), dt.date(2026, 1, 1)]

    assert [money.standard_vat(day).code for day in days] == ["18", "20", "22"]


def test_vat_rate_keeps_old_rates_and_refuses_unknown_ones():
    assert money.vat_rate("18").percent == 18
    assert refusal(money.vat_rate, "19") == "money.unknown_vat"


def test_titles_of_vat_rates_are_for_people():
    with translation.override("en"):
        assert [money.vat_rate(code).title for code in ("none", "0", "22")] == ["Without VAT", "VAT 0%", "VAT 22%"]


@pytest.mark.parametrize(
    ("text", "code"),
    [("руб", "RUB"), ("руб.", "RUB"), (" RUR ", "RUB"), ("643", "RUB"), ("810", "RUB"), ("₽", "RUB"), ("грн", "UAH"),
     ("usd", "USD"), ("840", "USD"), ("тенге", "KZT"), ("Бел. руб.", "BYN"), ("XAU", "XAU")],
)  # fmt: skip
def test_currency_code_knows_what_other_systems_write(text, code):
    assert money.currency_code(text) == code


def test_currencies_are_told_in_words():
    with translation.override("ru"):
        assert str(dict(money.CHOICES)["RUB"]) == "Российский рубль (RUB)"
    with translation.override("en"):
        assert str(dict(money.CHOICES)["CNY"]) == "Chinese Yuan (CNY)"


@pytest.mark.parametrize("text", ["", "рупь", "12345", "DOLLAR"])
def test_currency_code_refuses_what_is_no_currency(text):
    assert refusal(money.currency_code, text) == "money.unknown_currency"


def test_convert_divides_by_the_nominal_and_back():
    yen = money.Rate(code="JPY", value=Decimal("69.4035"), nominal=100)

    assert money.convert(Decimal(10_000), yen) == Decimal("6940.35")
    assert money.convert_back(Decimal("6940.35"), yen) == Decimal("10000.00")


def test_read_cbr_daily_reads_the_real_file():
    if not SAMPLE.exists():
        pytest.skip("the shared samples are not beside this checkout")
    with SAMPLE.open("rb") as stream:
        daily = money.read_cbr_daily(stream)

    assert daily.on == dt.date(2020, 4, 25)
    assert len(daily.rates) == 34
    assert daily.rates["USD"] == money.Rate(code="USD", value=Decimal("74.7163"))
    assert daily.rates["UZS"].nominal == 10_000


def test_read_cbr_daily_takes_nominal_and_decimal_comma():
    daily = money.read_cbr_daily(rates_file(valute("VND", "10 000", "29,8765")))

    assert daily.rates["VND"] == money.Rate(code="VND", value=Decimal("29.8765"), nominal=10_000)


def test_read_cbr_daily_takes_the_value_for_the_nominal_beside_that_for_one_unit():
    body = (
        '<Valute ID="R01235"><NumCode>840</NumCode><CharCode>USD</CharCode><Nominal>1</Nominal>'
        "<Name>Доллар США</Name><Value>80,1234</Value><VunitRate>80,1234</VunitRate></Valute>"
        '<Valute ID="R01820"><NumCode>392</NumCode><CharCode>JPY</CharCode><Nominal>100</Nominal>'
        "<Name>Иен</Name><Value>55,7100</Value><VunitRate>0,5571</VunitRate></Valute>"
        '<Valute ID="R01280"><NumCode>360</NumCode><CharCode>IDR</CharCode><Nominal>10000</Nominal>'
        "<Name>Рупий</Name><Value>49,0316</Value><VunitRate>0,00490316</VunitRate></Valute>"
    )

    daily = money.read_cbr_daily(rates_file(body))

    assert daily.on == dt.date(2026, 11, 21)
    assert daily.rates == {
        "USD": money.Rate(code="USD", value=Decimal("80.1234")),
        "JPY": money.Rate(code="JPY", value=Decimal("55.7100"), nominal=100),
        "IDR": money.Rate(code="IDR", value=Decimal("49.0316"), nominal=10_000),
    }
    assert money.convert(Decimal(1000), daily.rates["JPY"]) == Decimal("557.10")


@pytest.mark.parametrize(
    ("stream", "code"),
    [
        (io.BytesIO(b"<html><body>403 Forbidden</body></html>"), "money.not_rates"),
        (io.BytesIO(b""), "money.not_rates"),
        (io.BytesIO(b"\x00\xff not xml"), "money.not_rates"),
        (rates_file(""), "money.not_rates"),
        (rates_file(valute("USD", "1", "80,1"), date="2026-11-21"), "money.not_rates"),
        (rates_file(valute("USD", "1", "80,1") * 2), "money.rates_twice"),
        (rates_file(valute("USD", "0", "80,1")), "money.bad_rate"),
        (rates_file(valute("USD", "1", "-80,1")), "money.bad_rate"),
        (rates_file(valute("USD", "1", "Infinity")), "money.bad_rate"),
        (rates_file(valute("USD", "", "80,1")), "money.bad_rate"),
        (rates_file(valute("доллар", "1", "80,1")), "money.bad_rate"),
        (io.BytesIO(b"<ValCurs>" + b" " * money.RATES_LIMIT), "money.rates_too_large"),
    ],
)  # fmt: skip
def test_read_cbr_daily_refuses_what_is_no_usable_list(stream, code):
    assert refusal(money.read_cbr_daily, stream) == code


def test_read_cbr_daily_refuses_entities():
    bomb = (
        b'<!DOCTYPE ValCurs [<!ENTITY a "9999999999"><!ENTITY b "&a;&a;&a;&a;">]>'
        b'<ValCurs Date="21.11.2026"><Valute><CharCode>USD</CharCode><Nominal>1</Nominal>'
        b"<Value>&b;</Value></Valute></ValCurs>"
    )

    assert refusal(money.read_cbr_daily, io.BytesIO(bomb)) == "money.not_rates"
