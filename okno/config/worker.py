"""The worker process: jobs, work by the clock, and the delivery of events."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import threading
from datetime import UTC, datetime

import structlog
from django.db import Error, close_old_connections, connection
from procrastinate.contrib.django import DjangoApp, app, django_connector
from procrastinate.jobs import DeleteJobCondition, Status

from okno.kit import events
from okno.kit.registry import Periodic, registry

log = structlog.get_logger()

JOBS_AT_ONCE = 4
# A timer is late by at most this much; new jobs are told by the database at once.
SECONDS_BETWEEN_LOOKS = 2
SECONDS_WITHOUT_HEARTBEAT = 30
SECONDS_BETWEEN_RECOVERIES = 30
MOST_RECOVERIES = 5
HOURS_TO_KEEP_FAILED_JOBS = 30 * 24


def run(*, alone: bool) -> None:
    """Work until told to stop; `alone` says that no other worker is there: what was begun is put back at once."""
    for work in registry.periodic:
        _schedule(work)
    stop = threading.Event()
    delivery = threading.Thread(target=_deliver, args=(stop,), daemon=True, name="delivery")
    delivery.start()
    for name, loop in registry.loops.items():
        threading.Thread(target=loop, args=(stop,), daemon=True, name=name).start()
    try:
        asyncio.run(_serve(0 if alone else SECONDS_WITHOUT_HEARTBEAT))
    finally:
        stop.set()
    # A job or a delivery in the middle of its transaction is broken off and done again: waiting would hold up the stop.
    sys.stderr.flush()
    os._exit(0)


async def _serve(first_silence: float) -> None:
    # Tasks keep pointing at Django's app: what they defer stays in their transaction. Only the loop uses this one.
    serving = DjangoApp(connector=django_connector.DjangoConnector().get_worker_connector())
    serving.tasks, serving.periodic_registry = app.tasks, app.periodic_registry
    async with serving.open_async():
        await recover(serving, silence=first_silence)
        recovering = asyncio.create_task(_recover_forever(serving))
        # Restarts are frequent enough for this; what failed for good is kept long enough to be looked at.
        await serving.job_manager.delete_old_jobs(nb_hours=HOURS_TO_KEEP_FAILED_JOBS, include_failed=True)
        worker = asyncio.create_task(
            serving.run_worker_async(
                concurrency=JOBS_AT_ONCE,
                fetch_job_polling_interval=SECONDS_BETWEEN_LOOKS,
                delete_jobs=DeleteJobCondition.SUCCESSFUL,
                shutdown_graceful_timeout=1,
                install_signal_handlers=False,
            )
        )
        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(number, worker.cancel)
        await asyncio.wait({worker})
        recovering.cancel()


async def recover(serving: DjangoApp, *, silence: float) -> int:
    """
    Put back jobs whose worker died in the middle of them; one that did so five times has failed and waits for a person.

    Returns how many were put back. `silence` is in seconds.
    """
    stalled = list(await serving.job_manager.get_stalled_jobs(seconds_since_heartbeat=silence))
    for job in stalled:
        if job.attempts >= MOST_RECOVERIES:
            log.error("job stopped: it ended its worker again and again", job=job.id, task=job.task_name)
            await serving.job_manager.finish_job(job, Status.FAILED, delete_job=False)
        else:
            log.warning("job put back: its worker is gone", job=job.id, task=job.task_name, attempts=job.attempts)
            await serving.job_manager.retry_job(job, retry_at=datetime.now(UTC))
    return len(stalled)


async def _recover_forever(serving: DjangoApp) -> None:
    while True:
        await asyncio.sleep(SECONDS_BETWEEN_RECOVERIES)
        await recover(serving, silence=SECONDS_WITHOUT_HEARTBEAT)


def _schedule(work: Periodic) -> None:
    """Make a task of periodic work: one run at a time, and none is queued behind one that still waits."""

    @app.periodic(cron=work.cron, periodic_id=work.name, queueing_lock=f"every:{work.name}", lock=f"every:{work.name}")
    @app.task(name=f"every:{work.name}", pass_context=False)
    def task(timestamp: int) -> None:
        work.work()


def _deliver(stop: threading.Event) -> None:
    while not stop.is_set():
        try:
            events.deliver_forever(stop=stop)
        except Error:
            # The database went away: it is started again by the supervisor, meanwhile the events wait in it.
            log.warning("event delivery waits for the database", exc_info=True)
            connection.close()
            stop.wait(1)
        finally:
            close_old_connections()
