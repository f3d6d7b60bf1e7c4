"""Totals of a board out of those that triggers keep: what they cannot know is read, and it is little."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from typing import Any

from django.apps import apps
from django.db.models import Model, Q, QuerySet, Sum

from okno.kit import conditions, permissions
from okno.kit.permissions import ReachKind
from okno.kit.web.pages.board import Board, Kept
from okno.kit.web.pages.board_figures import NONE, Figures
from okno.kit.web.pages.selection import Selection, hidden_keys

DAY = timedelta(days=1)


def parts(selection: Selection, board: Board, figures: Figures, values: Sequence[Any]) -> list[QuerySet[Any]]:
    """
    Statements whose figures add up to the totals of these columns; none when the filter or the reach asks for more
    than kept totals know.
    """
    kept = board.kept
    if kept is None or not _is_known(selection, kept):
        return []
    return list(_Parts(selection, kept, figures, values).all())


def _is_known(selection: Selection, kept: Kept) -> bool:
    """Whether the filter looks at kept columns only, and the reach is told by them and by who takes part."""
    actor, record, condition = selection.actor, selection.plan.record, selection.condition
    if selection.address.get("q").strip() or not conditions.fields_used(condition) <= kept.fields:
        return False
    grants = actor.grants_for(permissions.view_permission(record.model))
    is_plain = all(grant.reach is not ReachKind.CONDITION for grant in grants)
    return bool(grants) and is_plain and not any(hidden_keys(actor, record, condition))


class _Parts:
    """The kept totals within reach; the days that a moment divides; the rows that only taking part brings."""

    def __init__(self, selection: Selection, kept: Kept, figures: Figures, values: Sequence[Any]) -> None:
        self.selection, self.kept, self.figures = selection, kept, figures
        self.model: type[Model] = selection.plan.record.model
        self.columns = Q(**{f"{figures.by}__in": values})

    def all(self) -> Iterator[QuerySet[Any]]:
        """The parts that this board needs."""
        yield self._kept()
        if self.figures.state:
            yield self._divided_days()
        if self._within is not None and permissions.reach_of(self.model).participants:
            yield self._taken_part_in()

    @cached_property
    def _within(self) -> Q | None:
        """The reach as far as kept columns tell it: the same names in both tables. None means all rows."""
        actor, permission = self.selection.actor, permissions.view_permission(self.model)
        clauses = permissions.clauses_for(actor, self.kept.model, permission)
        if clauses is None:
            return None
        return Q(*(one.q for one in clauses), _connector=Q.OR) if clauses else Q(pk__in=[])

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
        rows = self.kept.model._default_manager.filter(self.columns, where, self._within or Q())
        states = {
            "red": Sum("count", filter=Q(day__lt=first), default=0),
            "yellow": NONE,
            "green": Sum("count", filter=Q(day__gte=last), default=0),
        }
        return self.figures.shaped(rows, Sum("count"), [Sum(path) for path in self.figures.sums.values()], states)

    def _divided_days(self) -> QuerySet[Any]:
        first, last = (datetime.combine(day, time.min, UTC) for day in self._days)
        on_them = Q(**{f"{self.figures.state}__gte": first, f"{self.figures.state}__lt": last})
        return self.figures.of_states(self.selection.rows().filter(self.columns, on_them, self._within or Q()))

    def _taken_part_in(self) -> QuerySet[Any]:
        label, row, user = permissions.reach_of(self.model).participants or ("", "", "")
        links = apps.get_model(label)._default_manager.filter(**{user: self.selection.actor.user_id}).values(row)
        rows = self.selection.rows().filter(self.columns, pk__in=links)
        return self.figures.of_rows(rows.exclude(self._within) if self._within else rows)
