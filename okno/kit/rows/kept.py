"""Totals that triggers keep beside the rows of a record, how much of them somebody reaches, and how they are folded."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.apps import apps
from django.db import connection
from django.db.models import Model, Q, QuerySet
from psycopg import sql

from okno.kit import permissions
from okno.kit.permissions import Actor, ReachKind

# Days that are over are all alike: one stands for them, so that totals do not gather old days for ever.
OVER = date.min
FOLD = """
with bucket as (
    select id, {sums}, count(*) over (
        partition by {keys}, case when day < %(before)s then %(over)s else day end
    ) as rows
    from {table}
), gone as (
    delete from {table} as total using bucket
    where total.id = bucket.id and (bucket.rows > 1 or ({none}))
    returning {kept}, case when day < %(before)s then %(over)s else day end as day, {totals}
)
insert into {table} ({keys}, day, {sums})
select {keys}, day, {added} from gone group by {keys}, day having {some}
"""


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


def within(actor: Actor, model: type[Model], totals: type[Model]) -> Q | None:
    """The reach over rows of the record as far as kept columns tell it, for both tables alike. None means all rows."""
    clauses = permissions.clauses_for(actor, totals, permissions.view_permission(model))
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


def fold(model: type[Model], sums: Sequence[str], before: date) -> None:
    """
    Make one row of those totals that agree in all columns, days before this one being alike. It changes no figure: who
    reads at this moment sees the rows before or after it, and what others have not committed yet is left for the next
    time. Runs inside a command.

    :param sums: columns that add up; `day` and all others tell rows apart.
    """
    keys = [one.column for one in model._meta.concrete_fields if one.column not in {"id", "day", *sums}]

    def listed(names: Sequence[str], shape: str, between: str = ", ") -> sql.Composed:
        parts = (sql.SQL(shape).format(sql.Identifier(name)) for name in names)
        return sql.SQL(between).join(parts)

    statement = sql.SQL(FOLD).format(
        table=sql.Identifier(model._meta.db_table),
        keys=listed(keys, "{}"),
        kept=listed(keys, "total.{}"),
        sums=listed(sums, "{}"),
        totals=listed(sums, "total.{}"),
        added=listed(sums, "sum({})"),
        none=listed(sums, "bucket.{} = 0", " and "),
        some=listed(sums, "sum({}) <> 0", " or "),
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, {"before": before, "over": OVER})
