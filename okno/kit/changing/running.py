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
from okno.kit.changing.asked import Asked, asked_of
from okno.kit.changing.edits import Worker
from okno.kit.changing.outcome import Outcome, Written, take_changes
from okno.kit.commands import Run, caused_by, opened, silently
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
    for ids in batches.pieces():
        outcome.add(batches.act(ids, ""))
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

    def __post_init__(self) -> None:
        self.record = registry.record(self.asked.record)
        self.worker = Worker(self.actor, self.record, self.asked.edits, timezone.now())

    def pieces(self) -> Sequence[Sequence[int]]:
        """The rows, some hundred at once."""
        ids = self.asked.ids
        return [ids[begin : begin + ROWS_AT_ONCE] for begin in range(0, len(ids), ROWS_AT_ONCE)]

    def act(self, ids: Sequence[int], key: str) -> dict[str, Any]:
        """Do a batch in one transaction; what it came to. Of a preview nothing is kept."""
        with transaction.atomic():
            told = self._act(ids, key)
            transaction.set_rollback(self.is_preview)
        return told

    def _act(self, ids: Sequence[int], key: str) -> dict[str, Any]:
        outcome = Outcome(total=len(ids))
        about = {"command": self.asked.command, "rows": len(ids)}
        hush = silently() if self.asked.is_silent else nullcontext()
        with hush, opened(history.BATCH, self.actor, about, key, is_preview=self.is_preview) as batch:
            rows, done = self._rows(ids), []
            for row_id in ids:
                reason = self._one(batch, rows.get(row_id), row_id)
                if reason:
                    outcome.refuse(row_id, reason)
                else:
                    done.append(row_id)
            take_changes(outcome, self.actor, self.record, _written(batch.id, done))
            outcome.outside.update(_outside(batch.named))
        told = outcome.plain()
        if not self.is_preview:
            # ast-grep-ignore: write-outside-commands the journal's own row of this batch
            CommandRun.objects.filter(pk=batch.id).update(result=told)
        return told

    def _rows(self, ids: Sequence[int]) -> Mapping[int, models.Model]:
        """The rows in reach, locked in the order of their ids: values are worked out from what stays as it is."""
        model = self.record.model
        manager: Any = model._default_manager
        right = permissions.permission_on(self.asked.command, model)
        rows = manager.visible_to(self.actor, right) if hasattr(model, "reach") else manager.all()
        return {row.pk: row for row in rows.filter(pk__in=list(ids)).order_by("pk").select_for_update(of=("self",))}

    def _one(self, batch: Run, row: models.Model | None, row_id: int) -> str:
        """Run the command for one row; why it was refused."""
        named, events = len(batch.named), len(batch.events)
        try:
            with transaction.atomic():
                self._give(row, row_id)
        except Told as refusal:
            del batch.named[named:], batch.events[events:]
            return refusal.message
        return ""

    def _give(self, row: models.Model | None, row_id: int) -> None:
        if row is None:
            raise Missing("not_found", _("Not found, or out of your reach."))
        given: dict[str, Any] = {**self.asked.given, self.asked.on: row_id}
        if self.asked.edits:
            given["values"] = self.worker.values_for(row)
        registry.commands[self.asked.command].run(self.actor, **given)


def _written(batch: int, rows: Sequence[int]) -> list[Written]:
    """Which runs came of which row: the batch calls one command for each, so its own runs stand in their order."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            with recursive family as (
                select id, id as root, depth from kit_commandrun where cause_id = %s and depth > 0
                union all
                select run.id, family.root, run.depth from kit_commandrun run join family on run.cause_id = family.id
                where run.depth > family.depth
            )
            select root, array_agg(id) from family group by root order by root
            """,
            [batch],
        )
        found = cursor.fetchall()
    return [Written(row_id, runs) for row_id, (_root, runs) in zip(rows, found, strict=True)]


def _outside(named: Sequence[str]) -> dict[str, int]:
    """What goes out of the database, by the name of the effect."""
    found: dict[str, int] = {}
    for one in named:
        name = one.partition(": ")[0]
        found[name] = found.get(name, 0) + 1
    return found
