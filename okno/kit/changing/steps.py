"""The steps of a change of many rows: looked at first, carried out, and taken back, which is looked at first too."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from typing import Any

from django.utils.translation import gettext as _

from okno.kit import jobs, permissions
from okno.kit.changing import running, taking_back
from okno.kit.changing.asked import Asked, asked_of
from okno.kit.errors import Missing, Refused
from okno.kit.journal import undo
from okno.kit.models.journal import CommandRun
from okno.kit.models.registry import JobRun
from okno.kit.permissions import Actor

AT_ONCE = 100


def begun(actor: Actor, work: str, asked: Asked, *, key: str = "", **more: Any) -> JobRun:
    """
    Work on these rows: at once when they are few, otherwise in the worker.

    :param key: of the request, if it has one: see `begun_before`.
    """
    key = key or uuid.uuid4().hex
    args = {**asked.plain(), **more, "key": key}
    if len(asked.ids) <= AT_ONCE:
        return jobs.do_now(actor=actor, key=key, work=work, label=asked.label, args=args)
    job: JobRun = jobs.start.once(key)(actor=actor, work=work, label=asked.label, args=args)
    return job


def begun_before(key: str, digest: str) -> JobRun | None:
    """
    The work that a request under this key has begun already: its rows may be others by now.

    :param digest: of what was asked, kept with the work as `digest`.
    :raises Refused: the key belongs to another request.
    """
    run = CommandRun.objects.filter(name=jobs.start.name, key=key).values_list("result", flat=True).first()
    job = JobRun.objects.filter(pk=run["id"]).first() if run else None
    if job is not None and job.args.get("digest") != digest:
        raise Refused("key_taken", _("This Idempotency-Key belongs to another request."))
    return job


def carried_out(actor: Actor, job: JobRun) -> JobRun:
    """Carry out what a preview has shown. :raises Missing: it is no preview of a change, or is under way."""
    _check_done(job, running.PREVIEW_WORK)
    return begun(actor, running.WORK, asked_of(job.args))


def rest_of(job: JobRun) -> Sequence[int]:
    """The rows that a change did not come to because it was broken off, all of a look at one; none when it ended."""
    is_broken = job.state in {JobRun.State.CANCELLED, JobRun.State.FAILED}
    if not is_broken or job.work not in {running.WORK, running.PREVIEW_WORK}:
        return ()
    gone = job.result.get("total", 0) if job.work == running.WORK else 0
    return asked_of(job.args).ids[gone:]


def gone_on(actor: Actor, job: JobRun) -> JobRun:
    """
    Look what the rest of a change that was broken off would do; a look that was broken off begins anew.

    :raises Missing: it was not broken off, or no row is left. :raises Denied: one may not change such rows any more.
    """
    rest = rest_of(job)
    if not rest:
        raise Missing("not_found", _("There is no such page."))
    asked = asked_of(job.args)
    permissions.check_may(actor, asked.command)
    return begun(actor, running.PREVIEW_WORK, replace(asked, ids=rest))


def looked_back(actor: Actor, job: JobRun) -> JobRun:
    """
    Look what taking a change back would restore and keep.

    :raises Missing: there is nothing to take back. :raises Denied: one may take nothing back.
    """
    permissions.check_may(actor, undo.name)
    if job.work != running.WORK or not job.result.get("cause"):
        raise Missing("not_found", _("There is nothing to take back."))
    told = {"job": job.pk, "cause": job.result["cause"]}
    label = _("Taking back: %(what)s") % {"what": job.label}
    return begun(actor, taking_back.PREVIEW_WORK, replace(asked_of(job.args), label=label), **told)


def taken_back(
    actor: Actor, job: JobRun, *, shown: Collection[str], fields: Iterable[str], leave: Iterable[int] = ()
) -> JobRun:
    """
    Take back what the preview has shown.

    :param shown: fields that can be left out of it. :param fields: those of them that are taken back.
    :param leave: rows that stay as they are.
    :raises Missing: it is no such preview. :raises Refused: no field is left to take back.
    """
    permissions.check_may(actor, undo.name)
    _check_done(job, taking_back.PREVIEW_WORK)
    wanted = set(shown) & set(fields)
    if shown and not wanted:
        raise Refused("changing.nothing", _("Choose what to take back."))
    told = {name: job.args[name] for name in ("job", "cause")}
    told["leave"] = sorted(leave)
    told["fields"] = sorted(wanted) if wanted != set(shown) else []
    return begun(actor, taking_back.WORK, asked_of(job.args), **told)


def _check_done(job: JobRun, work: str) -> None:
    if job.work != work or job.state != JobRun.State.DONE:
        raise Missing("not_found", _("There is no such page."))
