"""Files that long work leaves for whoever started it."""

from __future__ import annotations

from pathlib import Path
from typing import Any, BinaryIO

from django.utils.translation import gettext as _

from okno.kit import files
from okno.kit.errors import Missing
from okno.kit.models.registry import JobRun
from okno.kit.permissions import Actor

LIMIT = 2 << 30


def keep(path: Path, name: str) -> dict[str, Any]:
    """Keep a file that a job has written; what to put into the result of the job."""
    with path.open("rb") as stream:
        stored = files.store(stream, name, LIMIT)
    return {"name": stored.name, "sha256": stored.sha256, "size": stored.size, "mime": stored.mime}


def file_of(actor: Actor, job_id: int) -> tuple[BinaryIO, dict[str, Any]]:
    """The file of one's own job, open for reading. :raises Missing: there is none, or the job is not one's own."""
    file = own_job(actor, job_id).result.get("file")
    if not file:
        raise Missing("not_found", _("There is no such file any more."))
    return files.open_stored(file["sha256"]), file


def own_job(actor: Actor, job_id: int) -> JobRun:
    """One's own job. :raises Missing: it is not there or not one's own."""
    found = JobRun.objects.filter(pk=job_id, user_id=actor.user_id).first()
    if found is None or actor.user_id is None:
        raise Missing("not_found", _("Not found, or out of your reach."))
    return found


def own_jobs(actor: Actor) -> list[JobRun]:
    """One's own latest jobs, newest first."""
    return list(JobRun.objects.filter(user_id=actor.user_id).order_by("-id")[:50])
