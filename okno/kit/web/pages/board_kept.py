"""Totals of a board out of those that triggers keep: what they cannot know is read, and it is little."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from typing import Any

from django.db.models import Q, QuerySet, Sum

from okno.kit import conditions, permissions
from okno.kit.openness import hidden_keys
from okno.kit.rows import kept as reaching
from okno.kit.rows.kept import Kept
from okno.kit.web.pages.board import Board
from okno.kit.web.pages.board_figures import NONE, Figures
from okno.kit.web.pages.selection import Selection

DAY = timedelta(days=1)


def parts(selection: Selection, board: Board, figures: Figures, values: Sequence[Any]) -> list[QuerySet[Any]]:
    """
    Statements whose figures add up to the totals of these columns; none when the filter or the reach asks for more
    than kept totals know.
    """
    kept = board.kept
    if kept is None or figures.closed or not set(figures.sums) <= set(board.sums) or not _is_known(selection, kept):
        return []
    return list(_Parts(selection, kept, figures, values).all())


def _is_known(selection: Selection, kept: Kept) -> bool:
    """Whether the filter looks at kept columns only, and they tell the reach."""
    actor, record, condition = selection.actor, selection.plan.record, selection.condition
    if selection.is_picked or not conditions.fields_used(condition) <= kept.fields:
        return False
    return reaching.is_known(actor, record.model) and not any(hidden_keys(actor, record, condition))


class _Parts:
    """The kept totals within reach; the days that a moment divides; the rows that only taking part brings."""

    def __init__(self, selection: Selection, kept: Kept, figures: Figures, values: Sequence[Any]) -> None:
        self.selection, self.kept, self.figures = selection, kept, figures
        self.columns = Q(**{f"{figures.by}__in": values})
        self.within = reaching.within(selection.actor, selection.plan.record.model, kept.model)

    def all(self) -> Iterator[QuerySet[Any]]:
        """The parts that this board needs."""
        yield self._kept()
        if self.figures.state:
            yield self._divided_days()
        besides = reaching.besides(self.selection.actor, self.selection.rows().filter(self.columns), self.within)
        if besides is not None:
            yield self.figures.of_rows(besides)

    @cached_property
    def _days(self) -> tuple[date, date]:
        """The UTC days that `now` or `tomorrow` divides, the second one not included."""
        last = self.figures.tomorrow.astimezone(UTC)
        return self.figures.now.astimezone(UTC).date(), last.date() + (DAY if last.time() > time.min else timedelta())

    def _kept(self) -> QuerySet[Any]:
        """Everything but the states of the divided days."""
        selection, (first, last) = self.selection, self._days
        context = permissions.condition_context(selection.actor)
        where = conditions.to_q(selection.condition, selection.plan.record, context)
        rows = self.kept.model._default_manager.filter(self.columns, where, self.within or Q())
        states = {
            "red": Sum("count", filter=Q(day__lt=first), default=0),
            "yellow": NONE,
            "green": Sum("count", filter=Q(day__gte=last), default=0),
        }
        return self.figures.shaped(rows, Sum("count"), [Sum(one) for one in self.figures.sums.values()], states)

    def _divided_days(self) -> QuerySet[Any]:
        first, last = (datetime.combine(day, time.min, UTC) for day in self._days)
        on_them = Q(**{f"{self.figures.state}__gte": first, f"{self.figures.state}__lt": last})
        return self.figures.of_states(self.selection.rows().filter(self.columns, on_them, self.within or Q()))
