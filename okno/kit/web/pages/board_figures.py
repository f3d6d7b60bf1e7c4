"""What a board asks of its columns, and how rows of them answer: one row of figures for each column."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.db.models import Count, DecimalField, IntegerField, Q, QuerySet, Sum, Value

NONE = Value(0, output_field=IntegerField())
NOTHING = Value(Decimal(0), output_field=DecimalField())


@dataclass(frozen=True)
class Figures:
    """
    A count of rows, sums of numbers by key, and rows by the state of their next action.

    Numbers add up in the management currency where they have one; `closed` reads one in rows that the sum of a key
    leaves out.

    `by` is the path that tells the column; `state` is that of the moment of the next action, empty when there is
    nothing to tell of it: before `now` it is red, before `tomorrow` yellow, later green.
    """

    by: str
    sums: Mapping[str, Any]
    state: str
    now: datetime
    tomorrow: datetime
    closed: Mapping[str, Any] = field(default_factory=dict)

    @cached_property
    def tests(self) -> dict[str, Q]:
        """Tests of the moment of the next action by colour, in the order of the bar."""
        if not self.state:
            return {}
        began, is_over = f"{self.state}__gte", f"{self.state}__lt"
        return {
            "red": Q(**{is_over: self.now}),
            "yellow": Q(**{began: self.now, is_over: self.tomorrow}),
            "green": Q(**{began: self.tomorrow}),
        }

    def of_rows(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """All figures of rows."""
        sums = [Sum(path, default=Decimal(0)) for path in self.sums.values()]
        left_out = {f"_closed_{key}": Sum(one) for key, one in self.closed.items()}
        shaped: QuerySet[Any] = self.shaped(rows, Count("pk"), sums, self._counted()).annotate(**left_out)
        return shaped

    def of_states(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """The states of rows alone: what else is asked of them has been counted elsewhere."""
        return self.shaped(rows, NONE, [NOTHING for _key in self.sums], self._counted())

    def _counted(self) -> dict[str, Any]:
        return {colour: Count("pk", filter=test) for colour, test in self.tests.items()}

    def shaped(self, rows: QuerySet[Any], count: Any, sums: list[Any], states: Mapping[str, Any]) -> QuerySet[Any]:
        """Tuples of the value of the column, the count, the sums and the states, which a union may join."""
        added = {f"_sum_{key}": one for key, one in zip(self.sums, sums, strict=True)}
        told = {f"_state_{colour}": states[colour] for colour in self.tests}
        shaped: QuerySet[Any] = rows.order_by().values_list(self.by).annotate(_count=count, **added, **told)
        return shaped
