"""Writes of documents: numbers, organisations and templates."""

from __future__ import annotations

import datetime as dt

from django.db import connection

from okno.areas.documents.models import Organisation
from okno.kit.commands import command
from okno.kit.permissions import Actor


@command("documents.next_number")
def next_number(*, actor: Actor, kind: str, on: dt.date, organisation: Organisation | None = None) -> str:
    """
    Take the next number of a kind of document in the year of the day: `prefix` of the organisation and the count
    within the year, e.g. «ОК-15». Numbers have no gaps while every taker's transaction is kept.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            """
            insert into documents_numbering (kind, organisation_id, year, last) values (%s, %s, %s, 1)
            on conflict (kind, organisation_id, year) do update set last = documents_numbering.last + 1
            returning last
            """,
            [kind, organisation.pk if organisation else None, on.year],
        )
        last = int(cursor.fetchone()[0])
    return f"{organisation.prefix}{last}" if organisation and organisation.prefix else str(last)
