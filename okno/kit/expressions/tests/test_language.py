"""The language: what is written, what it gives, what is refused and where."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from django.utils import translation

from okno.kit.conditions.tests import cast
from okno.kit.errors import Refused
from okno.kit.expressions import Context, Type, affected, dependencies, evaluate, order, parse

ZONE = ZoneInfo("Europe/Moscow")
CONTEXT = Context(at=datetime(2026, 11, 21, 9, 30, tzinfo=UTC), zone=ZONE)
DEAL = {
    "title": "Ёлка",
    "score": 3,
    "amount": "100.50",
    "paid": None,
    "due": "2026-11-30",
    "closed": "2026-11-20T22:30:00Z",
    "urgent": True,
    "stage": "won",
    "tags": [1, 2],
    "client": {"id": 5, "name": "ООО Лес", "region": ""},
    "payments": [
        {"amount": "10", "kind": "card"},
        {"amount": None, "kind": "cash"},
        {"amount": "30.5", "kind": "cash"},
    ],
    "x_rate": 1.5,
    "x_fee": {"a": "7.25", "c": "RUB"},
}


def computed(source, row=DEAL, record=cast.DEAL):
    return evaluate(parse(source, record), row, CONTEXT)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("1 + 2 * 3", 7),
        ("(1 + 2) * 3", 9),
        ("2 - 3 - 4", -5),
        ("-2 * -3", 6),
        ("7 % 4 + 8 / 4", 5),
        ("0.1 + 0.2", "0.3"),
        ("1 / 3", "0.33333333333333333333"),
        ("amount * 2", "201.00"),
        ("x_rate + x_fee", "8.75"),
        ("score / 0", None),
        ("amount + paid", None),
        ("amount + or_zero(paid)", "100.50"),
        ("due - date(2026, 11, 21)", 9),
        ("day(due + 1)", 1),
        ("сумма(1; 2; 3)", 6),
        ("если(score > 2, 10, 20)", 10),
        ("sum(payments, amount)", "40.5"),
        ('sum(payments, amount, kind = "card")', 10),
        ("avg(payments, amount)", "20.25"),
        ("max(payments, amount * 2)", 61),
        ("min(payments, amount)", 10),
        ("count(payments)", 3),
        ("количество(payments, is_empty(amount))", 1),
        ('lookup(payments, amount, kind = "cash" and is_filled(amount))', "30.5"),
        ("sum(payments, amount, amount > 1000)", 0),
        ("avg(payments, amount, amount > 1000)", None),
        ("client", 5),
        ("count(tags)", 2),
    ],
)
def test_evaluate_gives_numbers(source, expected):
    assert computed(source) == (None if expected is None else Decimal(expected))


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ('title = "елка"', True),
        ('title != "ель"', True),
        ("paid = 0", False),
        ("paid != 0", False),
        ("not (paid = 0)", True),
        ("не paid > 0 и score >= 3", True),
        ("score = 1 or urgent", True),
        ("score = 1 или не urgent", False),
        ('stage in ["new", "won"]', True),
        ("3 in tags", False),
        ("client = 5", True),
        ("is_empty(client.region)", True),
        ('client.name = "ооо лес"', True),
        ("due > today()", True),
        ("between(score, 1, 3)", True),
        ("some(payments, amount > 30)", True),
        ("every(payments, amount > 0)", False),
        ("day_of(closed) = date(2026, 11, 21)", True),
        ("1 < 2 and 2 < 1 or да", True),
    ],
)
def test_evaluate_gives_yes_or_no(source, expected):
    assert computed(source) is expected


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ('"№ " + score', "№ 3"),
        ("title + paid", "Ёлка"),
        ("«в ёлочках» | upper", "В ЁЛОЧКАХ"),
        (r'"a \"quoted\" text"', 'a "quoted" text'),
        ("text(amount)", "100,5"),
        ("text(due)", "30.11.2026"),
        ("text(closed)", "21.11.2026 01:30"),
        ('list(payments, kind) | unique | join(" и ")', "card и cash"),
        ('switch(stage, "new", "Новая", "won", "Успех", "?")', "Успех"),
        ("coalesce(client.region, client.name)", "ООО Лес"),
        ('если(paid > 0, "да")', None),
    ],
)
def test_evaluate_gives_texts(source, expected):
    assert computed(source) == expected


@pytest.mark.parametrize(
    ("source", "position"),
    [
        ("1 +", 4),
        ("1 + * 2", 5),
        ("(1 + 2", 7),
        ("1 2", 3),
        ("2 ** 3", 4),
        ("'open", 1),
        ("a := 1", 3),
        ("amount.__class__", 7),
        ("gone + 1", 1),
        ("score + gone", 9),
        ("nothing_like(1)", 1),
        ("left(title)", 1),
        ("today(1)", 1),
        ('1 + left("a", "b")', 15),
        ('"x" * 1000', 1),
        ("title > 1", 1),
        ("score = title", 9),
        ("score = пусто", 9),
        ("due = closed", 7),
        ("if(score, 1, 2)", 4),
        ("sum(payments, kind)", 15),
        ("sum(payments, amount, kind)", 23),
        ("sum(payments)", 1),
        ('count(payments, title = "x")', 17),
        ("|upper", 1),
        ("title | 1", 9),
        ("score * 0,5", 10),
        ('if(urgent, 1, "a")', 15),
    ],
)
def test_parse_tells_where_it_is_wrong(source, position):
    with pytest.raises(Refused) as refused:
        parse(source, cast.DEAL)

    assert refused.value.params["position"] == position
    assert str(position) in refused.value.message


@pytest.mark.parametrize(
    "source",
    [
        "1" * 2001,
        "+".join(["1"] * 301),
        "(" * 60 + "1" + ")" * 60,
        "not " * 60 + "yes",
        "1" + "0" * 31,
    ],
)
def test_parse_refuses_what_is_too_large(source):
    with pytest.raises(Refused):
        parse(source)


@pytest.mark.parametrize(
    "source",
    [
        "*".join(["999999999999999"] * 40),
        "1000000000000000000000000000000 / 0.00000000000000000001",
        'a | replace("x", a) | replace("x", a) | replace("x", a) | replace("x", a)',
        "concat(" + ",".join(["a"] * 200) + ")",
    ],
)
def test_evaluate_refuses_results_that_are_too_large(source):
    with pytest.raises(Refused):
        evaluate(parse(source), {"a": "x" * 1000}, CONTEXT)


def test_evaluate_refuses_work_that_is_too_long():
    rows = [{"amount": "1"}] * 60_000

    with pytest.raises(Refused) as refused:
        computed("sum(payments, amount + 1)", {"payments": rows})

    assert refused.value.code == "expressions.too_long_run"


def test_evaluate_without_a_record_reads_any_mapping():
    row = {"price": 10.5, "order": {"lines": 2}, "when": date(2026, 1, 31), "who": None}

    assert computed("price * order.lines", row, None) == Decimal(21)
    assert computed("add_months(when, 1)", row, None) == date(2026, 2, 28)
    assert computed("who.name", row, None) is None
    with pytest.raises(Refused):
        computed("when * 2", row, None)
    with pytest.raises(Refused):
        computed("left(when, 2)", row, None)


def test_evaluate_gives_moments_in_the_zone():
    found = computed("closed")

    assert found == datetime(2026, 11, 20, 22, 30, tzinfo=UTC)
    assert found.tzinfo is ZONE


def test_type_is_known_before_computing():
    types = {source: parse(source, cast.DEAL).type for source in ("score + 1", "title", "due + 1", "closed", "tags")}

    assert list(types.values()) == [Type.NUMBER, Type.TEXT, Type.DATE, Type.MOMENT, Type.LIST]
    assert parse("if(urgent, due)", cast.DEAL).type is Type.DATE
    assert parse("sum(payments, amount) > 1", cast.DEAL).type is Type.BOOLEAN


def test_dependencies_name_fields_and_related_fields():
    found = dependencies(
        parse("amount + client.x_rank + sum(payments, amount, kind = title)".replace("title", '"x"'), cast.DEAL)
    )

    assert found == {"amount", "client.x_rank", "payments", "payments.amount", "payments.kind"}


def test_order_puts_a_formula_after_what_it_needs():
    formulas = {key: parse(source) for key, source in {"c": "b + a", "b": "a * 2", "a": "x + 1", "d": "1"}.items()}

    assert order(formulas) == ["a", "b", "c", "d"]
    assert affected(formulas, ["x"]) == ["a", "b", "c"]
    assert affected(formulas, ["b"]) == ["c"]


def test_order_refuses_a_circle_and_tells_it():
    formulas = {key: parse(source) for key, source in {"a": "b", "b": "c + 1", "c": "a", "d": "a"}.items()}

    with pytest.raises(Refused) as refused:
        order(formulas)

    assert "a → b → c → a" in refused.value.message


def test_order_refuses_a_formula_of_itself():
    with pytest.raises(Refused):
        order({"a": parse("a + 1")})


def test_yes_and_no_are_told_in_the_language_of_the_reader():
    with translation.override("en"):
        assert computed("text(urgent)") == "yes"
