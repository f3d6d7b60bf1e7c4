"""The preview and the run of a change of many rows: the same work by batches, of which a preview keeps nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from typing import Any

from django.db import connection, models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from okno.kit import permissions
from okno.kit.changing import ahead
from okno.kit.changing.ahead import Ready
from okno.kit.changing.asked import Asked, asked_of
from okno.kit.changing.edits import Worker
from okno.kit.changing.outcome import Outcome, changes_of, take_changes
from okno.kit.commands import Command, Run, caused_by, opened, silently
from okno.kit.errors import Missing, Told
from okno.kit.jobs import Progress, work
from okno.kit.models.journal import CommandRun
from okno.kit.permissions import Actor
from okno.kit.registry import Record, registry
from okno.kit.timeline import history

PREVIEW_WORK, WORK = "changing.preview", "changing.run"
ROWS_AT_ONCE = 200


@work(PREVIEW_WORK)
def preview(progress: Progress, actor: Actor, **args: Any) -> dict[str, Any]:
    """What the change would do to each row, found by doing it and taking it back at the end of each batch."""
    asked, outcome = asked_of(args), Outcome()
    batches = Batches(asked, actor, is_preview=True)
    progress.keep({"record": asked.record, **outcome.plain()})
    progress.tell(0, len(asked.ids))
    for ids in batches.pieces():
        outcome.add(batches.act(ids, ""))
        progress.keep({"record": asked.record, **outcome.plain()})
        progress.tell(outcome.total, len(asked.ids))
    return {"record": asked.record, **outcome.plain()}


@work(WORK)
def run(progress: Progress, actor: Actor, **args: Any) -> dict[str, Any]:
    """
    Carry the change out, some hundred rows in a transaction, a refused row not stopping the rest.

    Begun anew after its worker was gone, it goes on with the batch that was not kept. Whatever ends it, the report
    tells what was done until then and the cause by which that is taken back.
    """
    asked, outcome, key = asked_of(args), Outcome(), str(args["key"])
    cause = history.run_of_key("jobs.start", key)
    batches = Batches(asked, actor, is_preview=False)
    kept = kept_batches(key)
    progress.keep({"record": asked.record, **outcome.plain(), "cause": None})
    progress.tell(0, len(asked.ids))
    with caused_by(cause):
        for number, ids in enumerate(batches.pieces()):
            name = f"{key}:{number}"
            outcome.add(kept[name] if name in kept else batches.act(ids, name))
            progress.keep({"record": asked.record, **outcome.plain(), "cause": cause if outcome.done else None})
            progress.tell(outcome.total, len(asked.ids))
    return progress.kept


def kept_batches(key: str) -> dict[str, Any]:
    """What batches of this change came to, by their keys: those that were kept before the worker was gone."""
    found = CommandRun.objects.filter(name=history.BATCH, key__startswith=f"{key}:", result__isnull=False)
    return {str(name): result for name, result in found.values_list("key", "result")}


@dataclass
class Batches:
    """One change, batch by batch, for one actor; a key makes a batch that is repeated find itself kept already."""

    asked: Asked
    actor: Actor
    is_preview: bool
    record: Record = field(init=False)
    worker: Worker = field(init=False)
    command: Command[Any, Any] = field(init=False)
    beside: set[str] = field(init=False, default_factory=set)
    noted: dict[str, set[Any]] = field(init=False, default_factory=dict)
    is_careful: bool = field(init=False, default=False)

    def __post_init__(self) -> None:
        self.record = registry.record(self.asked.record)
        self.worker = Worker(self.actor, self.record, self.asked.edits, timezone.now())
        self.command = registry.commands[self.asked.command]

    def pieces(self) -> Sequence[Sequence[int]]:
        """The rows, some hundred at once."""
        ids = self.asked.ids
        return [ids[begin : begin + ROWS_AT_ONCE] for begin in range(0, len(ids), ROWS_AT_ONCE)]

    def act(self, ids: Sequence[int], key: str) -> dict[str, Any]:
        """Do a batch in one transaction; what it came to. Of a preview nothing is kept."""
        told = self._tried(ids, key)
        if told is None:
            # Its commands look at what the others change: from here on each reads its row itself.
            self.is_careful = True
            told = self._tried(ids, key)
        return told or {}

    def _tried(self, ids: Sequence[int], key: str) -> dict[str, Any] | None:
        with transaction.atomic():
            told = self._act(ids, key)
            transaction.set_rollback(self.is_preview or told is None)
        return told

    def _act(self, ids: Sequence[int], key: str) -> dict[str, Any] | None:
        outcome = Outcome(total=len(ids))
        about = {"command": self.asked.command, "rows": len(ids)}
        hush = silently() if self.asked.is_silent else nullcontext()
        with hush, opened(history.BATCH, self.actor, about, key, is_preview=self.is_preview) as batch:
            batch.noted = {name: set(known) for name, known in self.noted.items()}
            shared = None if self.is_careful else ahead.Shared()
            row_of = self._each(batch, ids, outcome, shared)
            changes = changes_of(row_of)
            if shared is not None:
                beside = ahead.tables_beside(self.record.model, self.beside) | ahead.tables_of(shared)
                if ahead.is_entangled(changes, row_of, self.record.model, beside):
                    return None
            take_changes(outcome, self.actor, self.record, changes, row_of)
            outcome.outside.update(_outside(batch.named))
        self.noted = batch.noted
        told = outcome.plain()
        if not self.is_preview:
            # ast-grep-ignore: write-outside-commands the journal's own row of this batch
            CommandRun.objects.filter(pk=batch.id).update(result=told)
        return told

    def _each(self, batch: Run, ids: Sequence[int], outcome: Outcome, shared: ahead.Shared | None) -> dict[int, int]:
        """Run the command for each row; the row by the runs that came of it."""
        rows, ready = self._rows(ids), list[Ready]()
        for row_id in ids:
            try:
                ready.append(self._ready(rows.get(row_id), row_id))
            except Told as refusal:
                outcome.refuse(row_id, refusal.message)
        refused = set()
        with ahead.runs_opened(batch, self.command.name, ready):
            for one in ready:
                if reason := self._one(batch, one, shared):
                    outcome.refuse(one.row_id, reason)
                    refused.add(one.run_id)
        ahead.drop_runs(refused)
        self.beside |= ahead.looked_at(one.row for one in ready)
        return _row_of(batch.id, {one.run_id: one.row_id for one in ready})

    def _rows(self, ids: Sequence[int]) -> Mapping[int, models.Model]:
        """The rows in reach, locked in the order of their ids: values are worked out from what stays as it is."""
        model = self.record.model
        manager: Any = model._default_manager
        right = permissions.permission_on(self.asked.command, model)
        rows = manager.visible_to(self.actor, right) if hasattr(model, "reach") else manager.all()
        found = list(rows.filter(pk__in=list(ids)).order_by("pk").select_for_update(of=("self",)))
        if not self.is_careful:
            ahead.read_beside(found, self.beside)
        return {row.pk: row for row in found}

    def _ready(self, row: models.Model | None, row_id: int) -> Ready:
        """The row with what its command takes. :raises Told: it is out of reach, or a value cannot be told."""
        permissions.check_may(self.actor, self.command.name)
        if row is None:
            raise Missing("not_found", _("Not found, or out of your reach."))
        raw: dict[str, Any] = {**self.asked.given, self.asked.on: row_id}
        if self.asked.edits:
            raw["values"] = self.worker.values_for(row)
        given = self.command.read(raw)
        return Ready(row_id, row, given, self.command.told(given))

    def _one(self, batch: Run, one: Ready, shared: ahead.Shared | None) -> str:
        """Run the command for one row; why it was refused."""
        named, events = len(batch.named), len(batch.events)
        ahead.goes_next(batch, one, shared)
        try:
            # The command's own savepoint takes back what it wrote.
            self.command(actor=self.actor, **one.given)
        except Told as refusal:
            del batch.named[named:], batch.events[events:]
            return refusal.message
        return ""


def _row_of(batch: int, roots: Mapping[int, int]) -> dict[int, int]:
    """For which row each run was that the batch, or a command of it, has called."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            with recursive family as (
                select id, id as root, depth from kit_commandrun where cause_id = %s and depth > 0
                union all
                select run.id, family.root, run.depth from kit_commandrun run join family on run.cause_id = family.id
                where run.depth > family.depth
            )
            select id, root from family
            """,
            [batch],
        )
        return {run: roots[root] for run, root in cursor.fetchall()}


def _outside(named: Sequence[str]) -> dict[str, int]:
    """What goes out of the database, by the name of the effect."""
    found: dict[str, int] = {}
    for one in named:
        name = one.partition(": ")[0]
        found[name] = found.get(name, 0) + 1
    return found
