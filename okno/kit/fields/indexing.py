"""Indexes of custom fields: expressions over `extra` that filters, orders, search and uniqueness are served by."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from typing import Any

from django.db import DatabaseError, connection, transaction
from django.db.models import QuerySet
from django.db.models.expressions import Expression
from django.utils.translation import gettext as _
from psycopg import sql as text
from psycopg.errors import DeadlockDetected, UniqueViolation

from okno.kit.conditions import sql
from okno.kit.conditions.operators import Family, family_of
from okno.kit.conditions.places import Place
from okno.kit.fields.reading import SEARCHED, field_of
from okno.kit.models.registry import FieldDef
from okno.kit.registry import registry
from okno.kit.rows import expressions
from okno.kit.search import Trigrams

SECONDS_BETWEEN_TRIES = 0.5
TRIES = 5


@dataclass(frozen=True)
class FieldIndex:
    """An index as SQL text after its name."""

    name: str
    body: str
    is_unique: bool = False


def wanted(row: FieldDef) -> list[FieldIndex]:
    """The indexes that the flags of a field ask for; none of a retired field."""
    return [] if row.is_retired else list(_wanted(row))


def is_key(row: FieldDef) -> bool:
    """Whether a field links to one row: tables are joined by it as by a foreign key, so its index waits for no flag."""
    return family_of(field_of(row)) is Family.LINK and not field_of(row).many


def missing(row: FieldDef) -> list[str]:
    """Names of the indexes that a field asks for and has not got."""
    present = _present(row)
    return [one.name for one in wanted(row) if one.name not in present]


def build(row: FieldDef) -> str:
    """
    Drop indexes of a field that it needs no more and make those it lacks, without stopping writers.

    Returns why it could not be done, empty when all is well.
    """
    with alone():
        return _build(row)


def _build(row: FieldDef) -> str:
    indexes = {one.name: one for one in wanted(row)}
    present = _present(row)
    for name in present - set(indexes):
        _run(f'drop index {_concurrently()} if exists "{name}"')
    fresh = [indexes[name] for name in indexes if name not in present]
    for one in fresh:
        if problem := _make(one):
            return problem
    if fresh:
        # An index over an expression has statistics of its own, which only this collects.
        _run(f'analyze "{registry.record(row.record).model._meta.db_table}"')
    return ""


@contextmanager
def alone() -> Iterator[None]:
    """
    One at a time: two builders, or a builder and statistics of all tables, would wait for each other's snapshots for
    ever. So that a waiting one holds no snapshot either, it asks again and again.
    """
    with connection.cursor() as cursor:
        while not _has_lock(cursor):
            time.sleep(SECONDS_BETWEEN_TRIES)
        try:
            yield
        finally:
            cursor.execute("select pg_advisory_unlock(hashtext('kit.fields'))")


def _has_lock(cursor: Any) -> bool:
    cursor.execute("select pg_try_advisory_lock(hashtext('kit.fields'))")
    return bool(cursor.fetchone()[0])


def drop(row: FieldDef) -> None:
    """Drop all indexes of a field."""
    for name in _present(row):
        _run(f'drop index {_concurrently()} if exists "{name}"')


def _wanted(row: FieldDef) -> Iterator[FieldIndex]:
    record = registry.record(row.record)
    field = field_of(row)
    table, place = record.model._meta.db_table, Place(field.key, field, "extra")
    if is_key(row):
        kept = _sql(record.model._base_manager.all(), sql.column(place))
        yield FieldIndex(f"kit_field_link_{row.pk}", f'on "{table}" (({kept}))')
    elif row.is_sortable and not field.many:
        ordered = _sql(record.model._base_manager.all(), expressions.own_order(field))
        # Empty values come last both ways, so that neither order is the other one read backwards.
        yield FieldIndex(f"kit_field_up_{row.pk}", f'on "{table}" (({ordered}), id)')
        yield FieldIndex(f"kit_field_down_{row.pk}", f'on "{table}" (({ordered}) desc nulls last, id desc)')
        if family_of(field) in {Family.TEXT, Family.PHONE}:
            compared = _sql(record.model._base_manager.all(), sql.comparable(place))
            yield FieldIndex(f"kit_field_like_{row.pk}", f'on "{table}" (({compared}) text_pattern_ops)')
    if row.is_sortable and field.many:
        stored = _sql(record.model._base_manager.all(), sql.stored(place))
        yield FieldIndex(f"kit_field_many_{row.pk}", f'on "{table}" using gin (({stored}) jsonb_path_ops)')
    if row.is_searchable and field.kind in SEARCHED:
        pieces = _sql(record.model._base_manager.all(), Trigrams(sql.raw(place)))
        yield FieldIndex(f"kit_field_words_{row.pk}", f'on "{table}" using gin (({pieces}))')
    if row.is_unique:
        compared = _sql(record.model._base_manager.all(), sql.comparable(place))
        body = f'on "{table}" (({compared})) where not is_deleted'
        yield FieldIndex(f"kit_field_unique_{row.pk}", body, is_unique=True)


def _make(index: FieldIndex) -> str:
    """Make an index; why not, when rows forbid it. Somebody's ANALYZE may block it: then it is tried again."""
    kind = "unique index" if index.is_unique else "index"
    for left in range(TRIES - 1, -1, -1):
        try:
            _run(f'create {kind} {_concurrently()} "{index.name}" {index.body}')
        except DatabaseError as error:
            is_taken, is_blocked = (isinstance(error.__cause__, one) for one in (UniqueViolation, DeadlockDetected))
            if not is_taken and not (is_blocked and left):
                raise
            # A build that failed leaves an invalid index behind.
            _run(f'drop index {_concurrently()} if exists "{index.name}"')
            if is_taken:
                return _("Some rows have equal values: make them differ, then try again.")
        else:
            break
    return ""


def _present(row: FieldDef) -> set[str]:
    """Valid indexes of a field; what a broken-off build has left is dropped."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select c.relname, i.indisvalid from pg_class c join pg_index i on i.indexrelid = c.oid "
            "where c.relname ~ %s",
            [f"^kit_field_[a-z]+_{row.pk}$"],
        )
        found = {str(name): bool(is_valid) for name, is_valid in cursor.fetchall()}
    for name in [name for name, is_valid in found.items() if not is_valid]:
        _run(f'drop index {_concurrently()} if exists "{name}"')
    return {name for name, is_valid in found.items() if is_valid}


def _run(statement: str) -> None:
    with _savepoint(), connection.cursor() as cursor:
        cursor.execute(text.SQL(statement))  # names and expressions are our own


def _savepoint() -> AbstractContextManager[Any]:
    return transaction.atomic() if connection.in_atomic_block else nullcontext()


def _concurrently() -> str:
    """Writers go on meanwhile, except inside a transaction, where PostgreSQL cannot do it."""
    return "" if connection.in_atomic_block else "concurrently"


def _sql(rows: QuerySet[Any], expression: Any) -> str:
    """An expression over a table's own columns as SQL text with its constants in it."""
    compiler = rows.query.get_compiler(connection=connection)
    resolved: Expression = expression.resolve_expression(rows.query)
    made, params = compiler.compile(resolved)
    with connection.cursor() as cursor:
        whole = str(cursor.cursor.mogrify(made, params)) if params else made
    table = rows.model._meta.db_table
    return whole.replace(f'"{table}".', "")
