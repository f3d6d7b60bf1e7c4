"""Counts and sums over whole sets, by the server: capped, estimated when large, grouped."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from django.db import connection
from django.db.models import Aggregate, Count, F, Max, Min, QuerySet, Sum

from okno.kit.rates import MANAGEMENT
from okno.kit.rows.columns import Column

CAP = 10_000


@dataclass(frozen=True)
class Totals:
    """
    How many rows, and the sum of each number column; `is_exact` is false for an estimate, which has no sums.

    `currencies` has the currency of each sum whose rows tell theirs. Rows of several currencies add up in the
    management currency; where not all of these amounts are known, the column is `mixed` and has no sum. `closed` says
    how many rows a sum leaves out, as the field is closed there.
    """

    count: int
    sums: dict[str, Decimal]
    is_exact: bool = True
    currencies: Mapping[str, str] = field(default_factory=dict)
    mixed: frozenset[str] = frozenset()
    closed: Mapping[str, int] = field(default_factory=dict)


def capped(rows: QuerySet[Any], columns: Sequence[Column]) -> Totals:
    """Count and sum at most CAP rows in one statement; above that, the planner's estimate of the count."""
    told = [_Named(one) for one in _numbers(columns)]
    parts = {name: value for one in told for name, value in one.parts.items()}
    part = rows.order_by().annotate(**parts).values("pk", *parts)[: CAP + 1]
    found = _summed(part, [one.read() for one in told])
    if found.count <= CAP:
        return found
    return Totals(max(CAP, estimated(rows)), {}, is_exact=False)


def whole(rows: QuerySet[Any], columns: Sequence[Column]) -> Totals:
    """Count and sum all rows, however many."""
    numbers = _numbers(columns)
    found = _summed(rows.order_by(), _without_rates(numbers))
    return _summed(rows.order_by(), numbers) if found.mixed & _rated(numbers) else found


def grouped(rows: QuerySet[Any], group: Column, columns: Sequence[Column]) -> dict[tuple[Any, ...], Totals]:
    """Count and sums for each value of a column, by the values of its `group_paths`, in a statement or two."""
    numbers = _numbers(columns)
    found = _grouped(rows, group, _without_rates(numbers))
    is_rated = any(one.mixed & _rated(numbers) for one in found.values())
    return _grouped(rows, group, numbers) if is_rated else found


def _grouped(rows: QuerySet[Any], group: Column, numbers: Sequence[Column]) -> dict[tuple[Any, ...], Totals]:
    parts = {f"_group{number}": _as_expression(path) for number, path in enumerate(group.group_paths)}
    found = rows.order_by().annotate(**parts).values(*parts).annotate(**_aggregates(numbers))
    return {tuple(one[part] for part in parts): _totals(one, numbers) for one in found}


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


class _Named:
    """What a number column is summed by, under names that a part of the rows carries along."""

    def __init__(self, column: Column) -> None:
        self.column = column
        given = {what: getattr(column, what) for what in ("number", "currency", "managed", "closed")}
        self.names = {what: f"_{what}_{column.key}" for what, one in given.items() if one is not None}
        self.parts = {name: _as_expression(given[what]) for what, name in self.names.items()}

    def read(self) -> Column:
        """The column as such a part has it."""
        carried: dict[str, Any] = {what: F(name) for what, name in self.names.items()}
        return replace(self.column, **carried)


def _numbers(columns: Sequence[Column]) -> list[Column]:
    return [one for one in columns if one.number is not None]


def _rated(numbers: Sequence[Column]) -> frozenset[str]:
    """Keys of numbers whose rates are worked out row by row, as those of custom fields: no column keeps the amount."""
    return frozenset(one.key for one in numbers if one.managed is not None and not isinstance(one.managed, F))


def _without_rates(numbers: Sequence[Column]) -> list[Column]:
    """The numbers with such rates left out: they are of use only where there are several currencies."""
    rated = _rated(numbers)
    return [replace(one, managed=None) if one.key in rated else one for one in numbers]


def _summed(rows: QuerySet[Any], numbers: Sequence[Column]) -> Totals:
    return _totals(rows.aggregate(**_aggregates(numbers)), numbers)


def _aggregates(numbers: Sequence[Column]) -> dict[str, Aggregate]:
    """The count and the sums; of currencies the first and the last one, which are the same where there is only one."""
    found: dict[str, Aggregate] = {"_count": Count("pk")}
    for one in numbers:
        found[f"sum_{one.key}"] = Sum(one.number)
        if one.currency is not None:
            found |= {f"first_{one.key}": Min(one.currency), f"last_{one.key}": Max(one.currency)}
        if one.managed is not None:
            found |= {f"managed_{one.key}": Sum(one.managed), f"told_{one.key}": Count(one.number)}
            found[f"known_{one.key}"] = Count(one.managed)
        if one.closed is not None:
            found[f"closed_{one.key}"] = Sum(one.closed)
    return found


def _totals(found: Mapping[str, Any], numbers: Sequence[Column]) -> Totals:
    in_some = [one.key for one in numbers if one.currency is not None]
    told = {key: (found[f"first_{key}"], found[f"last_{key}"]) for key in in_some}
    several = {key for key, (first, last) in told.items() if first != last}
    valued = [one.key for one in numbers if one.key in several and one.managed is not None]
    managed = {key for key in valued if found[f"known_{key}"] == found[f"told_{key}"]}
    shown = {one.key: f"{'managed' if one.key in managed else 'sum'}_{one.key}" for one in numbers}
    mixed = frozenset(several - managed)
    return Totals(
        found["_count"],
        {key: found[name] or Decimal(0) for key, name in shown.items() if key not in mixed},
        currencies={
            key: MANAGEMENT if key in managed else first or ""
            for key, (first, _last) in told.items()
            if key not in mixed
        },
        mixed=mixed,
        closed={one.key: found[f"closed_{one.key}"] or 0 for one in numbers if one.closed is not None},
    )


def _as_expression(path: Any) -> Any:
    return F(path) if isinstance(path, str) else path
