"""Statements compiled once for an actor: with rights in it, building SQL costs more than running it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db.models import QuerySet

from okno.kit.permissions import Actor, is_lasting

Sql = tuple[str, tuple[Any, ...]]


def compiled(actor: Actor, place: tuple[Any, ...], build: Callable[[], QuerySet[Any] | Sql | None]) -> Sql | None:
    """
    SQL and parameters of the rows that `build` gives, kept with the actor under the place; None when it gives none.

    Rights that depend on the moment are compiled anew each time.
    """
    if place not in actor.memo or not is_lasting(actor):
        actor.memo[place] = _sql_of(build())
    found: Sql | None = actor.memo[place]
    return found


def _sql_of(rows: QuerySet[Any] | Sql | None) -> Sql | None:
    if rows is None or isinstance(rows, tuple):
        return rows
    try:
        return rows.query.sql_with_params()
    except EmptyResultSet:  # nothing is within reach, and there is nothing to ask
        return None


def filled(params: tuple[Any, ...], places: Mapping[Any, Any]) -> list[Any]:
    """Parameters with values instead of the samples that stood for them."""
    return [places.get(one, one) if isinstance(one, str | int) else one for one in params]
