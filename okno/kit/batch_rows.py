"""Many rows by one statement, with an array for each column: the ORM's placeholders cost more than all else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import connection, models
from psycopg import sql
from psycopg.types.json import Jsonb


class AnyOf(models.Lookup):
    """`column = any(array)`: one parameter however many values, where `in` writes a placeholder for each."""

    lookup_name = "any_of"
    prepare_rhs = False

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, list[Any]]:
        """The SQL and its one parameter after those of the left side."""
        left, given = self.process_lhs(compiler, connection)
        return f"{left} = any(%s)", [*given, list(self.rhs)]


models.Field.register_lookup(AnyOf)
models.ForeignKey.register_lookup(AnyOf)


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


def update_rows(model: type[models.Model], names: Sequence[str], rows: Sequence[models.Model]) -> None:
    """
    Write these columns of rows that were read and locked, inside a command.

    :param names: columns by name (`owner_id`), the same for all rows.
    """
    if not rows or not names:
        return
    wanted = {one.attname: one for one in model._meta.concrete_fields}
    columns = [wanted[name] for name in names]
    named = [model._meta.pk, *columns]
    values = [[_kept(one, getattr(row, one.attname)) for row in rows] for one in named]
    statement = sql.SQL("update {0} as t set {1} from unnest({2}) as told ({3}) where t.id = told.id").format(
        sql.Identifier(model._meta.db_table),
        sql.SQL(", ").join(sql.SQL("{0} = told.{0}").format(sql.Identifier(one.column)) for one in columns),
        sql.SQL(", ").join(sql.SQL("%s::{}[]").format(sql.SQL(_type(one))) for one in named),
        sql.SQL(", ").join(sql.Identifier(one.column) for one in named),
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def _ids(model: type[models.Model], count: int) -> list[int]:
    """Numbers of new rows, taken beforehand: what belongs to a row can be told before it is written."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select nextval(pg_get_serial_sequence(%s, %s)) from generate_series(1, %s)",
            [model._meta.db_table, model._meta.pk.column, count],
        )
        return [int(row[0]) for row in cursor.fetchall()]


def _stored(column: Any, row: Mapping[str, Any]) -> Any:
    return _kept(column, row[column.attname] if column.attname in row else column.get_default())


def _kept(column: Any, value: Any) -> Any:
    return Jsonb(value) if isinstance(column, models.JSONField) and value is not None else value


def _type(column: Any) -> str:
    """The database type without its length: longer texts are refused by the column itself."""
    return str(column.rel_db_type(connection) if column.primary_key else column.db_type(connection)).partition("(")[0]
