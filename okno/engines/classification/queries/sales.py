"""What each row has had by month, out of the rows that point to it: one statement for all of them."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Count, DateField, F, Func, Max, Min, QuerySet, Sum, Value
from django.db.models.functions import Cast, Coalesce, TruncMonth
from django.utils import timezone

from okno.engines.classification import rules
from okno.engines.classification.models import Scheme
from okno.engines.classification.rules import Sales
from okno.kit import conditions, permissions, rates
from okno.kit.conditions.places import living, place
from okno.kit.kinds import Kind
from okno.kit.permissions import SYSTEM
from okno.kit.registry import Record, registry


class _LocalDay(Func):
    """The day of a moment in a zone."""

    template = "(timezone(%(expressions)s))::date"
    arity = 2
    output_field = DateField()


def sales_of(scheme: Scheme, day: date) -> dict[int, Sales]:
    """What rows have had before a day, by id, whoever may see it; rows that never had anything are left out."""
    since = rules.month_start(day, scheme.months)
    earlier = rules.month_start(day, scheme.months * 2)
    months = [rules.month_start(day, back) for back in range(scheme.months, 0, -1)]
    found: dict[int, list[Any]] = defaultdict(list)
    for line in _by_month(scheme, day):
        found[line[0]].append(line[1:])
    return {row_id: _sales(lines, months, since, earlier) for row_id, lines in found.items()}


def _sales(lines: list[Any], months: list[date], since: date, earlier: date) -> Sales:
    by_month = {month: (total, count) for month, total, count, *_rest in lines}
    return Sales(
        months=[by_month.get(month, (Decimal(0), 0))[0] for month in months],
        before=sum((total for month, total, *_rest in lines if earlier <= month < since), Decimal(0)),
        count=sum(count for month, _total, count, *_rest in lines if month >= since),
        first=min(line[3] for line in lines),
        last=max(line[4] for line in lines),
        days=sum(line[5] for line in lines),
    )


def _by_month(scheme: Scheme, day: date) -> QuerySet[Any, Any]:
    """(row, month, sum, how many, the first day, the last day, how many days) of each month with anything."""
    source = registry.record(scheme.of)
    link = place(source, scheme.link)
    if link is None:
        return source.model._base_manager.none()
    rows = _counted(scheme, source).filter(**{f"{link.path}__isnull": False})
    dated = rows.annotate(_on=_day(source, scheme)).filter(_on__lt=day)
    month = Cast(TruncMonth("_on"), DateField())
    grouped = dated.order_by().annotate(_month=month).values_list(f"{link.path}_id", "_month")
    told: QuerySet[Any, Any] = grouped.annotate(
        _total=Coalesce(Sum(_amount(source, scheme)), Value(Decimal(0))),
        _count=Count("pk"),
        _first=Min("_on"),
        _last=Max("_on"),
        _days=Count("_on", distinct=True),
    )
    return told


def _counted(scheme: Scheme, source: Record) -> QuerySet[Any]:
    rows: QuerySet[Any] = living(source.model)
    if scheme.condition is None:
        return rows
    tree, context = conditions.parse(scheme.condition), permissions.watching_context(SYSTEM)
    return rows.filter(conditions.to_q(tree, source, context))


def _day(source: Record, scheme: Scheme) -> Any:
    """The day of a row where the organisation works."""
    field = source.fields[scheme.day]
    if field.kind is Kind.MOMENT:
        return _LocalDay(Value(str(timezone.get_default_timezone())), F(field.path))
    return F(field.path)


def _amount(source: Record, scheme: Scheme) -> Any:
    """What is summed, in the management currency; one for each row when rows are counted."""
    if not scheme.amount:
        return Value(Decimal(1))
    field = source.fields[scheme.amount]
    if field.managed:
        return F(field.managed) if isinstance(field.managed, str) else field.managed
    if field.currency and not field.currency.isupper():
        return rates.in_management(F(field.path), field.currency, source.fields[scheme.day].path)
    return F(field.path)
