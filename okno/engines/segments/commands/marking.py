"""Marks: changes that dynamic segments have to look at, written in the transaction of the change itself."""

from __future__ import annotations

from collections.abc import Collection

from django.db import connection

from okno.engines.segments.models import Membership, WatchedTable
from okno.kit.registry import Record

CHANNEL = "okno_segments"


def mark(run_id: int) -> None:
    """Mark the changes of a run in tables that dynamic segments look at, and wake whoever looks at marks."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            with marked as (
                insert into segments_mark (change_id, record)
                select change.id, '' from kit_change change
                join segments_watchedtable watched on watched.table_name = change.table_name
                where change.run_id >= %s returning 1
            )
            select pg_notify(%s, '') where exists (select 1 from marked)
            """,
            [run_id, CHANNEL],
        )


def mark_rows(record: Record, ids: Collection[int]) -> None:
    """Mark rows whose values beside them, like a class or a quality, are others now."""
    _mark(record.model._meta.db_table, record.name, ids)


def mark_members(record: str, ids: Collection[int]) -> None:
    """Mark rows that were put into a list or taken out of it; only segments that look at segments care."""
    _mark(Membership._meta.db_table, record, ids)


def watch(tables: Collection[str]) -> None:
    """Watch these tables from now on and no others; asked inside a command."""
    WatchedTable.objects.exclude(table_name__in=tables).delete()
    WatchedTable.objects.bulk_create([WatchedTable(table_name=one) for one in sorted(tables)], ignore_conflicts=True)


def _mark(table: str, record: str, ids: Collection[int]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            """
            with marked as (
                insert into segments_mark (record, row_id)
                select %s, one.id from unnest(%s::bigint[]) as one (id)
                where exists (select 1 from segments_watchedtable where table_name = %s) returning 1
            )
            select pg_notify(%s, '') where exists (select 1 from marked)
            """,
            [record, list(ids), table, CHANNEL],
        )
