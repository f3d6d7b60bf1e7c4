"""The fixtures of domain.md, F4 and F5, and where a row stands in its life."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from okno.engines.classification import rules

D = Decimal


def sales(**given) -> rules.Sales:
    known = {
        "months": [D(100)] * 12,
        "before": D(1200),
        "count": 12,
        "first": date(2025, 1, 10),
        "last": date(2026, 10, 20),
        "days": 22,
    }
    return rules.Sales(**(known | given))


def letters(*sums: int, a: int = 80, b: int = 95) -> str:
    found = rules.abc({number: D(one) for number, one in enumerate(sums)}, D(a), D(b))
    return "".join(found.get(number, "-") for number in range(len(sums)))


def test_abc_is_that_of_the_fixture():
    assert letters(500, 250, 100, 60, 40, 25, 15, 10) == "AABBBCCC"


@pytest.mark.parametrize(
    ("sums", "wanted"),
    [((1000,), "A"), ((990, 10), "AC"), ((0, 5), "-A"), ((-5, 0), "--"), ((10, 10, 10, 10), "AAAC"), ((), "")],
)
def test_abc_at_its_edges(sums, wanted):
    assert letters(*sums) == wanted


@pytest.mark.parametrize(
    ("months", "wanted", "letter"),
    [
        ((100, 110, 90, 105, 95, 100), "6.45", "X"),
        ((100, 120, 80, 110, 70, 120), "19.15", "Y"),
        ((100, 0, 200, 50, 150, 100), "64.55", "Z"),
    ],
)
def test_xyz_is_that_of_the_fixture(months, wanted, letter):
    found = rules.spread([D(one) for one in months])
    assert found == D(wanted)
    assert rules.xyz(found, D(10), D(25)) == letter


def test_nothing_has_no_spread():
    assert rules.spread([D(0), D(0)]) is None
    assert rules.xyz(None, D(10), D(25)) == ""


def test_quintiles_are_fifths_and_equal_values_share_one():
    ordered = list(range(10))
    assert [rules.quintile(ordered, one) for one in ordered] == [1, 1, 2, 2, 3, 3, 4, 4, 5, 5]
    assert {rules.quintile([7] * 5, 7)} == {1}


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        ({}, "stable"),
        ({"before": D(500)}, "growing"),
        ({"before": D(2000)}, "declining"),
        ({"before": D(1715)}, "declining"),
        ({"before": D(1714)}, "stable"),
        ({"before": D(0), "first": date(2026, 3, 1)}, "new"),
        ({"before": D(0)}, "growing"),
        ({"last": date(2026, 9, 10)}, "sleeping"),
        ({"last": date(2026, 6, 1)}, "lost"),
        ({"first": date(2026, 10, 20), "days": 1}, "new"),
        ({"first": date(2026, 9, 1), "last": date(2026, 9, 1), "days": 1}, "sleeping"),
    ],
)
def test_where_a_row_stands_in_its_life(given, wanted):
    assert rules.life(sales(**given), date(2026, 11, 1), date(2025, 11, 1), D(31), D(30)) == wanted


@pytest.mark.parametrize(
    ("recency", "groups"),
    [
        (5, "new promising loyal champion champion"),
        (4, "new promising loyal champion champion"),
        (3, "cooling cooling loyal loyal loyal"),
        (2, "sleeping sleeping risk risk risk"),
        (1, "lost lost risk risk risk"),
    ],
)
def test_groups_of_rfm_take_in_every_pair_of_marks(recency, groups):
    assert [rules.rfm_group(recency, frequency) for frequency in range(1, 6)] == groups.split()


def test_who_bought_nothing_is_of_no_group():
    assert rules.rfm_group(None, None) == ""


def test_months_go_back_over_years():
    assert rules.month_start(date(2026, 2, 17)) == date(2026, 2, 1)
    assert rules.month_start(date(2026, 2, 17), 14) == date(2024, 12, 1)


def test_the_usual_interval_is_the_median():
    found = rules.usual_interval([sales(days=2), sales(days=3), sales(days=1)])
    assert found == D(648)
    assert rules.usual_interval([]) == D(30)
