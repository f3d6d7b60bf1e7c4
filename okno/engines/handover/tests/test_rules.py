"""Who gets which row: evenly, to those who have least, to nobody."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from okno.engines.handover import rules
from okno.engines.handover.rules import Rule
from okno.kit.errors import Refused

ROWS = [1, 2, 3, 4, 5]
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


def test_rows_are_shared_out_evenly():
    assert rules.shared_out(ROWS, Rule("a.b", (7, 8), "evenly"), {7: 100}) == {7: [1, 3, 5], 8: [2, 4]}


def test_those_who_have_least_get_first():
    assert rules.shared_out(ROWS, Rule("a.b", (7, 8), "least"), {7: 3, 8: 0}) == {8: [1, 2, 3, 5], 7: [4]}


def test_kept_rows_go_to_nobody():
    assert rules.shared_out(ROWS, Rule("a.b", (), "keep"), {}) == {}


@pytest.mark.parametrize(
    ("told", "code"),
    [
        ([], "handover.nobody"),
        ([Rule("a.b", (), "evenly")], "handover.nobody"),
        ([Rule("a.b", (1,), "evenly")], "handover.self"),
    ],
)
def test_a_plan_that_leads_nowhere_is_refused(told, code):
    with pytest.raises(Refused) as refusal:
        rules.check_plan(1, told, NOON, None)
    assert refusal.value.code == code


def test_the_way_back_comes_after_the_beginning():
    with pytest.raises(Refused):
        rules.check_plan(1, [Rule("a.b", (2,), "evenly")], NOON, NOON)
