"""The administrator's purge: tried first, run as a job, told row by row."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from django.db import transaction
from django.db.models import ProtectedError, RestrictedError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from okno.kit import jobs
from okno.kit.commands import command
from okno.kit.merging.references import references
from okno.kit.models.base import RecordModel
from okno.kit.models.registry import FieldLink
from okno.kit.permissions import Actor
from okno.kit.purging import reading
from okno.kit.registry import Record, registry

AT_ONCE = 200


@command("purging.purge", label=gettext_lazy("Delete what is marked"))
def purge(*, actor: Actor, record: str, ids: list[int]) -> list[int]:
    """
    Delete marked rows of a record for good, with their feeds, files and lines; there is no way back.

    Returns the ids of rows that went. What has come to be referred to, or was unmarked, stays.
    """
    known = registry.record(record)
    free = reading.plan([one.name for one in reading.purged()]).free.get(record, set())
    gone = []
    for row_id in sorted(set(ids) & free):
        try:
            with transaction.atomic():
                _delete(known, row_id)
        except (ProtectedError, RestrictedError):
            continue
        gone.append(row_id)
    return gone


@command("purging.start", label=gettext_lazy("Delete what is marked"))
def start(*, actor: Actor, records: list[str]) -> Any:
    """Start the purge of these records as a job with progress and a report."""
    return jobs.start(actor=actor, work="purging.run", label=_("Deletion of what is marked"), args={"records": records})


@jobs.work("purging.run")
def run(progress: jobs.Progress, actor: Actor, *, records: list[str]) -> dict[str, Any]:
    """Delete what nothing refers to, in rounds: what one row held may be free once it has gone."""
    total, done = reading.plan(records).count, 0
    went: dict[str, int] = defaultdict(int)
    is_moving = True
    while is_moving:
        is_moving = False
        for name, ids in reading.plan(records).free.items():
            for part in _parts(sorted(ids)):
                gone = len(purge(actor=actor, record=name, ids=part))
                went[name] += gone
                done += gone
                is_moving = is_moving or gone > 0
                progress.tell(done, total)
    left = reading.plan(records)
    told = ", ".join(f"{registry.record(name).plural} — {count}" for name, count in went.items() if count)
    text = _("Deleted: %(what)s.") % {"what": told} if told else _("Nothing could be deleted.")
    return {"text": f"{text} {_('Held by others: %(count)s.') % {'count': len(left.held)}}", "count": done}


def _delete(record: Record, row_id: int) -> None:
    """Delete a row and what only tells of it."""
    for one in references(record):
        if one.record_column and not issubclass(one.model, RecordModel):
            one.rows(record, row_id).delete()
    FieldLink.objects.filter(record=record.name, row_id=row_id).delete()
    record.model._base_manager.filter(pk=row_id, is_deleted=True).delete()


def _parts(ids: list[int]) -> list[list[int]]:
    return [ids[begin : begin + AT_ONCE] for begin in range(0, len(ids), AT_ONCE)]
