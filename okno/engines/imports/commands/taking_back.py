"""Taking an import back: rows made are marked for deletion, changes are put back, what others changed stays."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from okno.engines.imports import queries, rules
from okno.engines.imports.models import Import, ImportRow
from okno.kit import jobs, live
from okno.kit.commands import command, moment, silently
from okno.kit.errors import Missing
from okno.kit.jobs import Progress, work
from okno.kit.journal_batches import restore
from okno.kit.journal_runs import families, ours
from okno.kit.models.journal import Change, CommandRun
from okno.kit.notices import commands as notices
from okno.kit.permissions import SYSTEM, Actor
from okno.kit.registry import registry

State = Import.State
WORK = "imports.take_back"
MOST_KEPT = 200


@command("imports.take_back", label=gettext_lazy("Take an import back"))
def take_back(*, actor: Actor, row: Import) -> Import:
    """
    Start taking back all that an import has written, the last batch first.

    :raises Refused: it has written nothing, is under way, or is older than thirty days.
    """
    rules.check_may_import(actor, row.record)
    rules.check_can_take_back(row, moment())
    label = _("Taking back: %(what)s") % {"what": row.name}
    job = jobs.start(actor=actor, work=WORK, label=label[:200], args={"import_id": row.pk})
    row.state, row.job = State.TAKING_BACK, job.pk
    row.save(update_fields=["state", "job"])
    return row


@command("imports.take_back_batch", label=gettext_lazy("Take rows of an import back"))
def take_back_batch(*, actor: Actor, row: Import, run_id: int) -> dict[str, Any]:
    """Take back one batch. Returns how many rows were restored, and those kept with reasons."""
    return _restored(actor, row, families([run_id]))


@command("imports.take_back_row", label=gettext_lazy("Take a row of an import back"))
def take_back_row(*, actor: Actor, row: Import, row_id: int) -> dict[str, Any]:
    """
    Take back all that an import did to one row of its record and to what belongs to it.

    :raises Refused: it is under way, or older than thirty days.
    :raises Missing: the import has not written such a row.
    """
    rules.check_may_import(actor, row.record)
    rules.check_can_take_back(row, moment())
    found = ImportRow.objects.filter(of=row, is_dry=False, row_id=row_id)
    if not found.exists():
        raise Missing("not_found", _("Not found, or out of your reach."))
    runs = families(batch_runs(row))
    if row.record in registry.imports:
        parts = {(table, one) for parts in found.values_list("parts", flat=True) for table, one in parts}
        done = _restored(actor, row, runs, only=parts)
    else:
        # Written by commands row by row: all that those of this row have changed.
        table = registry.record(row.record).model._meta.db_table
        own = Change.objects.filter(run_id__in=runs, table_name=table, row_id=row_id)
        done = _restored(actor, row, families(own.values_list("run_id", flat=True)))
    if done["restored"]:
        found.update(is_taken_back=True)
        _untell(row, [row_id])
    live.tell_topic(row.record)
    return done


def _restored(
    actor: Actor, row: Import, runs: Collection[int], *, only: Collection[tuple[str, int]] | None = None
) -> dict[str, Any]:
    is_ours = ours(row.cause, take_back_batch.name, take_back_row.name)
    with silently():
        done = restore(actor, runs, is_ours=is_ours, only=only)
    return {"restored": done.restored, "kept": [[one.table, one.row_id, one.reason] for one in done.kept]}


def _untell(row: Import, ids: list[int]) -> None:
    """People who were told of these rows hear no more of them, or that they went."""
    if row.cause:
        notices.take_back(actor=SYSTEM, record=row.record, batch=row.cause, ids=ids)


@work(WORK)
def work_back(progress: Progress, actor: Actor, *, import_id: int) -> dict[str, Any]:
    """Take an import back batch by batch; begun anew it finds nothing left to do."""
    row = queries.import_for_page(actor, import_id)
    if row is None:
        raise Missing("not_found", _("Not found, or out of your reach."))
    runs, restored, kept = batch_runs(row), 0, []
    for number, run_id in enumerate(runs):
        progress.tell(number, len(runs))
        done = take_back_batch(actor=actor, row=row, run_id=run_id)
        restored += done["restored"]
        kept += done["kept"]
    _mark(actor=actor, row=row, left=[row_id for _table, row_id, _reason in kept])
    refused = [{"id": row_id, "reason": reason} for _table, row_id, reason in kept]
    return {
        "done": restored,
        "refused": refused[:MOST_KEPT],
        "refused_count": len(refused),
        "page": f"/imports/{row.pk}/",
    }


@command("imports.mark_taken_back", told_as=gettext_lazy("Note that an import was taken back"))
def _mark(*, actor: Actor, row: Import, left: list[int]) -> None:
    """Note that an import was taken back, but for the rows that are `left` as they were."""
    row.state = State.TAKEN_BACK
    row.save(update_fields=["state"])
    rows = ImportRow.objects.filter(of=row, is_dry=False)
    rows.update(is_taken_back=True)
    written = rows.exclude(row_id=None).exclude(row_id__in=left).values_list("row_id", flat=True)
    _untell(row, [one for one in written.distinct() if one is not None])
    live.tell_topic(row.record)


def batch_runs(row: Import) -> list[int]:
    """Runs of the batches of an import, the last one first."""
    found = CommandRun.objects.filter(cause_id=row.cause, name="imports.take_batch", depth=0)
    return list(found.order_by("-id").values_list("pk", flat=True)) if row.cause else []
