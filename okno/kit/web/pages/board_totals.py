"""Totals of board columns: count, sums and the state of next actions, of all columns in one statement."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from itertools import islice
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from okno.kit.conditions.moments import day_start
from okno.kit.rows.columns import Column, columns_for
from okno.kit.web.pages import board_kept
from okno.kit.web.pages.address import compact
from okno.kit.web.pages.board import Board, BoardColumn
from okno.kit.web.pages.board_figures import Figures

if TYPE_CHECKING:
    from okno.kit.web.pages.list import ListPage


@dataclass(frozen=True)
class ColumnTotals:
    """Of one column: rows, sums by key, rows by the colour of their next action, rows that sums leave out by key."""

    count: int = 0
    sums: dict[str, Decimal] = field(default_factory=dict)
    states: dict[str, int] = field(default_factory=dict)
    closed: dict[str, int] = field(default_factory=dict)


def totals(page: ListPage, board: Board, columns: Sequence[BoardColumn]) -> dict[str, ColumnTotals]:
    """Totals by the key of the column, over all rows of the filter."""
    figures, values = _figures(page, board), [one.value for one in columns]
    parts = board_kept.parts(page.selection, board, figures, values) or [
        figures.of_rows(page.selection.rows(narrow=True).filter(**{f"{board.by}__in": values}))
    ]
    joined = parts[0] if len(parts) == 1 else parts[0].union(*parts[1:], all=True)
    found: dict[Any, list[Any]] = defaultdict(list)
    for value, *numbers in joined:
        found[value].append(numbers)
    return {one.key: _added_up(figures, found[one.value]) for one in columns}


def summed(page: ListPage, board: Board) -> list[Column]:
    """The number columns that are added up: those of the board, then custom ones among the columns that were chosen."""
    own = columns_for(page.actor, page.record, board.sums)
    fields = page.record.all_fields()
    chosen = [one for one in page.selection.columns if one.key in fields and fields[one.key].is_custom]
    return [one for one in [*own, *chosen] if one.number is not None]


def _figures(page: ListPage, board: Board) -> Figures:
    columns = summed(page, board)
    sums = {one.key: one.number if one.managed is None else one.managed for one in columns}
    closed = {one.key: one.closed for one in columns if one.closed is not None}
    state = page.record.field(board.state) if board.state else None
    is_seen = state is not None and page.actor.sees_field(page.record.name, board.state)
    now, zone = page.moment.at, page.moment.zone
    tomorrow = day_start(now.astimezone(zone).date() + timedelta(days=1), zone)
    return Figures(board.by, sums, state.path if state and is_seen else "", now, tomorrow, closed)


def _added_up(figures: Figures, parts: Sequence[Sequence[Any]]) -> ColumnTotals:
    count, *numbers = (sum(column) for column in zip(*parts, strict=True)) if parts else (0,)
    if not count:
        return ColumnTotals()
    left = iter(numbers)
    asked = (figures.sums, figures.tests, figures.closed)
    sums, states, closed = (dict(zip(keys, islice(left, len(keys)), strict=True)) for keys in asked)
    return ColumnTotals(count, sums, states, closed)


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
