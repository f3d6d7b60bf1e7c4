"""The queue of jobs belongs to no model: tests with transactions of their own leave jobs in it."""

from __future__ import annotations

from django.db import connection


def empty_queue() -> None:
    """Forget all jobs."""
    with connection.cursor() as cursor:
        cursor.execute("delete from procrastinate_jobs")
