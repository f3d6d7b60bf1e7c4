"""Many rows by one statement, by COPY or with an array for each column: placeholders cost more than all else."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.db import connection, models
from psycopg import sql
from psycopg.types.json import Jsonb

# PostgreSQL, COPY, the text format: an empty value, and signs that may not stand in a value as they are.
EMPTY = r"\N"
MARKED = str.maketrans({"\\": r"\\", "\n": r"\n", "\r": r"\r", "\t": r"\t"})


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
    texts = [[str(one) for one in ids], *(_texts(one, rows, is_told=one.attname in told) for one in columns)]
    statement = sql.SQL("copy {} ({}) from stdin").format(
        sql.Identifier(model._meta.db_table),
        sql.SQL(", ").join(sql.Identifier(one.column) for one in [model._meta.pk, *columns]),
    )
    lines = "".join(f"{line}\n" for line in map("\t".join, zip(*texts, strict=True)))
    with connection.cursor() as cursor, connection.wrap_database_errors, cursor.copy(statement) as stream:
        stream.write(lines)
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
            "select string_agg(nextval(sequence)::text, ',') from "
            "(select pg_get_serial_sequence(%s, %s)::regclass offset 0) as found(sequence), generate_series(1, %s)",
            [model._meta.db_table, model._meta.pk.column, count],
        )
        return [int(one) for one in cursor.fetchone()[0].split(",")]


def _texts(column: Any, rows: Sequence[Mapping[str, Any]], *, is_told: bool) -> list[str]:
    """The values of a column as COPY reads them; one that no row names and whose default is fixed is written once."""
    name, told = column.attname, _teller(column)
    if not is_told and (not callable(column.default) or column.default in (dict, list)):
        value = column.get_default()
        return [EMPTY if value is None else told(value)] * len(rows)
    values = (row[name] if name in row else column.get_default() for row in rows)
    return [EMPTY if one is None else told(one) for one in values]


def _teller(column: Any) -> Callable[[Any], str]:
    """How a value of a column is written for COPY: signs that part rows and columns are marked by a backslash."""
    if isinstance(column, models.JSONField):
        return lambda value: json.dumps(value, ensure_ascii=False).translate(MARKED)
    if isinstance(column, models.CharField | models.TextField):
        return lambda value: str(value).translate(MARKED)
    if isinstance(column, models.DateField):
        return lambda value: value if isinstance(value, str) else value.isoformat()
    return str


def _kept(column: Any, value: Any) -> Any:
    return Jsonb(value) if isinstance(column, models.JSONField) and value is not None else value


def _type(column: Any) -> str:
    """The database type without its length: longer texts are refused by the column itself."""
    return str(column.rel_db_type(connection) if column.primary_key else column.db_type(connection)).partition("(")[0]
