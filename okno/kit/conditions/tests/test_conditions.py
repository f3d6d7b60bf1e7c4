"""Reading a condition, telling it in words, and what its SQL looks like."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.utils import translation

from okno.kit.conditions import CREATED, fields_used, matches, operators_for, parse, problems, sentence, to_q
from okno.kit.conditions.tests import cast
from okno.kit.errors import Refused


@pytest.mark.parametrize(
    "raw",
    [
        None,
        [],
        {},
        "title",
        {"all": {}},
        {"all": [], "any": []},
        {"field": "title"},
        {"field": "title", "op": "like", "value": "x"},
        {"field": 1, "op": "eq", "value": 1},
        {"field": "title", "op": "eq", "value": ["a"]},
        {"field": "title", "op": "eq", "value": {"sql": "1=1"}},
        {"field": "title", "op": "eq", "value": {"me": False}},
        {"field": "title", "op": "eq", "value": {"me": True, "field": "x"}},
        {"field": "title", "op": "eq", "value": "x", "extra": 1},
        {"field": "score", "op": "between", "value": [1]},
        {"field": "score", "op": "between", "value": 1},
        {"some": "payments", "op": "eq", "value": 1},
        {"count": "payments", "op": "contains", "value": 1},
        {"some": "payments", "none": "payments"},
        {"some": ["payments"]},
        {"all": [{"field": "title", "op": "eq", "value": "x"}] * 501},
        {"field": "title", "op": "in", "value": ["x"] * 1001},
    ],
)
def test_parse_refuses_what_is_not_a_condition(raw):
    with pytest.raises(Refused):
        parse(raw)


def test_parse_refuses_a_tree_that_is_too_deep():
    raw: dict[str, Any] = {"field": "title", "op": "empty"}
    for _level in range(13):
        raw = {"not": raw}

    with pytest.raises(Refused):
        parse(raw)


def test_problems_points_at_the_leaf():
    tree = {
        "all": [
            {"field": "title", "op": "empty"},
            {"not": {"field": "gone", "op": "empty"}},
            {"some": "payments", "where": {"any": [{"field": "amount", "op": "eq", "value": "x"}]}},
        ]
    }

    found = [(problem.path, problem.code) for problem in problems(parse(tree), cast.DEAL)]

    assert found == [
        ("/all/1/not", "conditions.unknown_field"),
        ("/all/2/where/any/0", "conditions.wrong_value"),
    ]


def test_fields_used_names_all_fields():
    tree = {
        "any": [
            {"field": "amount", "op": "gt", "value": {"field": "paid"}},
            {"some": "client.contacts", "where": {"not": {"field": "name", "op": "empty"}}},
        ]
    }

    assert fields_used(parse(tree)) == {"amount", "paid", "client.contacts", "client.contacts.name"}


def test_created_makes_every_filled_field_a_change():
    row = {"stage": "new"}

    def became(op, **value):
        return matches(parse({"field": "stage", "op": op, **value}), cast.DEAL, row, cast.context(), before=CREATED)

    assert became("changed")
    assert became("changed_to", value="new")
    assert not became("was", value="new")


def test_changes_are_judged_between_instances(tables):
    before = cast.save({"score": 1, "stage": "new"})
    after = cast.Deal(pk=before.pk, score=5, stage="new")

    def became(field):
        return matches(parse({"field": field, "op": "changed"}), cast.DEAL, after, cast.context(), before=before)

    assert became("score")
    assert not became("stage")


def test_rows_marked_for_deletion_are_not_related(tables):
    deal = cast.save({"payments": [{"amount": 1}]})
    some = parse({"some": "payments"})
    assert matches(some, cast.DEAL, deal, cast.context())

    cast.Payment._default_manager.update(is_deleted=True)

    assert not matches(some, cast.DEAL, deal, cast.context())
    assert not cast.Deal._default_manager.filter(to_q(some, cast.DEAL, cast.context())).exists()


def test_to_q_multiplies_no_rows(tables):
    cast.save({"tags": [1, 2, 3], "payments": [{"amount": 1}, {"amount": 2}]})
    tree = {
        "any": [
            {"field": "tags", "op": "in", "value": [1, 2, 3]},
            {"some": "payments"},
            {"count": "payments", "op": "gt", "value": 1},
        ]
    }

    assert cast.Deal._default_manager.filter(to_q(parse(tree), cast.DEAL, cast.context())).count() == 1


def test_contains_goes_by_the_trigram_index(tables):
    with connection.cursor() as cursor:
        cursor.execute("create index on conditions_cast_deal using gin (okno_trgm(title))")
        cursor.execute("set local enable_seqscan = off")

    def plan(fragment):
        condition = parse({"field": "title", "op": "contains", "value": fragment})
        return cast.Deal._default_manager.filter(to_q(condition, cast.DEAL, cast.context())).explain()

    assert "Bitmap Index Scan" in plan("ёлк")
    assert "Bitmap Index Scan" not in plan("ёл")


def test_custom_fields_go_by_expression_indexes(tables):
    with connection.cursor() as cursor:
        cursor.execute("create index on conditions_cast_deal (okno_number(extra -> 'rate'))")
        cursor.execute("create index on conditions_cast_deal (okno_date(extra ->> 'since'))")
        cursor.execute("create index on conditions_cast_deal (okno_fold(extra ->> 'note'))")
        cursor.execute("set local enable_seqscan = off")

    for field, value in (("x_rate", 5), ("x_since", {"rel": "today"}), ("x_note", "ёлка")):
        condition = parse({"field": field, "op": "eq", "value": value})
        plan = cast.Deal._default_manager.filter(to_q(condition, cast.DEAL, cast.context())).explain()
        assert "Index Scan" in plan, field


_EMPTY_SCORE = {"field": "score", "op": "empty"}


@pytest.mark.parametrize(
    ("raw", "told"),
    [
        ({"all": []}, "always"),
        ({"any": []}, "never"),
        ({"field": "stage", "op": "in", "value": ["new", "won"]}, "“Stage” is one of: New, Won"),
        ({"field": "urgent", "op": "eq", "value": True}, "“Urgent” is yes"),
        (
            {"field": "due", "op": "between", "value": ["2026-11-01", {"rel": "today"}]},
            "“Due” is between 01.11.2026 and today",
        ),
        ({"field": "closed", "op": "ge", "value": {"rel": "-7d"}}, "“Closed” is not earlier than today − 7 d"),
        ({"field": "closed", "op": "ge", "value": {"rel": "-2h"}}, "“Closed” is not earlier than now − 2 h"),
        ({"field": "owner", "op": "in", "value": {"department": "mine"}}, "“Owner” is one of: my department"),
        ({"field": "gone", "op": "empty"}, "[removed field gone] is empty"),
        ({"not": {"field": "amount", "op": "gt", "value": {"field": "paid"}}}, "not (“Amount” is more than “Paid”)"),
        (
            {"all": [_EMPTY_SCORE, {"any": [{"field": "title", "op": "empty"}, {"field": "due", "op": "changed"}]}]},
            "“Score” is empty and (“Title” is empty or “Due” has changed)",
        ),
        (
            {"some": "payments", "where": {"field": "amount", "op": "gt", "value": 5}},
            "some of “Payments” hold: “Amount” is more than 5",
        ),
        ({"count": "payments", "op": "ge", "value": 2}, "the number of “Payments” is at least 2"),
        ({"field": "client", "op": "eq", "value": 7}, "“Client” is client 7"),
        ({"field": "client.region", "op": "empty"}, "“Client → Region” is empty"),
        ({"field": "x_boss.region", "op": "eq", "value": "north"}, "“Boss → Region” is “north”"),
        ({"field": "client.x_rank", "op": "gt", "value": 3}, "“Client → Rank” is more than 3"),
        ({"field": "title", "op": "eq", "value": {"field": "client.name"}}, "“Title” is “Client → Name”"),
        ({"count": "client.contacts", "op": "ge", "value": 2}, "the number of “Client → Contacts” is at least 2"),
    ],
)  # fmt: skip
def test_sentence_tells_it(raw, told):
    def names(place, value):
        return f"client {value}" if place.key == "client" else str(value)

    with translation.override("en"):
        assert sentence(parse(raw), cast.DEAL, names) == told


def test_sentence_quotes_a_name_that_has_quotes():
    with translation.override("ru"):
        told = sentence(parse({"field": "title", "op": "eq", "value": "ООО «Ромашка»"}), cast.DEAL)
    assert "«ООО „Ромашка“»" in told


def test_operators_of_every_field_are_told():
    for field in cast.DEAL.all_fields().values():
        names = {operator.name for operator in operators_for(field)}
        assert {"empty", "not_empty", "changed"} <= names
