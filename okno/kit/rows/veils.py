"""Columns of fields that are closed in some rows: SQL itself gives no value there, or the value for its end alone."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from django.db.models import BooleanField, Case, F, Q, Value, When

from okno.kit import conditions, permissions
from okno.kit.permissions import Actor
from okno.kit.registry import Record
from okno.kit.rows.masks import masked_text

if TYPE_CHECKING:
    from okno.kit.rows.cells import Cell, Moment
    from okno.kit.rows.columns import Column


def over(actor: Actor, record: Record, column: Column) -> Column:
    """
    The column as the actor may read it. Where its field is closed all of its values are empty, but the last one, of
    which a cell shows the end; nothing sorts, groups or adds up by it.
    """
    veil = actor.veil_of(record.name, column.key)
    if veil is None or not column.paths:
        return column
    context = permissions.watching_context(actor)
    is_open, is_bare = (conditions.to_q(one, record, context) for one in (veil.is_open, veil.is_bare))
    flag = Case(When(is_open, then=Value(True)), default=Value(False), output_field=BooleanField())
    end = Case(When(is_open, then=Value(None)), When(is_bare, then=_source(column.paths[0])), default=Value(None))
    return replace(
        column,
        paths=(*(_where(is_open, path) for path in column.paths), flag, end),
        cell=_cell(column),
        is_open=len(column.paths),
        is_sortable=False,
        is_groupable=False,
        number=None,
        currency=None,
        managed=None,
    )


def _source(path: Any) -> Any:
    return F(path) if isinstance(path, str) else path


def _where(is_open: Q, path: Any) -> Case:
    return Case(When(is_open, then=_source(path)), default=Value(None))


def _cell(column: Column) -> Callable[[Sequence[Any], Moment], Cell]:
    def show(values: Sequence[Any], moment: Moment) -> Cell:
        *own, is_open, end = values
        return column.cell(own, moment) if is_open else {"text": masked_text(column.kind, end)}

    return show
