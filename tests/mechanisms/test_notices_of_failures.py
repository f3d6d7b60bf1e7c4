"""Notices of what failed in the background: to the person whose work it was, and to administrators, once."""

from __future__ import annotations

import pytest
from django.db import connection
from procrastinate.contrib.django.models import ProcrastinateJob

from okno.access import commands as access
from okno.access.tests.cast import Cast
from okno.kit import jobs
from okno.kit.errors import Refused
from okno.kit.models.journal import Delivery, EventRow
from okno.kit.models.registry import JobRun
from okno.kit.notices import commands
from okno.kit.permissions import SYSTEM, Actor
from tests.mechanisms.test_notices import told

pytestmark = pytest.mark.django_db(transaction=True)


def test_long_work_that_failed_is_told_to_its_person(cast: Cast) -> None:
    job = JobRun.objects.create(work="x", label="Выгрузка", user_id=cast.anna.pk, state="failed", error="Файл занят.")
    commands.tell_work(actor=SYSTEM, job=job.pk)
    assert [(one.kind, one.url, "Файл занят" in one.text) for one in told(cast, "anna")] == [
        ("jobs.failed", f"/jobs/{job.pk}/", True)
    ]


def test_long_work_tells_of_its_failure_by_itself(cast: Cast) -> None:
    job = jobs.do_now(actor=cast.actor("anna"), key="once", work="refused", label="Выгрузка", args={})
    assert job.state == JobRun.State.FAILED
    assert ProcrastinateJob.objects.filter(args__name="failures.tell_work", args__args={"job": job.pk}).exists()


def test_what_the_program_could_not_do_is_told_to_administrators_once(cast: Cast) -> None:
    event = EventRow.objects.create(name="deals.DealMoved", payload={}, order_key="x")
    stopped = [
        Delivery.objects.create(event=event, handler=one, order_key="x", state="failed") for one in ("a.b", "a.c")
    ]
    for one in (*stopped, stopped[0]):
        commands.tell_delivery(actor=SYSTEM, delivery=one.pk)
    found = [one for one in told(cast, "director") if one.kind == "jobs.broken"]
    assert sorted(one.count for one in found) == [1, 2]
    assert told(cast, "stranger") == []


def test_failed_background_jobs_are_told_in_the_words_of_their_commands(cast: Cast) -> None:
    job = deferred("access.set_available")
    with connection.cursor() as cursor:
        cursor.execute("update procrastinate_jobs set status = 'failed' where id = %s", [job])
        # Tests of the worker, which cannot be rolled back, leave failures of their own.
        cursor.execute("delete from procrastinate_events")
        cursor.execute(
            "insert into procrastinate_events (job_id, type, at) values (%s, 'failed', now() - interval '1 minute')",
            [job],
        )
    assert [commands.tell_jobs(actor=SYSTEM), commands.tell_jobs(actor=SYSTEM)] == [1, 0]
    assert [str(access.set_available.label) in one.text for one in told(cast, "director")] == [True]


def deferred(name: str) -> int:
    jobs.defer_command(name, SYSTEM, {})
    found: int = ProcrastinateJob.objects.latest("id").pk
    return found


@jobs.work("refused")
def _refused(_progress: jobs.Progress, _actor: Actor) -> None:
    raise Refused("no", "Нельзя.")
