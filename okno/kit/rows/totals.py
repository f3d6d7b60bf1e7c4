"""Counts and sums over whole sets, by the server: capped, estimated when large, grouped."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import connection
from django.db.models import Count, F, QuerySet, Sum

from okno.kit.rows.columns import Column

CAP = 10_000


@dataclass(frozen=True)
class Totals:
    """How many rows, and the sum of each number column; `is_exact` is false for an estimate, which has no sums."""

    count: int
    sums: dict[str, Decimal]
    is_exact: bool = True


def capped(rows: QuerySet[Any], columns: Sequence[Column]) -> Totals:
    """Count and sum at most CAP rows in one statement; above that, the planner's estimate of the count."""
    numbers = _numbers(columns)
    inside = rows.order_by().values("pk", *numbers.values())[: CAP + 1]
    found = _summed(inside, numbers)
    if found.count <= CAP:
        return found
    return Totals(max(CAP, estimated(rows)), {}, is_exact=False)


def whole(rows: QuerySet[Any], columns: Sequence[Column]) -> Totals:
    """Count and sum all rows, however many."""
    return _summed(rows.order_by(), _numbers(columns))


def grouped(rows: QuerySet[Any], group: Column, columns: Sequence[Column]) -> dict[tuple[Any, ...], Totals]:
    """Count and sums for each value of a column, by the values of its `group_paths`, in one statement."""
    numbers = _numbers(columns)
    sums = {f"sum_{key}": Sum(number) for key, number in numbers.items()}
    parts = {f"_group{number}": _as_expression(path) for number, path in enumerate(group.group_paths)}
    found = rows.order_by().annotate(**parts).values(*parts).annotate(_count=Count("pk"), **sums)
    return {
        tuple(one[part] for part in parts): Totals(
            one["_count"], {key: one[f"sum_{key}"] or Decimal(0) for key in numbers}
        )
        for one in found
    }


def counts(*sets: QuerySet[Any]) -> list[int]:
    """How many rows each of several sets has, at most CAP + 1 of each, in one statement."""
    parts: list[str] = []
    params: list[Any] = []
    for rows in sets:
        sql, given = rows.order_by().values("pk")[: CAP + 1].query.sql_with_params()
        parts.append(f"(select count(*) from ({sql}) as part)")  # noqa: S608 - the ORM wrote it; values are parameters
        params += given
    with connection.cursor() as cursor:
        cursor.execute(f"select {', '.join(parts)}", params)
        return [int(one) for one in cursor.fetchone()]


def estimated(rows: QuerySet[Any]) -> int:
    """The planner's estimate of how many rows there are, rounded to two figures: it is shown with a tilde."""
    sql, params = rows.order_by().values("pk").query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(f"explain (format json) {sql}", params)
        plan = cursor.fetchone()[0]
    found = int((json.loads(plan) if isinstance(plan, str) else plan)[0]["Plan"]["Plan Rows"])
    size = 10 ** max(len(str(found)) - 2, 0)
    return int(round(found / size) * size)


def _numbers(columns: Sequence[Column]) -> dict[str, str]:
    return {one.key: one.number_path for one in columns if one.number_path}


def _summed(rows: QuerySet[Any], numbers: dict[str, str]) -> Totals:
    sums = {f"sum_{key}": Sum(path) for key, path in numbers.items()}
    found = rows.aggregate(_count=Count("pk"), **sums)
    return Totals(found["_count"], {key: found[f"sum_{key}"] or Decimal(0) for key in numbers})


def _as_expression(path: Any) -> Any:
    return F(path) if isinstance(path, str) else path
