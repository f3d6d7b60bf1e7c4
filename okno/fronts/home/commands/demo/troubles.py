"""What the demo company shows of troubles: a job of last night that its administrator can begin once more."""

from __future__ import annotations

from django.db import connection

from okno.areas.clients import commands as clients
from okno.kit.jobs import run_command
from okno.kit.permissions import SYSTEM
from okno.kit.troubles import commands as troubles

REASON = "Пример неполадки: ночной поиск прервали на середине. Нажмите «Повторить», и он дойдёт до конца."


def fill() -> None:
    """Leave a search for duplicates in the queue as a worker does after its last try."""
    job = run_command.defer(name=clients.find_duplicates.name, user_id=None, args={})
    with connection.cursor() as cursor:
        cursor.execute("update procrastinate_jobs set status = 'failed', attempts = 5 where id = %s", [job])
    troubles.note(actor=SYSTEM, job=job, error=REASON)
