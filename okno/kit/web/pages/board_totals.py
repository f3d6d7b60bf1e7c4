"""Totals of board columns: count, sums and the state of next actions, of all columns in one statement."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.db.models import Count, Q, Sum
from django.utils.translation import gettext as _

from okno.kit.conditions.moments import day_start
from okno.kit.rows.columns import columns_for
from okno.kit.web.pages.address import compact
from okno.kit.web.pages.board import Board, BoardColumn

if TYPE_CHECKING:
    from okno.kit.web.pages.list import ListPage


@dataclass(frozen=True)
class ColumnTotals:
    """Of one column: rows, sums by key, rows by the colour of their next action."""

    count: int = 0
    sums: dict[str, Decimal] = field(default_factory=dict)
    states: dict[str, int] = field(default_factory=dict)


def totals(page: ListPage, board: Board, columns: Sequence[BoardColumn]) -> dict[str, ColumnTotals]:
    """Totals by the key of the column, over all rows of the filter."""
    numbers = {one.key: one.number_path for one in columns_for(page.actor, page.record, board.sums) if one.number_path}
    states = _states(page, board)
    rows = page.selection.rows(narrow=True).filter(**{f"{board.by}__in": [one.value for one in columns]})
    sums = {f"sum_{key}": Sum(path) for key, path in numbers.items()}
    counts = {f"state_{colour}": Count("pk", filter=test) for colour, test in states.items()}
    found = {
        one[board.by]: ColumnTotals(
            one["_count"],
            {key: one[f"sum_{key}"] or Decimal(0) for key in numbers},
            {colour: one[f"state_{colour}"] for colour in states},
        )
        for one in rows.order_by().values(board.by).annotate(_count=Count("pk"), **sums, **counts)
    }
    return {one.key: found.get(one.value, ColumnTotals()) for one in columns}


def bar(page: ListPage, board: Board, column: BoardColumn, found: ColumnTotals) -> list[dict[str, Any]]:
    """The bar of a column: how many rows wait overdue, today, later, or for nothing; a click filters."""
    if not found.count or not found.states:
        return []
    labels = {"red": _("Overdue"), "yellow": _("Today"), "green": _("Planned"), "grey": _("No next step")}
    known = {**found.states, "grey": found.count - sum(found.states.values())}
    parts, start = [], 0.0
    for colour, count in known.items():
        width = 100 * count / found.count
        if count:
            url = page.address.url(f=compact({"all": [*_rest(page, board), _leaf(board, colour)]}))
            parts.append(
                {
                    "due": colour,
                    "label": labels[colour],
                    "count": count,
                    "url": url,
                    "start": f"{start:.2f}",
                    "width": f"{width:.2f}",
                }
            )
        start += width
    return parts


def _states(page: ListPage, board: Board) -> dict[str, Q]:
    """Tests of the moment of the next action, in the order of the bar."""
    state = page.record.field(board.state) if board.state else None
    if state is None or not page.actor.sees_field(page.record.name, board.state):
        return {}
    now, path = page.moment.at, state.path
    tomorrow = day_start(now.astimezone(page.moment.zone).date() + timedelta(days=1), page.moment.zone)
    return {
        "red": Q(**{f"{path}__lt": now}),
        "yellow": Q(**{f"{path}__gte": now, f"{path}__lt": tomorrow}),
        "green": Q(**{f"{path}__gte": tomorrow}),
    }


def _rest(page: ListPage, board: Board) -> list[Any]:
    return [one for one in page.selection.own_filter["all"] if one.get("field") != board.state]


def _leaf(board: Board, colour: str) -> dict[str, Any]:
    leaves: dict[str, dict[str, Any]] = {
        "red": {"field": board.state, "op": "lt", "value": {"rel": "now"}},
        "yellow": {"field": board.state, "op": "between", "value": [{"rel": "now"}, {"rel": "today"}]},
        "green": {"field": board.state, "op": "gt", "value": {"rel": "today"}},
        "grey": {"field": board.state, "op": "empty"},
    }
    return leaves[colour]
