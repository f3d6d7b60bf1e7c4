"""What the database computes is what Python computes."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from okno.kit.conditions.tests import cast
from okno.kit.expressions import Context, Type, evaluate, parse, to_sql

CONTEXT = Context(at=datetime(2026, 11, 21, 9, 30, tzinfo=UTC), zone=ZoneInfo("Europe/Moscow"))
ROWS: tuple[dict[str, Any], ...] = (
    {},
    {
        "title": "Ёлка",
        "stage": "won",
        "score": 7,
        "amount": "100.25",
        "paid": "-3",
        "due": "2026-02-28",
        "urgent": True,
        "client": {"id": 5, "name": "Лес", "region": "", "x_rank": 2.5},
        "payments": [
            {"amount": "10", "kind": "card"},
            {"amount": None, "kind": "CARD"},
            {"amount": "30", "kind": None},
        ],
        "x_rate": 0.5,
        "x_fee": {"a": "7.25", "c": "RUB"},
        "x_since": "2026-03-01",
        "x_note": "елка",
        "x_vip": True,
    },
    {"title": "", "score": 0, "amount": "0", "paid": "0", "urgent": False, "payments": [], "client": {"id": 6}},
)
EXPRESSIONS = [
    "amount + score * 2 - paid",
    "-amount",
    "amount / paid",
    "score / 3",
    "score % 3",
    "amount % paid",
    "score * 1000000 * 1000000",
    "x_rate + x_fee",
    "client.x_rank * 2",
    "client",
    "due + 1",
    "due - x_since",
    "year(due) * 100 + month(due)",
    "day(x_since)",
    "title + '!'",
    "title + client.region",
    "upper(client.name)",
    "amount > paid",
    "amount != score",
    "title = x_note",
    "title != 'x'",
    "not (amount > paid)",
    "not urgent",
    "urgent or amount > 0",
    "urgent and not x_vip",
    "due < x_since",
    "client = 5",
    "is_empty(title)",
    "is_filled(client.region)",
    "is_empty(amount) or score = 0",
    "if(urgent, amount, paid)",
    "if(amount > 100, 'big', title)",
    "if(urgent, due)",
    "coalesce(paid, score, 1)",
    "coalesce(title, client.name)",
    "or_zero(amount) + or_zero(paid)",
    "sum(amount, paid, score)",
    "min(amount, paid)",
    "max(amount, 50)",
    "round(amount / 3, 2)",
    "round(amount)",
    "abs(paid)",
    "sum(payments, amount)",
    "sum(payments, amount * 2, kind = 'card')",
    "avg(payments, amount)",
    "min(payments, amount)",
    "max(payments, amount, amount < 20)",
    "count(payments)",
    "count(payments, is_empty(amount) or kind = 'x')",
    "some(payments, amount > 20)",
    "amount - sum(payments, amount) > 0 and urgent",
]


@pytest.mark.parametrize("source", EXPRESSIONS)
def test_to_sql_agrees_with_python(tables, source):
    expression = parse(source, cast.DEAL)
    compiled = to_sql(expression)
    assert compiled is not None

    for row in ROWS:
        deal = cast.save(row)
        in_sql = cast.Deal._default_manager.annotate(found=compiled).get(pk=deal.pk).found
        in_memory = evaluate(expression, deal, CONTEXT)
        assert _tidy(in_sql) == _tidy(in_memory) == _tidy(evaluate(expression, row, CONTEXT))
        if expression.type is Type.BOOLEAN:
            kept = cast.Deal._default_manager.filter(pk=deal.pk).annotate(found=compiled).filter(found=True)
            assert kept.exists() is in_memory


@pytest.mark.parametrize(
    "source", ["today()", "closed", "title | initials", "tags", "lookup(payments, amount)", "[1, 2]", "score in [1]"]
)
def test_to_sql_leaves_the_rest_to_python(source):
    assert to_sql(parse(source, cast.DEAL)) is None


def _tidy(value):
    if isinstance(value, int | Decimal) and not isinstance(value, bool):
        return round(Decimal(value), 10).normalize()
    return value or None if isinstance(value, str) else value
