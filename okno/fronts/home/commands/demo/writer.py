"""
The mechanism of loading generated rows: instances with ids given beforehand go to the database by COPY.

History cannot be made by commands, which act now. The rows are written as commands would have left them, inside
`commands.unjournalled()`; after that sequences, statistics and numbering stand as if commands had done it all.
"""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import datetime
from random import Random
from typing import Any, TypeVar

from django.apps import apps
from django.db import connection, models
from psycopg import sql
from psycopg.types.json import Jsonb

from okno.areas.calendar.models import TaskTotal
from okno.areas.deals.models import DealExpectation, DealTotal
from okno.kit.fields import indexing
from okno.kit.models.base import RecordModel

Tell = Callable[[str, int, int], None]
M = TypeVar("M", bound=models.Model)
FOLDED = {DealTotal, DealExpectation, TaskTotal}


class Writer:
    """Gives ids, keeps new rows and writes them table by table."""

    def __init__(self, rng: Random, tell: Tell, at: datetime) -> None:
        self._rng, self._tell, self._at = rng, tell, at
        self._last: dict[type[models.Model], int] = {}
        self._rows: dict[type[models.Model], list[models.Model]] = defaultdict(list)

    def add(self, model: type[M], **values: Any) -> M:
        """Keep a new row; it has its id at once. The key of records comes from the seed, so that runs repeat."""
        row = model(pk=self._next(model), **values)
        if isinstance(row, RecordModel):
            row.uid = uuid.UUID(int=self._rng.getrandbits(128), version=4)
            row.created_at = row.updated_at = values.get("created_at", self._at)
        self._rows[model].append(row)
        return row

    def write(self, label: object) -> None:
        """Write all rows kept so far and forget them."""
        total, done = sum(len(rows) for rows in self._rows.values()), 0
        for model, rows in self._rows.items():
            for start in range(0, len(rows), 20_000):
                part = rows[start : start + 20_000]
                copy(model, part)
                done += len(part)
                self._tell(str(label), done, total)
            set_sequence(model)
        self._rows.clear()

    def _next(self, model: type[models.Model]) -> int:
        if model not in self._last:
            self._last[model] = model._default_manager.aggregate(last=models.Max("pk"))["last"] or 0
        self._last[model] += 1
        return self._last[model]


def copy(model: type[models.Model], rows: Iterable[models.Model]) -> None:
    """Write rows by COPY, which fires the same triggers as INSERT and is several times faster."""
    fields = [field for field in model._meta.concrete_fields if field.column]
    columns = sql.SQL(", ").join(sql.Identifier(str(field.column)) for field in fields)
    statement = sql.SQL("copy {} ({}) from stdin").format(sql.Identifier(model._meta.db_table), columns)
    names = [field.attname for field in fields]
    jsons = [place for place, field in enumerate(fields) if isinstance(field, models.JSONField)]
    with connection.cursor() as cursor, cursor.copy(statement) as stream:
        for row in rows:
            values = row.__dict__
            found = [values[name] for name in names]
            for place in jsons:
                found[place] = None if found[place] is None else Jsonb(found[place])
            stream.write_row(found)


def set_sequence(model: type[models.Model]) -> None:
    """Let the next id follow the largest one."""
    table = model._meta.db_table
    with connection.cursor() as cursor:
        last = sql.SQL("select setval(pg_get_serial_sequence(%s, 'id'), (select max(id) from {}))")
        cursor.execute(last.format(sql.Identifier(table)), [table])


def settle(tell: Tell, label: object) -> None:
    """Gather statistics, let index-only scans work, empty the pending lists of GIN indexes, and pack folded totals."""
    models = _own_models()
    with indexing.alone(), connection.cursor() as cursor:
        for number, model in enumerate(models, 1):
            cursor.execute(sql.SQL(_work(model)).format(sql.Identifier(model._meta.db_table)))
            tell(str(label), number, len(models))


def _work(model: type[models.Model]) -> str:
    # Inside a transaction, as in tests, nothing can be vacuumed.
    if connection.in_atomic_block:
        return "analyze {}"
    # A load writes a row of totals for nearly each row, and folding leaves one of thirty.
    return "vacuum (full, analyze) {}" if model in FOLDED else "vacuum (analyze) {}"


def _own_models() -> list[type[models.Model]]:
    return [model for model in apps.get_models() if model.__module__.startswith("okno.") and model._meta.managed]
