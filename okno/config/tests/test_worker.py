"""What becomes of jobs whose worker died in the middle of them."""

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from procrastinate.contrib.django import DjangoApp, django_connector

from okno.config.worker import MOST_RECOVERIES, keep, recover

pytestmark = pytest.mark.django_db(transaction=True)


def make_begun_job(*, attempts: int, silent_seconds: int) -> int:
    """A job that a worker began; the worker was last heard of so many seconds ago."""
    with connection.cursor() as cursor:
        cursor.execute(
            "insert into procrastinate_workers (last_heartbeat) values (now() - %s * interval '1 second') returning id",
            [silent_seconds],
        )
        worker = cursor.fetchone()[0]
        cursor.execute(
            "insert into procrastinate_jobs (queue_name, task_name, status, attempts, worker_id, args) "
            "values ('default', 'kit.do_work', 'doing', %s, %s, '{}') returning id",
            [attempts, worker],
        )
        job: int = cursor.fetchone()[0]
    return job


def run_recovery(silence: float) -> int:
    async def recovering() -> int:
        serving = DjangoApp(connector=django_connector.DjangoConnector().get_worker_connector())
        async with serving.open_async():
            return await recover(serving, silence=silence)

    # In a thread of its own: a browser test of the same run keeps a loop in this one.
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, recovering()).result()


def state_of(job: int) -> tuple[str, int]:
    with connection.cursor() as cursor:
        cursor.execute("select status, attempts from procrastinate_jobs where id = %s", [job])
        found: tuple[str, int] = cursor.fetchone()
        return found


def test_recover_puts_back_a_job_of_a_dead_worker() -> None:
    job = make_begun_job(attempts=0, silent_seconds=60)

    assert run_recovery(silence=30) == 1
    assert state_of(job) == ("todo", 1)


def test_recover_leaves_a_job_of_a_living_worker() -> None:
    job = make_begun_job(attempts=0, silent_seconds=5)

    assert run_recovery(silence=30) == 0
    assert state_of(job) == ("doing", 0)


def test_recover_stops_a_job_that_ended_its_worker_again_and_again() -> None:
    job = make_begun_job(attempts=MOST_RECOVERIES, silent_seconds=60)

    run_recovery(silence=30)

    assert state_of(job)[0] == "failed"


@pytest.mark.django_db
def test_keep_begins_a_loop_again_after_it_crashed() -> None:
    stop = threading.Event()
    begun: list[int] = []

    def loop(asked: threading.Event) -> None:
        begun.append(1)
        if len(begun) == 1:
            raise RuntimeError("the mail server said something odd")
        asked.set()

    keep("mailboxes", loop, stop)

    assert len(begun) == 2
