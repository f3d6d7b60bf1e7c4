"""Files that long work leaves for whoever started it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, BinaryIO

from django.db import transaction
from django.utils.translation import gettext as _

from okno.kit import files, permissions
from okno.kit.commands import opened
from okno.kit.errors import Missing
from okno.kit.models.registry import JobRun
from okno.kit.permissions import Actor
from okno.kit.registry import Record, registry

LIMIT = 2 << 30


def keep(path: Path, name: str) -> dict[str, Any]:
    """Keep a file that a job has written; what to put into the result of the job."""
    with path.open("rb") as stream:
        stored = files.store(stream, name, LIMIT)
    return {"name": stored.name, "sha256": stored.sha256, "size": stored.size, "mime": stored.mime}


def file_of(actor: Actor, job_id: int) -> tuple[BinaryIO, dict[str, Any]]:
    """
    The file of one's own job, open for reading.

    :raises Missing: there is none, or the job is not one's own.
    :raises Denied: the right that the file was made by has been taken away since.
    """
    result = own_job(actor, job_id).result
    file = result.get("file")
    if not file:
        raise Missing("not_found", _("There is no such file any more."))
    if result.get("right"):
        permissions.check_may(actor, result["right"])
    return files.open_stored(file["sha256"]), file


def note_taken_out(actor: Actor, record: Record, told: Mapping[str, Any], *, rows: int) -> None:
    """
    Note who took rows of a record away in a file: as a run named by the right to export, and in the log of readings.

    :param told: what the file holds, plain values.
    """
    args = {"record": record.name, "rows": rows, **told}
    with transaction.atomic(), opened(f"{record.area}.export", actor, args, ""):
        pass
    if registry.note_reading is not None:
        registry.note_reading(actor, record, (), "export", rows=rows)


def own_job(actor: Actor, job_id: int) -> JobRun:
    """One's own job. :raises Missing: it is not there or not one's own."""
    found = JobRun.objects.filter(pk=job_id, user_id=actor.user_id).first()
    if found is None or actor.user_id is None:
        raise Missing("not_found", _("Not found, or out of your reach."))
    return found


def own_jobs(actor: Actor) -> list[JobRun]:
    """One's own latest jobs, newest first."""
    return list(JobRun.objects.filter(user_id=actor.user_id).order_by("-id")[:50])
