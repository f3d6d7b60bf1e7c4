"""Work that went wrong: kept with its reason, begun once more, or given up."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import connection
from django.db.models.functions import Now
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from okno.kit import events
from okno.kit.commands import command
from okno.kit.errors import Missing, Refused
from okno.kit.models.journal import Delivery
from okno.kit.models.registry import JobRun
from okno.kit.models.troubles import JobFailure
from okno.kit.permissions import SYSTEM, Actor
from okno.kit.registry import registry
from okno.kit.troubles import finding

LONGEST_ERROR, LONGEST_REASON = 8000, 500
PENDING = (Delivery.State.FAILED, Delivery.State.WAITING)
# A job that waits already under the same lock does the work of one that failed: the queue holds one of them.
# A worker that lives may have taken it up since it was looked at.
UNTOUCHED = """(status in ('failed', 'todo') or (status = 'doing' and not exists (
    select 1 from procrastinate_workers worker
    where worker.id = worker_id and last_heartbeat > now() - interval '30 seconds'
)))"""
ONCE_MORE = f"""
    with chosen as (
        select distinct on (coalesce(queueing_lock, id::text)) id from procrastinate_jobs job
        where id = any(%s) and status in ('failed', 'doing', 'todo') and (status = 'todo' or not exists (
            select 1 from procrastinate_jobs other
            where other.status = 'todo' and other.queueing_lock = job.queueing_lock))
        order by coalesce(queueing_lock, id::text), status = 'todo' desc, id desc
    )
    update procrastinate_jobs set status = 'todo', attempts = 0, scheduled_at = now(), abort_requested = false,
        worker_id = null
    from chosen where procrastinate_jobs.id = chosen.id and {UNTOUCHED}
    returning procrastinate_jobs.id
"""  # noqa: S608 - constants of this module
GIVEN_UP = f"""
    update procrastinate_jobs
    set status = (case status when 'todo' then 'cancelled' else 'aborted' end)::procrastinate_job_status
    where id = any(%s) and {UNTOUCHED} returning id
"""  # noqa: S608 - constants of this module
WORKS = "select (args ->> 'job_id')::bigint from procrastinate_jobs where id = any(%s) and task_name = %s"


@command("troubles.note", label=gettext_lazy("Note why a job failed"))
def note(*, actor: Actor, job: int, error: str) -> None:
    """Keep why a job of the queue went wrong, until it is done after all."""
    JobFailure.objects.update_or_create(job_id=job, defaults={"error": error[-LONGEST_ERROR:]})


@command("troubles.forget", label=gettext_lazy("Forget failures of jobs that are done"))
def forget(*, actor: Actor, job: int | None = None) -> None:
    """Forget why a job failed once it is done; without one, the failures of all jobs that are not in the queue."""
    if job is not None:
        JobFailure.objects.filter(job_id=job).delete()
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "delete from kit_jobfailure where not exists (select 1 from procrastinate_jobs job where job.id = job_id)"
        )


@command("troubles.stop", label=gettext_lazy("Stop a job that ends its worker"))
def stop(*, actor: Actor, job: int, times: int) -> None:
    """Say why a job is begun no more: its worker was gone each time. Long work that it did has failed with it."""
    error = _("It was begun %(times)s times, and each time its worker ended in the middle of it.") % {"times": times}
    JobFailure.objects.update_or_create(job_id=job, defaults={"error": error})
    _end_works([job], error)


@command("troubles.retry", label=gettext_lazy("Try once more what has failed"))
def retry(*, actor: Actor, kind: str, name: str, number: int | None = None) -> int:
    """
    Begin failed and stuck deliveries or jobs of a name once more, or the one that is named. Returns how many.

    :param kind: `delivery` or `job`.
    :raises Missing: there is no such thing, or it goes its way already.
    """
    found = _found(kind, name, number)
    if kind == finding.DELIVERY:
        waiting = {"state": Delivery.State.WAITING, "tries": 0, "error": "", "next_try_at": Now()}
        done = Delivery.objects.filter(pk__in=found, state__in=PENDING).update(**waiting)
        events.wake()
        return done
    begun = _asked(ONCE_MORE, [found])
    if not begun:
        raise Missing("troubles.waits", _("The same work waits in the queue already: it will be done anyway."))
    again = {"state": JobRun.State.WAITING, "error": "", "finished_at": None, "is_cancel_asked": False}
    JobRun.objects.filter(pk__in=_asked(WORKS, [begun, finding.DO_WORK])).update(**again)
    return len(begun)


@command("troubles.give_up", label=gettext_lazy("Give up what has failed"))
def give_up(*, actor: Actor, kind: str, name: str, reason: str, number: int | None = None) -> int:
    """
    Try failed and stuck deliveries or jobs of a name no more, or the one that is named. Returns how many.

    :param reason: why, for the journal.
    :raises Refused: no reason is given.
    :raises Missing: there is no such thing, or it goes its way already.
    """
    told = reason.strip()[:LONGEST_REASON]
    if not told:
        raise Refused("troubles.no_reason", _("Say why it is given up."), missing=["reason"])
    found = _found(kind, name, number)
    if kind == finding.DELIVERY:
        return Delivery.objects.filter(pk__in=found, state__in=PENDING).update(state=Delivery.State.GIVEN_UP)
    _end_works(found, _("Given up by the administrator: %(reason)s") % {"reason": told})
    ended = _asked(GIVEN_UP, [found])
    JobFailure.objects.filter(job_id__in=ended).delete()
    return len(ended)


def _found(kind: str, name: str, number: int | None) -> list[int]:
    found = finding.numbers(kind, name=name, number=number) if kind in finding.FOUND else []
    if not found:
        raise Missing("troubles.none", _("It is being done already, or is not there any more."))
    return found


def _end_works(jobs: Sequence[int], error: str) -> None:
    """Long work of these jobs has failed, and its page says why; whoever asked for it is told."""
    unended = (JobRun.State.WAITING, JobRun.State.DOING)
    works = JobRun.objects.filter(pk__in=_asked(WORKS, [list(jobs), finding.DO_WORK]), state__in=unended)
    for one in works:
        JobRun.objects.filter(pk=one.pk).update(state=JobRun.State.FAILED, error=error, finished_at=Now())
        registry.defer("failures.tell_work", SYSTEM, {"job": one.pk})


def _asked(statement: str, values: list[Any]) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return [int(row[0]) for row in cursor.fetchall() if row[0] is not None]
