"""How texts of CommerceML become values."""

from __future__ import annotations

from datetime import date, time
from decimal import Decimal

import pytest

from okno.fronts.exchange.parts.commerceml import values
from okno.kit.errors import Refused


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", None),
        ("  ", None),
        ("14240", "14240"),
        ("14\u00a0240,50", "14240.50"),
        ("1\u2009004.5", "1004.5"),
        ("1\u202f004,5", "1004.5"),
        ("1.234,56", "1234.56"),
        ("1,234.56", "1234.56"),
        ("-3", "-3"),
        (".5", "0.5"),
        ("231.7400", "231.7400"),
    ],
)
def test_number_reads_what_1c_writes(text, expected):
    assert values.number(text) == (None if expected is None else Decimal(expected))


@pytest.mark.parametrize("text", ["дорого", "1e5", "NaN", "12-5", "1" * 50])
def test_number_refuses_what_is_not_a_number(text):
    with pytest.raises(Refused) as refused:
        values.number(text)
    assert refused.value.code == "exchange.not_a_number"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2007-10-16 15:51:58", "2007-10-16T15:51:58"),
        ("2015-06-29T18:27:13", "2015-06-29T18:27:13"),
        ("2015-06-29T18:27:13.250+03:00", "2015-06-29T18:27:13"),
        ("2015-06-29T18:27:13Z", "2015-06-29T18:27:13"),
        ("11.02.2021 18:45:21", "2021-02-11T18:45:21"),
        ("11.02.2021 9:05", "2021-02-11T09:05:00"),
        ("2022-10-31UTC02:25:50", "2022-10-31T02:25:50"),
        ("2008-03-28", "2008-03-28T00:00:00"),
        ("2021-02-11T", "2021-02-11T00:00:00"),
        ("20210211184521", "2021-02-11T18:45:21"),
    ],
)
def test_moment_keeps_the_wall_clock(text, expected):
    found = values.moment(text)
    assert found is not None
    assert found.isoformat() == expected


@pytest.mark.parametrize(
    "text", ["", "T", "Т", " T ", "0001-01-01", "0001-01-01T00:00:00", "01.01.0001 0:00:00", "0000-00-00", "T00:00:00"]
)
def test_moment_knows_the_empty_values_of_1c(text):
    assert values.moment(text) is None


@pytest.mark.parametrize("text", ["позавчера", "2021-02-30", "2021-13-01", "31.31.2021"])
def test_moment_refuses_what_is_not_a_date(text):
    with pytest.raises(Refused) as refused:
        values.moment(text)
    assert refused.value.code == "exchange.not_a_date"
    assert values.moment_or_none(text) is None


def test_day_takes_the_day_of_a_moment():
    assert values.day("2015-06-29T18:27:13") == date(2015, 6, 29)


@pytest.mark.parametrize(
    ("text", "expected"), [("15:39:10", time(15, 39, 10)), ("9:05", time(9, 5)), ("", None), ("25:00", None)]
)
def test_clock_reads_a_time_or_nothing(text, expected):
    assert values.clock(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [("true", True), ("Да", True), ("1", True), ("false", False), ("0", False), ("Нет", False), ("", False)],
)
def test_truth_is_decided_by_the_text(text, expected):
    assert values.truth(text) is expected


def test_truth_or_none_tells_absence_from_no():
    assert values.truth_or_none("  ") is None
    assert values.truth_or_none("false") is False


@pytest.mark.parametrize(
    ("text", "expected"), [("g", ("g", "")), ("g#c", ("g", "c")), ("g#c#d", ("g", "c#d")), ("g#", ("g", ""))]
)
def test_split_id_cuts_at_the_first_hash(text, expected):
    assert values.split_id(text) == expected


@pytest.mark.parametrize(("text", "expected"), [("cat#", "cat"), ("#", ""), ("cat", "cat")])
def test_package_id_drops_the_hash_at_the_end(text, expected):
    assert values.package_id(text) == expected


def test_plain_undoes_the_second_escaping_only():
    assert values.plain("ООО &quot;Василёк&quot;") == 'ООО "Василёк"'
    assert values.plain("Рога & копыта") == "Рога & копыта"
