"""Totals that triggers keep beside the rows of a record, and how much of them somebody reaches."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db.models import Model, Q, QuerySet

from okno.kit import permissions
from okno.kit.permissions import Actor, ReachKind


@dataclass(frozen=True)
class Kept:
    """
    Totals of rows, so that the rows need not be read.

    Rows of `model` have the columns that reach and `fields` (keys of the record's fields) live in, under the same
    names as the record, and for each combination of them a `count`, the sums under their own names, and `day`, the
    UTC day of the moment by which a board tells states. Rows of one combination add up.
    """

    model: type[Model]
    fields: frozenset[str]


def is_known(actor: Actor, model: type[Model]) -> bool:
    """Whether columns and taking part tell what the actor reaches: a condition may speak of anything."""
    grants = actor.grants_for(permissions.view_permission(model))
    return bool(grants) and all(grant.reach is not ReachKind.CONDITION for grant in grants)


def within(actor: Actor, model: type[Model], kept: Kept) -> Q | None:
    """The reach over rows of the record as far as kept columns tell it, for both tables alike. None means all rows."""
    clauses = permissions.clauses_for(actor, kept.model, permissions.view_permission(model))
    if clauses is None:
        return None
    return Q(*(one.q for one in clauses), _connector=Q.OR) if clauses else Q(pk__in=[])


def besides(actor: Actor, rows: QuerySet[Any], reached: Q | None) -> QuerySet[Any] | None:
    """Of rows within reach, those that only taking part brings: a few, found by who takes part. None without any."""
    participants = permissions.reach_of(rows.model).participants
    if reached is None or participants is None:
        return None
    label, row, user = participants
    links = apps.get_model(label)._default_manager.filter(**{user: actor.user_id}).values(row)
    return rows.filter(pk__in=links).exclude(reached)
