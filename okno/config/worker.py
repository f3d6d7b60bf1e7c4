"""The worker process: jobs, work by the clock, and the delivery of events."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import threading
import time
import traceback
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import psycopg
import structlog
from django.db import DatabaseError, OperationalError, connection
from procrastinate import JobContext
from procrastinate.contrib.django import DjangoApp, app, django_connector
from procrastinate.exceptions import ConnectorException
from procrastinate.jobs import DeleteJobCondition, Status

from okno.kit import events
from okno.kit.permissions import SYSTEM
from okno.kit.registry import Periodic, registry
from okno.kit.troubles import commands as troubles
from okno.kit.troubles.finding import SECONDS_WITHOUT_HEARTBEAT

log = structlog.get_logger()

JOBS_AT_ONCE = 4
# A timer is late by at most this much; new jobs are told by the database at once.
SECONDS_BETWEEN_LOOKS = 2
SECONDS_BETWEEN_RECOVERIES = 30
MOST_RECOVERIES = 5
SHORTEST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS, STABLE_SECONDS = 0.5, 60.0, 60.0
HOURS_TO_KEEP_FAILED_JOBS = 30 * 24


def run(*, alone: bool) -> None:
    """Work until told to stop; `alone` says that no other worker is there: what was begun is put back at once."""
    for work in registry.periodic:
        _schedule(work)
    stop = threading.Event()
    loops = {"delivery": _deliver, **registry.loops}
    for name, loop in loops.items():
        threading.Thread(target=keep, args=(name, loop, stop), daemon=True, name=name).start()
    code = 1
    try:
        asyncio.run(_serve(0 if alone else SECONDS_WITHOUT_HEARTBEAT))
        code = 0
    except ConnectorException:
        log.warning("the worker ends: the database went away", exc_info=True)
    stop.set()
    # A job or a delivery in the middle of its transaction is broken off and done again: waiting would hold up the stop.
    sys.stderr.flush()
    os._exit(code)


async def _serve(first_silence: float) -> None:
    """Do jobs until a signal comes. :raises ConnectorException: the database went away."""
    # Tasks keep pointing at Django's app: what they defer stays in their transaction. Only the loop uses this one.
    serving = DjangoApp(
        connector=django_connector.DjangoConnector().get_worker_connector(),
        worker_defaults={"task_middleware": [keep_reason]},
    )
    serving.tasks, serving.periodic_registry = app.tasks, app.periodic_registry
    async with serving.open_async():
        await recover(serving, silence=first_silence)
        recovering = asyncio.create_task(_recover_forever(serving))
        # Restarts are frequent enough for this; what failed for good is kept long enough to be looked at.
        await serving.job_manager.delete_old_jobs(
            nb_hours=HOURS_TO_KEEP_FAILED_JOBS, include_failed=True, include_cancelled=True, include_aborted=True
        )
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
        done, _pending = await asyncio.wait({worker, recovering}, return_when=asyncio.FIRST_COMPLETED)
        recovering.cancel()
        for task in done:
            if not task.cancelled():
                task.result()


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
            await asyncio.to_thread(_tell_stopped, job.id or 0, job.attempts)
        else:
            log.warning("job put back: its worker is gone", job=job.id, task=job.task_name, attempts=job.attempts)
            await serving.job_manager.retry_job(job, retry_at=datetime.now(UTC))
    return len(stalled)


def keep_reason(call_next: Callable[[], Any], context: JobContext, _worker: object) -> Any:
    """Do a job; keep why it failed for the page of troubles, and forget it once the job is done after all."""
    job = context.job.id or 0
    try:
        result = call_next()
    except Exception:
        _note(job, traceback.format_exc())
        raise
    if context.job.attempts:
        troubles.forget(actor=SYSTEM, job=job)
    return result


def _note(job: int, error: str) -> None:
    try:
        troubles.note(actor=SYSTEM, job=job, error=error)
    except DatabaseError:
        log.warning("the reason of a failed job was not kept", job=job, exc_info=True)


def _tell_stopped(job: int, times: int) -> None:
    """Runs in a thread of its own, and so has a connection of its own."""
    try:
        troubles.stop(actor=SYSTEM, job=job, times=times)
    finally:
        connection.close()


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
    events.deliver_forever(stop=stop)


def keep(name: str, loop: Callable[[threading.Event], None], stop: threading.Event) -> None:
    """Run a loop until told to stop; whatever ends it before is logged, and it begins again after a pause."""
    pause = SHORTEST_PAUSE_SECONDS
    while not stop.is_set():
        began = time.monotonic()
        try:
            loop(stop)
        except (OperationalError, psycopg.OperationalError) as error:
            log.warning("a loop of the worker waits for the database", loop=name, reason=str(error).strip())
        except Exception:
            log.exception("a loop of the worker ended and begins again", loop=name)
        finally:
            connection.close()
        pause = (
            SHORTEST_PAUSE_SECONDS
            if time.monotonic() - began > STABLE_SECONDS
            else min(pause * 2, LONGEST_PAUSE_SECONDS)
        )
        stop.wait(pause)
