"""Jobs: commands that run later, work done by the clock, and long work with progress and cancel."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import structlog
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from okno.kit import live
from okno.kit.commands import asks_for, caused_by, command, current
from okno.kit.errors import Missing, Told
from okno.kit.models.registry import JobRun
from okno.kit.permissions import SYSTEM, Actor
from okno.kit.registry import registry

log = structlog.get_logger()

RETRY = RetryStrategy(max_attempts=5, exponential_wait=3)
SECONDS_BETWEEN_REPORTS = 0.5


def defer_command(name: str, actor: Actor, args: dict[str, Any], *, key: str = "", lock: str = "") -> None:
    """Have a command run by the worker once this transaction commits; in a preview it is only named."""
    if not asks_for(name):
        return
    run = current()
    deferred = run_command.configure(lock=lock or None)
    deferred.defer(name=name, user_id=actor.user_id, args=args, key=key, cause=run.id if run else None)


@app.task(name="kit.run_command", retry=RETRY)
def run_command(name: str, user_id: int | None, args: dict[str, Any], key: str = "", cause: int | None = None) -> None:
    """Run a deferred command as whoever deferred it. What a rule refuses is not tried again."""
    registry.forget_custom_fields()
    with caused_by(cause):
        try:
            registry.commands[name].run(actor_for(user_id), idempotency_key=key, **args)
        except Told as refusal:
            log.warning("deferred command refused", command=name, code=refusal.code, message=refusal.message)


registry.defer = defer_command


def actor_for(user_id: int | None) -> Actor:
    """The actor of a job: the person who started it, or the system."""
    if user_id is None or registry.actor_of_user is None:
        return SYSTEM
    actor: Actor = registry.actor_of_user(user_id)
    return actor


class Cancelled(Exception):  # noqa: N818 - not an error: the person asked for it
    """The person asked long work to stop."""


class Progress:
    """What long work tells while it runs."""

    def __init__(self, job: JobRun) -> None:
        self.job = job
        self.kept: dict[str, Any] = {}
        self._told_at = 0.0

    def keep(self, result: dict[str, Any]) -> None:
        """What is done so far: it stays the result when the work is cancelled or breaks off."""
        self.kept = result

    def tell(self, done: int, total: int | None = None) -> None:
        """Report how far the work is. :raises Cancelled: the person asked it to stop."""
        if time.monotonic() - self._told_at < SECONDS_BETWEEN_REPORTS:
            return
        self._told_at = time.monotonic()
        JobRun.objects.filter(pk=self.job.pk).update(done=done, **({} if total is None else {"total": total}))
        live.tell_users([self.job.user_id], "jobs", self.job.pk)
        if JobRun.objects.filter(pk=self.job.pk, is_cancel_asked=True).exists():
            raise Cancelled


def work(name: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Name a piece of long work: `function(progress, actor, **args) -> result` shown on the job's page."""

    def register(function: Callable[..., Any]) -> Callable[..., Any]:
        registry.works[name] = function
        return function

    return register


@command("jobs.start", told_as=gettext_lazy("Long work begun"))
def start(*, actor: Actor, work: str, label: str, args: dict[str, Any], is_here: bool = False) -> JobRun:
    """
    Start long work of this name in the worker; its page shows progress, cancel and the result.

    :param is_here: the caller does it itself.
    """
    job = JobRun.objects.create(work=work, label=label[:200], user_id=actor.user_id, args=args)
    if not is_here:
        do_work.defer(job_id=job.pk)
    return job


def start_once(*, actor: Actor, work: str, label: str, args: dict[str, Any]) -> int:
    """Start long work; one that waits already with the same arguments serves this too. The id of the job."""
    same = JobRun.objects.filter(work=work, args=args, user_id=actor.user_id, state=JobRun.State.WAITING)
    waits = same.first() or start(actor=actor, work=work, label=label, args=args)
    return int(waits.pk)


def do_now(*, actor: Actor, key: str, work: str, label: str, args: dict[str, Any]) -> JobRun:
    """Do work that takes less than a second in this very request; it has its page like long work."""
    job = start.once(key)(actor=actor, work=work, label=label, args=args, is_here=True)
    do_work(job.pk)
    job.refresh_from_db()
    return job


@command("jobs.cancel", label=gettext_lazy("Break off long work"))
def cancel(*, actor: Actor, job_id: int) -> None:
    """Ask one's own long work to stop at the next step. :raises Missing: it is not one's own."""
    if not JobRun.objects.filter(pk=job_id, user_id=actor.user_id).update(is_cancel_asked=True):
        raise Missing("not_found", _("Not found, or out of your reach."))


@app.task(name="kit.do_work")
def do_work(job_id: int) -> None:
    """Run long work; whatever happens, its row says how it ended."""
    registry.forget_custom_fields()
    job = JobRun.objects.get(pk=job_id)
    if job.state in {JobRun.State.DONE, JobRun.State.CANCELLED, JobRun.State.FAILED}:
        return
    _set(job, state=JobRun.State.DOING, started_at=timezone.now())
    progress = Progress(job)
    try:
        result = registry.works[job.work](progress, actor_for(job.user_id), **job.args)
        _end(job, JobRun.State.DONE, result or {})
    except Cancelled:
        _end(job, JobRun.State.CANCELLED, progress.kept)
    except Told as refusal:
        _end(job, JobRun.State.FAILED, progress.kept, refusal.message)
    except Exception:
        _end(job, JobRun.State.FAILED, progress.kept, _("An internal error; the log has the details."))
        raise


def _end(job: JobRun, state: str, result: dict[str, Any], error: str = "") -> None:
    _set(job, state=state, result=result, error=error, finished_at=timezone.now())
    if state == JobRun.State.FAILED:
        defer_command("failures.tell_work", SYSTEM, {"job": job.pk})


def _set(job: JobRun, **values: Any) -> None:
    with transaction.atomic():
        JobRun.objects.filter(pk=job.pk).update(**values)
        live.tell_users([job.user_id], "jobs", job.pk)
