"""What segments may be: lists that are pasted, circles of conditions, set operations."""

from __future__ import annotations

import pytest

from okno.engines.segments import rules
from okno.kit import conditions
from okno.kit.errors import Refused


def looking_at(*ids: int) -> conditions.Condition:
    return conditions.parse({"field": "client.segment", "op": "in", "value": list(ids)})


def test_lines_are_the_first_column_each_once():
    assert rules.lines_of('Ромашка\tТула\n\n "Лютик" \nРомашка\n') == ["Ромашка", "Лютик"]


@pytest.mark.parametrize("text", ["", " \n\t\n", "\n".join(map(str, range(rules.MOST_LINES + 1)))])
def test_a_list_of_nothing_or_too_much_is_refused(text):
    with pytest.raises(Refused):
        rules.lines_of(text)


def test_segments_are_found_through_links_and_relations():
    tree = conditions.parse({"none": "deals", "where": {"not": {"field": "segment", "op": "in", "value": ["7"]}}})
    assert rules.segments_in(tree) == {7}
    assert rules.segments_in(looking_at(1, 2)) == {1, 2}


def test_a_circle_is_found_however_long():
    others = {2: looking_at(3), 3: looking_at(4), 4: looking_at(1)}
    with pytest.raises(Refused):
        rules.check_no_circle(1, looking_at(2), others)
    rules.check_no_circle(5, looking_at(2), others)


@pytest.mark.parametrize(
    ("value", "wanted"), [("-30d", False), ("today", False), ("now", True), ("-2h", True), ("start_of_month-1d", False)]
)
def test_conditions_that_ask_for_the_hour_are_known(value, wanted):
    tree = conditions.parse({"all": [{"field": "created_at", "op": "lt", "value": {"rel": value}}]})
    assert rules.asks_the_hour(tree) is wanted


@pytest.mark.parametrize(("operation", "wanted"), [("union", {1, 2, 3}), ("intersection", {2}), ("difference", {1})])
def test_sets_are_joined(operation, wanted):
    assert rules.joined([1, 2], [2, 3], operation) == wanted


def test_an_unknown_operation_is_refused():
    for join in (rules.combined, rules.joined):
        with pytest.raises(Refused):
            join(*(([], []) if join is rules.joined else (1, 2)), "sum")
