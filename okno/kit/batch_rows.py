"""Many rows by one statement, with an array for each column: the ORM's placeholders cost more than all else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import connection, models
from psycopg import sql
from psycopg.types.json import Jsonb


def insert_rows(model: type[models.Model], rows: Sequence[Mapping[str, Any]]) -> list[int]:
    """
    Insert rows inside a command and give their ids in the order of the rows.

    :param rows: values by the name of the column (`owner_id`); the others get their defaults.
    """
    if not rows:
        return []
    ids = _ids(model, len(rows))
    told = {name for row in rows for name in row}
    columns = [
        one
        for one in model._meta.concrete_fields
        if not one.primary_key and (one.db_default is models.NOT_PROVIDED or one.attname in told)
    ]
    values = [ids, *([_stored(one, row) for row in rows] for one in columns)]
    key = model._meta.pk
    named = [key, *columns]
    statement = sql.SQL("insert into {} ({}) select * from unnest({})").format(
        sql.Identifier(model._meta.db_table),
        sql.SQL(", ").join(sql.Identifier(one.column) for one in named),
        sql.SQL(", ").join(sql.SQL("%s::{}[]").format(sql.SQL(_type(one))) for one in named),
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
    return ids


def _ids(model: type[models.Model], count: int) -> list[int]:
    """Numbers of new rows, taken beforehand: what belongs to a row can be told before it is written."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select nextval(pg_get_serial_sequence(%s, %s)) from generate_series(1, %s)",
            [model._meta.db_table, model._meta.pk.column, count],
        )
        return [int(row[0]) for row in cursor.fetchall()]


def _stored(column: Any, row: Mapping[str, Any]) -> Any:
    value = row[column.attname] if column.attname in row else column.get_default()
    return Jsonb(value) if isinstance(column, models.JSONField) else value


def _type(column: Any) -> str:
    """The database type without its length: longer texts are refused by the column itself."""
    return str(column.rel_db_type(connection) if column.primary_key else column.db_type(connection)).partition("(")[0]
