"""Rows of a span of days: the days of a month, a week or a day, and the first rows of each by a day or a moment."""

from __future__ import annotations

import calendar
import datetime as dt
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Count, DateField, DateTimeField, F, Q, QuerySet, Window
from django.db.models.functions import Cast, RowNumber, TruncDate
from django.db.models.lookups import GreaterThanOrEqual, LessThan

from okno.kit.conditions import sql
from okno.kit.conditions.moments import day_start
from okno.kit.conditions.places import Place
from okno.kit.kinds import Kind

MONTH, WEEK, DAY = "month", "week", "day"
SPANS = (MONTH, WEEK, DAY)
# How many rows of a day are shown before it is opened alone.
MOST = {MONTH: 4, WEEK: 30, DAY: 300}
DAYS_OF_WEEK = 7


@dataclass(frozen=True)
class Span:
    """A month with the whole weeks it lies in, a week from Monday on, or a day; `day` is the one it was asked by."""

    kind: str
    day: dt.date

    @property
    def first(self) -> dt.date:
        """The first day that is shown."""
        if self.kind == DAY:
            return self.day
        start = self.day.replace(day=1) if self.kind == MONTH else self.day
        return start - dt.timedelta(days=start.weekday())

    @property
    def days(self) -> list[dt.date]:
        """All days that are shown."""
        return [self.first + dt.timedelta(days=number) for number in range(self._length)]

    @property
    def _length(self) -> int:
        if self.kind == DAY:
            return 1
        if self.kind == WEEK:
            return DAYS_OF_WEEK
        last = self.day.replace(day=calendar.monthrange(self.day.year, self.day.month)[1])
        return (last - self.first).days // DAYS_OF_WEEK * DAYS_OF_WEEK + DAYS_OF_WEEK

    def moved(self, by: int) -> dt.date:
        """The day by which the span so many spans later is asked for."""
        if self.kind != MONTH:
            return self.day + dt.timedelta(days=by * (DAYS_OF_WEEK if self.kind == WEEK else 1))
        year, month = divmod(self.day.year * 12 + self.day.month - 1 + by, 12)
        return dt.date(year, month + 1, 1)


def value_of(place: Place) -> Any:
    """The day or the moment of a field, as SQL reads it."""
    return sql.column(place)


def within(rows: QuerySet[Any], place: Place, span: Span, zone: ZoneInfo) -> QuerySet[Any]:
    """
    The first rows of each day of a span, in order, in one statement. They carry `span_at`, the value itself, and
    `span_count`: how many rows the day has.
    """
    first, last = span.days[0], span.days[-1] + dt.timedelta(days=1)
    value, is_moment = value_of(place), place.field.kind is Kind.MOMENT
    low, high = ((day_start(one, zone) if is_moment else one) for one in (first, last))
    inside = rows.filter(Q(GreaterThanOrEqual(value, low)), Q(LessThan(value, high))).order_by()
    # Casted, it is another expression than the column, which may be read beside it: Django would mix the two up.
    told = inside.annotate(span_at=Cast(value, DateTimeField() if is_moment else DateField()))
    by_day: list[Any] = [TruncDate("span_at", tzinfo=zone) if is_moment else F("span_at")]
    numbered = told.annotate(
        span_count=Window(Count("*"), partition_by=by_day),
        span_number=Window(RowNumber(), partition_by=by_day, order_by=[F("span_at").asc(), F("pk").asc()]),
    )
    found: QuerySet[Any] = numbered.filter(span_number__lte=MOST[span.kind]).order_by("span_at", "pk")
    return found
