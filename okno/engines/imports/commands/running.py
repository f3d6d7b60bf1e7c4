"""The dry run and the run: long work that goes on from its checkpoint, whoever ended its worker."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from itertools import islice
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from okno.engines.imports import queries, rules
from okno.engines.imports.commands import batches
from okno.engines.imports.commands.errors import kept_errors
from okno.engines.imports.models import Import, ImportRow, Seen
from okno.engines.imports.queries.planned import Planner
from okno.kit import jobs, live
from okno.kit.commands import caused_by, command, current, moment, silently
from okno.kit.errors import Missing, Told
from okno.kit.jobs import Cancelled, Progress, work
from okno.kit.models.registry import JobRun
from okno.kit.permissions import Actor
from okno.kit.registry import registry

State = Import.State
CHECK_WORK, RUN_WORK = "imports.check", "imports.run"
WORKS = (CHECK_WORK, RUN_WORK)
ROWS_IN_BATCH = 1_000


@command("imports.start_check", label=gettext_lazy("Check the file"))
def start_check(*, actor: Actor, row: Import) -> Import:
    """
    Start the dry run in the worker: what would become of each row, nothing is written.

    :raises Refused: it is under way or over, or a needed field gets no value.
    """
    _check_ready(actor, row, is_dry=True)
    ImportRow.objects.filter(of=row, is_dry=True).delete()
    Seen.objects.filter(of=row, is_dry=True).delete()
    row.checked, row.unknown, row.state, row.error = {}, {}, State.CHECKING, ""
    return _started(actor, row, CHECK_WORK, _("Check: %(what)s") % {"what": row.name})


@command("imports.start_run", label=gettext_lazy("Import"))
def start_run(*, actor: Actor, row: Import) -> Import:
    """
    Start, or go on with, the run in the worker.

    :raises Refused: it is under way or over, or a needed field gets no value.
    """
    _check_ready(actor, row, is_dry=False)
    run = current()
    row.cause = row.cause or (run.id if run else None)
    row.state, row.error = State.RUNNING, ""
    return _started(actor, row, RUN_WORK, _("Import: %(what)s") % {"what": row.name})


def _check_ready(actor: Actor, row: Import, *, is_dry: bool) -> None:
    rules.check_may_import(actor, row.record)
    if row.state in rules.BUSY and is_job_lost(row):
        row.state = State.STOPPED if row.done else State.SETUP
    targets = queries.targets_of(actor, queries.importing_of(row.record))
    rules.check_can_run(row, targets, is_dry=is_dry)


def _started(actor: Actor, row: Import, work_name: str, label: str) -> Import:
    job = jobs.start(actor=actor, work=work_name, label=label[:200], args={"import_id": row.pk})
    row.job = job.pk
    row.save(update_fields=["state", "error", "job", "cause", "checked", "unknown"])
    return row


@command("imports.finish", label=gettext_lazy("End an import"))
def finish(
    *, actor: Actor, row: Import, state: str, error: str = "", errors_file: dict[str, Any] | None = None
) -> Import:
    """Note how an import, or its dry run, has ended."""
    row.state, row.error = state, error
    row.errors_file = errors_file or {}
    row.finished_at = moment()
    if state == State.CHECKED:
        row.total = row.checked.get("rows", 0)
    row.save(update_fields=["state", "error", "errors_file", "finished_at", "total"])
    if state in {State.DONE, State.STOPPED}:
        live.tell_topic(row.record)
    return row


@work(CHECK_WORK)
def check(progress: Progress, actor: Actor, *, import_id: int) -> dict[str, Any]:
    """Plan the rows of a file batch after batch; the result is on the page of the import."""
    row = _row(actor, import_id)
    ended = _worked(progress, actor, row, is_dry=True)
    return _result(ended)


@work(RUN_WORK)
def run(progress: Progress, actor: Actor, *, import_id: int) -> dict[str, Any]:
    """Write the rows of a file batch after batch, from the checkpoint on."""
    row = _row(actor, import_id)
    with caused_by(row.cause), nullcontext() if row.is_loud else silently():
        ended = _worked(progress, actor, row, is_dry=False)
    return _result(ended)


def run_now(actor: Actor, row: Import, *, is_dry: bool = False) -> Import:
    """Check or run an import at once, in this process: for the terminal and for tests."""
    begin = start_check if is_dry else start_run
    started = begin(actor=actor, row=row)
    jobs.do_work(job_id=started.job or 0)
    row.refresh_from_db()
    return row


def _result(row: Import) -> dict[str, Any]:
    return {"page": f"/imports/{row.pk}/", "import": row.pk}


def _row(actor: Actor, import_id: int) -> Import:
    found = queries.import_for_page(actor, import_id)
    if found is None:
        raise Missing("not_found", _("Not found, or out of your reach."))
    return found


def _worked(progress: Progress, actor: Actor, row: Import, *, is_dry: bool) -> Import:
    """Go through the file; whatever ends it, the import says so."""
    try:
        with _program_left_alone():
            _batch_after_batch(progress, actor, row, is_dry=is_dry)
    except Cancelled:
        _end(actor, row, State.SETUP if is_dry else State.STOPPED)
        raise
    except Told as refusal:
        _end(actor, row, State.FAILED, error=refusal.message)
        raise
    return _end(actor, row, State.CHECKED if is_dry else State.DONE)


def _end(actor: Actor, row: Import, state: str, *, error: str = "") -> Import:
    row.refresh_from_db()
    file = kept_errors(row) if state in {State.DONE, State.STOPPED} and row.refused else {}
    return finish(actor=actor, row=row, state=state, error=error, errors_file=file)


def _batch_after_batch(progress: Progress, actor: Actor, row: Import, *, is_dry: bool) -> None:
    planner = Planner(actor, row, queries.importing_of(row.record), is_dry=is_dry)
    done = int(row.checked.get("rows", 0)) if is_dry else row.done
    take = batches.check_batch if is_dry else batches.take_batch
    progress.tell(done, row.total)
    with queries.opened(row.sha256) as path:
        if not is_dry and not done and not row.checked:
            # Nothing of a file is written that breaks off in the middle: a dry run would have read it through.
            row.total = sum(1 for _line in queries.lines_of(path, row))
        for lines in _parted(queries.lines_of(path, row, skip=done)):
            done = take(actor=actor, row=row, work=batches.Work(planner, lines), done=done)
            progress.tell(done, row.total)


@contextmanager
def _program_left_alone() -> Iterator[None]:
    """Garbage is looked for among what the import makes, not in the whole program: that took a quarter of its time."""
    gc.collect()
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()


def _parted(lines: Iterator[tuple[int, list[Any]]]) -> Iterator[list[tuple[int, list[Any]]]]:
    while found := list(islice(lines, ROWS_IN_BATCH)):
        yield found


def is_job_lost(row: Import) -> bool:
    """Whether the job of an import under way has ended without telling it: it failed past all repairs."""
    ended = (JobRun.State.FAILED, JobRun.State.CANCELLED, JobRun.State.DONE)
    return JobRun.objects.filter(pk=row.job or 0, state__in=ended).exists()


__all__ = ["WORKS", "check", "finish", "is_job_lost", "registry", "run", "run_now", "start_check", "start_run"]
