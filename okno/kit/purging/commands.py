"""Marks for deletion on rows of any record, and the administrator's purge: tried first, run as a job, told by row."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from django.db import transaction
from django.db.models import ProtectedError, RestrictedError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from okno.kit import jobs, live, permissions
from okno.kit.arguments import row_argument
from okno.kit.commands import Command, command, lending, row_ahead
from okno.kit.errors import Missing
from okno.kit.events import emit
from okno.kit.merging.references import references
from okno.kit.models.base import RecordModel
from okno.kit.models.registry import FieldLink
from okno.kit.permissions import Actor
from okno.kit.purging import reading
from okno.kit.purging.events import RowBroughtBack, RowMarked
from okno.kit.registry import Record, registry

AT_ONCE = 200


@command("purging.mark", label=gettext_lazy("Mark for deletion"))
def mark(*, actor: Actor, record: str, row_id: int) -> None:
    """
    Mark a row of any record for deletion: it leaves lists and searches, nothing is lost.

    :raises Missing: the record is not marked so, or the row is not there, marked already, or out of reach.
    :raises Denied: the actor has no right to mark rows of the record.
    :raises Refused: the area of the record keeps the row.
    """
    known, own = reading.markable(record), registry.marking.get(record)
    row = _locked(actor, known, row_id, is_marked=False)
    if own is not None:
        # The row was found by the right of this very command.
        with lending(row):
            _give(actor, own.mark, row)
    else:
        _set(row, is_marked=True)
    emit(RowMarked(record=record, row_id=row_id))
    live.tell_topic(record)


@command("purging.bring_back", label=gettext_lazy("Bring back"))
def bring_back(*, actor: Actor, record: str, row_id: int) -> None:
    """
    Take the mark for deletion off a row of any record.

    :raises Missing: the record is not marked so, or the row is not there, not marked, merged, or out of reach.
    :raises Denied: the actor has no right to mark rows of the record.
    """
    known, own = reading.markable(record), registry.marking.get(record)
    row = _locked(actor, known, row_id, is_marked=True)
    if own is not None and own.bring_back is not None:
        _give(actor, own.bring_back, row)
    else:
        _set(row, is_marked=False)
    emit(RowBroughtBack(record=record, row_id=row_id))
    live.tell_topic(record)


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


def _locked(actor: Actor, record: Record, row_id: int, *, is_marked: bool) -> RecordModel:
    """The row under lock, within the reach of the right to mark."""
    right = reading.right_to_mark(record)
    permissions.check_may(actor, right)
    found = _ahead(actor, record, row_id, right) or _asked(actor, record, row_id, right)
    if found is None or found.is_deleted != is_marked or (is_marked and reading.is_merged(record, row_id)):
        raise Missing("not_found", _("Not found, or out of your reach."))
    return found


def _ahead(actor: Actor, record: Record, row_id: int, right: str) -> RecordModel | None:
    """The row as a change of many rows has locked it, within the same reach."""
    row: Any = row_ahead(record.model, row_id)
    return row if row is not None and permissions.reaches(actor, row, right) else None


def _asked(actor: Actor, record: Record, row_id: int, right: str) -> RecordModel | None:
    manager: Any = record.model._default_manager
    rows = manager.visible_to(actor, right).filter(pk=row_id)
    found: RecordModel | None = rows.select_for_update(of=("self",)).first()
    return found


def _give(actor: Actor, own: Command[Any, Any], row: RecordModel) -> None:
    own(actor=actor, **{row_argument(own.parameters, type(row)): row})


def _set(row: RecordModel, *, is_marked: bool) -> None:
    row.is_deleted = is_marked
    row.save(update_fields=["is_deleted"])


def _delete(record: Record, row_id: int) -> None:
    """Delete a row and what only tells of it."""
    for one in references(record):
        if one.record_column and not issubclass(one.model, RecordModel):
            one.rows(record, row_id).delete()
    FieldLink.objects.filter(record=record.name, row_id=row_id).delete()
    record.model._base_manager.filter(pk=row_id, is_deleted=True).delete()


def _parts(ids: list[int]) -> list[list[int]]:
    return [ids[begin : begin + AT_ONCE] for begin in range(0, len(ids), AT_ONCE)]
