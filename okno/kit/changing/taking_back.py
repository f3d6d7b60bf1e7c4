"""The way back of a change of many rows: whole, by row or by field; what others changed since is kept and listed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from okno.kit import events, journal, live, permissions
from okno.kit.changing.asked import Asked, asked_of, update_of
from okno.kit.changing.outcome import Outcome, count_changes
from okno.kit.commands import caused_by, opened, silently
from okno.kit.errors import Told
from okno.kit.jobs import Progress, work
from okno.kit.journal_batches import restore
from okno.kit.journal_runs import families, ours, rooted
from okno.kit.models.journal import Change, CommandRun, Delivery
from okno.kit.models.registry import JobRun
from okno.kit.notices import commands as notices
from okno.kit.permissions import SYSTEM, Actor
from okno.kit.registry import Record, registry
from okno.kit.rows import veils
from okno.kit.timeline import history

PREVIEW_WORK, WORK = "changing.preview_back", "changing.take_back"
ROWS_AT_ONCE = 200


@work(PREVIEW_WORK)
def preview(progress: Progress, actor: Actor, **args: Any) -> dict[str, Any]:
    """What would come back and what would be kept, found by doing it and taking it back at the end of each batch."""
    outcome = _by_batches(progress, actor, args, [], is_preview=True)
    return {"record": args["record"], **outcome.plain()}


@work(WORK)
def take_back(progress: Progress, actor: Actor, **args: Any) -> dict[str, Any]:
    """
    Take back what a change did, the last row first; robots stay silent.

    Begun anew after its worker was gone, it finds nothing left to do where it had been.
    """
    gone: list[int] = []
    with caused_by(history.run_of_key("jobs.start", str(args["key"]))):
        with silently():
            outcome = _by_batches(progress, actor, args, gone, is_preview=False)
        notices.take_back(actor=SYSTEM, record=args["record"], batch=args["cause"], ids=gone)
    live.tell_topic(args["record"])
    return {"record": args["record"], **outcome.plain()}


@dataclass(frozen=True)
class _Back:
    """
    What is to be taken back: of which change, which of its fields (all when none is named), for whom. `gone` are the
    rows of which all was.
    """

    actor: Actor
    asked: Asked
    record: Record
    cause: int
    fields: Sequence[str]
    gone: list[int] = field(default_factory=list)


def _by_batches(
    progress: Progress, actor: Actor, args: Mapping[str, Any], gone: list[int], *, is_preview: bool
) -> Outcome:
    asked = asked_of(JobRun.objects.values_list("args", flat=True).get(pk=args["job"], user_id=actor.user_id))
    permissions.check_may(actor, asked.command)
    back = _Back(actor, asked, registry.record(asked.record), args["cause"], args.get("fields") or (), gone)
    left = set(args.get("leave") or ())
    roots = [one for one in roots_of(back.cause, asked.on) if one[1] not in left]
    outcome = Outcome()
    for begin in range(0, len(roots), ROWS_AT_ONCE):
        outcome.add(_some(back, roots[begin : begin + ROWS_AT_ONCE], is_preview=is_preview))
        progress.keep({"record": asked.record, **outcome.plain()})
        progress.tell(outcome.total, len(roots))
    return outcome


def _some(back: _Back, roots: Sequence[tuple[int, int]], *, is_preview: bool) -> dict[str, Any]:
    """Take back what was done to some rows, in one transaction."""
    with transaction.atomic():
        told = _act(back, roots, is_preview=is_preview)
        transaction.set_rollback(is_preview)
    return told


def _act(back: _Back, roots: Sequence[tuple[int, int]], *, is_preview: bool) -> dict[str, Any]:
    outcome = Outcome(total=len(roots))
    about = {"cause": back.cause, "rows": len(roots)}
    with opened(history.TAKEN_BACK, back.actor, about, "", is_preview=is_preview) as run:
        if back.fields:
            _by_command(back, dict(roots), outcome)
        else:
            _by_journal(back, dict(roots), outcome)
        count_changes(outcome, back.actor, back.record, families([run.id]), _written_for(dict(roots)))
    return outcome.plain()


def _written_for(roots: Mapping[int, int]) -> dict[tuple[str, int], int]:
    """For which row each change was made, by the table and the id of what was written."""
    runs = rooted(roots)
    told = Change.objects.filter(run_id__in=runs).values_list("table_name", "row_id", "run_id")
    return {(table, row_id): roots[runs[run]] for table, row_id, run in told}


def _by_journal(back: _Back, roots: Mapping[int, int], outcome: Outcome) -> None:
    """Restore all that was written to these rows and because of them; what nobody has got yet is not delivered."""
    runs = families(roots)
    undelivered = events.hold(runs)
    done = restore(back.actor, runs, is_ours=ours(back.cause, history.TAKEN_BACK), by_piece=bool(back.asked.edits))
    kept = set()
    for one in done.kept:
        if one.table == back.record.model._meta.db_table:
            kept.add(one.row_id)
            outcome.refuse(one.row_id, one.reason)
        else:
            outcome.refuse(0, f"{_title_of(one.table)}: {one.reason}")
    gone = families([run for run, row_id in roots.items() if row_id not in kept])
    dropped = Delivery.objects.filter(pk__in=undelivered, event__run_id__in=gone)
    events.drop(list(dropped.values_list("pk", flat=True)))
    journal.mark_entries(gone, is_undone=True)
    back.gone.extend(row_id for row_id in roots.values() if row_id not in kept)


def _by_command(back: _Back, roots: Mapping[int, int], outcome: Outcome) -> None:
    """Give some fields their former values by the command of the record, which knows what depends on them."""
    command, on = update_of(back.record)
    was = _former(back, roots)
    manager: Any = back.record.model._default_manager
    locked = manager.filter(pk__in=list(was)).order_by("pk").select_for_update(of=("self",))
    present = {one.pk: one for one in locked}
    for row_id in sorted(was):
        values, moved = _still(back.record, present.get(row_id), was[row_id])
        if moved:
            outcome.refuse(row_id, _("Changed since: %(fields)s.") % {"fields": ", ".join(moved)})
        if not values:
            continue
        try:
            given: dict[str, Any] = {on: row_id, "values": values}
            with transaction.atomic():
                command.run(back.actor, **given)
        except Told as refusal:
            outcome.refuse(row_id, refusal.message)


def _former(back: _Back, roots: Mapping[int, int]) -> dict[int, dict[str, list[Any]]]:
    """The first and the last value of the wanted fields that these runs gave each row."""
    changes = Change.objects.filter(run_id__in=families(roots), table_name=back.record.model._meta.db_table)
    found: dict[int, dict[str, list[Any]]] = {}
    facing = veils.facing_rows(back.actor, back.record, list(roots.values()))
    for change in changes.order_by("id"):
        actor = facing(change.row_id)
        for one in history.open_changes(actor, back.record, change.before or {}, change.after or {}):
            if one.key in back.fields:
                net = found.setdefault(change.row_id, {})
                net[one.key] = [net[one.key][0] if one.key in net else one.was, one.now]
    return found


def _still(record: Record, row: Any, nets: Mapping[str, Sequence[Any]]) -> tuple[dict[str, Any], list[str]]:
    """Former values of the fields that hold what was written, and the labels of those that were changed since."""
    if row is None:
        return {}, [_("the row was deleted")]
    image = history.image_of(row)
    values, moved = {}, []
    for key, (was, now) in nets.items():
        present = history.value_in(record, key, image)
        if present == now:
            values[key] = history.given(was)
        elif present != was:
            field = record.field(key)
            moved.append(str(field.label) if field else key)
    return values, moved


def roots_of(cause: int, on: str) -> list[tuple[int, int]]:
    """Runs of the command for each row, and the row, the last one first."""
    batches = CommandRun.objects.filter(cause_id=cause, name=history.BATCH, depth=0)
    runs = CommandRun.objects.filter(cause__in=batches, depth=1).order_by("-id")
    return [(run, int(row_id)) for run, row_id in runs.values_list("pk", f"args__{on}") if row_id is not None]


def _title_of(table: str) -> str:
    found = next((one for one in registry.records.values() if one.model._meta.db_table == table), None)
    return str(found.label) if found else _("What belongs to it")


__all__ = ["PREVIEW_WORK", "WORK", "preview", "roots_of", "take_back"]
