"""Batches: a thousand rows of a file in one transaction with the checkpoint, or the same only tried."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

from django.db import DataError, IntegrityError, connection, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from okno.engines.imports import rules
from okno.engines.imports.models import ELSEWHERE, Import, ImportRow, Seen
from okno.engines.imports.queries.planned import BatchPlan, Entry, Planner, RowPlan
from okno.kit.batch_rows import insert_rows
from okno.kit.commands import command
from okno.kit.fields import batches as field_batches
from okno.kit.importing import Importing, Values, Write, Written
from okno.kit.permissions import Actor
from okno.kit.registry import registry

Result = ImportRow.Result
# Details of a dry run that people look through; counts are of all rows.
MOST_DETAILS = 2_000
MOST_UNKNOWN = 200


@dataclass(frozen=True, repr=False)
class Work:
    """Rows of a file with what plans them; in the journal they are only counted."""

    planner: Any
    lines: list[Any]

    def __repr__(self) -> str:
        return f"{len(self.lines)} rows"


@command("imports.take_batch", label=gettext_lazy("Import rows"), hands_over=True)
def take_batch(*, actor: Actor, row: Import, work: Work, done: int) -> int:
    """
    Write a batch of rows with what became of each, unless somebody has done so already.

    :param done: how many rows were behind when the batch was read.
    :return: how many rows are behind now.
    """
    if row.done != done or row.state != Import.State.RUNNING:
        return row.done
    rules.check_may_import(actor, row.record)
    _lock_out_others(row.record)
    planner: Planner = work.planner
    plan = planner.plan(work.lines)
    refused = _allowed(actor, planner.importing, plan)
    written = _written(actor, planner.importing, plan, refused)
    _settle(plan, written)
    _keep(row, plan, is_dry=False, written=written)
    row.done += len(work.lines)
    row.counts = _added(row.counts, plan)
    row.refused = row.counts.get(Result.REFUSED, 0)
    row.save(update_fields=["done", "counts", "refused"])
    return row.done


@command("imports.check_batch", label=gettext_lazy("Try rows of an import"))
def check_batch(*, actor: Actor, row: Import, work: Work, done: int) -> int:
    """Plan a batch of rows and keep what would become of each; rows of the record stay as they are."""
    if row.checked.get("rows", 0) != done or row.state != Import.State.CHECKING:
        return int(row.checked.get("rows", 0))
    rules.check_may_import(actor, row.record)
    planner: Planner = work.planner
    plan = planner.plan(work.lines)
    refused = _allowed(actor, planner.importing, plan)
    real = [one for one in plan.writes if id(one) not in refused and (one.id is None or one.id > 0)]
    told = planner.importing.check(actor, real)
    refused |= {id(one): reason for one, reason in zip(real, told, strict=True) if reason}
    _settle(plan, {key: Written(refusal=reason) for key, reason in refused.items()})
    _keep(row, plan, is_dry=True, written={})
    row.checked = {**_added(row.checked, plan), "rows": done + len(work.lines)}
    row.unknown = _unknown(row.unknown, plan)
    row.save(update_fields=["checked", "unknown"])
    return int(row.checked["rows"])


def _lock_out_others(record: str) -> None:
    """
    Two imports of one record at once would both miss what the other makes.

    The disk is not waited for either: a batch that is lost with the power is lost with its checkpoint, and done again.
    """
    with connection.cursor() as cursor:
        statement = "select pg_advisory_xact_lock(hashtext(%s)), set_config('synchronous_commit', 'off', true)"
        cursor.execute(statement, [f"imports:{record}"])


def _allowed(actor: Actor, importing: Importing, plan: BatchPlan) -> dict[int, str]:
    """Writes that the actor has no right to, with the reason."""
    refused = {}
    may_create = not importing.create or actor.may(importing.create)
    may_update = not importing.update or actor.may(importing.update)
    for one in plan.writes:
        if one.id is None and not may_create:
            refused[id(one)] = _("You have no right to add such rows.")
        if one.id is not None and not one.is_own and not may_update:
            refused[id(one)] = _("You have no right to change such rows.")
    return _judged(actor, importing, plan) | refused


def _judged(actor: Actor, importing: Importing, plan: BatchPlan) -> dict[int, str]:
    """Writes that the rules of fields refuse, those of their parts among them."""
    found = _refusals(actor, importing.record, [(id(one), one.id, one.values) for one in plan.writes])
    for part in importing.parts:
        parts = [(id(one), it.id, it.values) for one in plan.writes for it in one.parts if it.code == part.code]
        found = _refusals(actor, part.record, parts) | found
    return found


def _refusals(actor: Actor, record: str, writes: list[tuple[int, int | None, Values]]) -> dict[int, str]:
    known = [(row_id if row_id is not None and row_id > 0 else None, values) for _of, row_id, values in writes]
    told = field_batches.refusals(actor, registry.record(record), known)
    return {of: reason for (of, _id, _values), reason in zip(writes, told, strict=True) if reason}


def _written(actor: Actor, importing: Importing, plan: BatchPlan, refused: dict[int, str]) -> dict[int, Written]:
    """
    Write a batch at once; when the database does not take it, row by row, so that one does not stop the rest.

    Returns what became of the writes by their identity.
    """
    results = {key: Written(refusal=reason) for key, reason in refused.items()}
    wanted = [one for one in plan.writes if id(one) not in refused]
    try:
        with transaction.atomic():
            found = importing.write(actor, wanted) if wanted else []
    except (IntegrityError, DataError):
        found = [_alone(actor, importing, one) for one in wanted]
    return results | {id(one): result for one, result in zip(wanted, found, strict=True)}


def _alone(actor: Actor, importing: Importing, write: Write) -> Written:
    try:
        with transaction.atomic():
            return importing.write(actor, [write])[0]
    except (IntegrityError, DataError) as error:
        text = str(error).partition("\n")[0]
        return Written(refusal=_("The database does not take it: %(text)s.") % {"text": text})


def _settle(plan: BatchPlan, written: dict[int, Written]) -> None:
    """Tell the rows whose writes were refused; the others learn the ids of what they have made."""
    for row in plan.rows:
        entry = row.entry
        result = written.get(id(entry.write)) if entry is not None and entry.write is not None else None
        if entry is None or result is None:
            continue
        if result.refusal:
            row.refuse(result.refusal)
            continue
        row.message = result.note or row.message
        if entry.state.id is None:
            entry.state.id = result.id


def _keep(row: Import, plan: BatchPlan, *, is_dry: bool, written: dict[int, Written]) -> None:
    """Keep what became of the rows, and by what they are known to later ones."""
    room = MOST_DETAILS - row.checked.get("kept", 0) if is_dry else len(plan.rows)
    kept = [one for one in plan.rows if room > 0 or one.result == Result.REFUSED]
    made = []
    for one in kept:
        result = written.get(id(one.entry.write)) if one.entry is not None and one.entry.write is not None else None
        made.append(_kept_row(row, one, result, is_dry=is_dry))
    insert_rows(ImportRow, made)
    if is_dry:
        row.checked = {**row.checked, "kept": row.checked.get("kept", 0) + len(kept)}
    insert_rows(Seen, _seen_rows(row, plan, is_dry=is_dry))
    if is_dry:
        _keep_states(row, plan)


def _kept_row(row: Import, one: RowPlan, result: Written | None, *, is_dry: bool) -> dict[str, Any]:
    ref = one.entry.state.id if one.entry is not None else None
    return {
        "of_id": row.pk,
        "is_dry": is_dry,
        "number": one.number,
        "result": str(one.result),
        "title": one.title,
        "message": one.message,
        "row_id": ref if ref is not None and ref > 0 else None,
        "repeats": one.repeats,
        "changes": [list(change) for change in one.changes] if is_dry else [],
        "parts": [list(part) for part in result.parts] if result else [],
        "twin": [one.elsewhere.record, one.twin.row_id] if one.elsewhere and one.twin else None,
    }


def _seen_rows(row: Import, plan: BatchPlan, *, is_dry: bool) -> list[dict[str, Any]]:
    found = []
    for one in plan.rows:
        entry = one.entry
        if entry is None or (entry.state.id is None and not is_dry):
            continue
        if entry.state.id is None:
            entry.state.id = -entry.number
        shared = {"of_id": row.pk, "is_dry": is_dry, "row_id": entry.state.id, "number": entry.number}
        found += [{**shared, "key": key, "is_made": entry.is_made} for key in one.keys]
    return found


def _keep_states(row: Import, plan: BatchPlan) -> None:
    """How rows would stand after a dry run of this batch, for the batches that follow."""
    changed: dict[int, Entry] = {
        one.entry.state.id: one.entry
        for one in plan.rows
        if one.entry is not None and one.entry.is_changed and one.entry.state.id is not None
    }
    shared = {"of_id": row.pk, "is_dry": True}
    Seen.objects.filter(of=row, is_dry=True, key__in=[f"row:{ref}" for ref in changed]).delete()
    insert_rows(
        Seen,
        [
            {
                **shared,
                "key": f"row:{ref}",
                "row_id": ref,
                "number": one.number,
                "is_made": one.is_made,
                "state": {"values": one.state.values, "parts": one.state.parts},
            }
            for ref, one in changed.items()
        ],
    )


def _added(counts: dict[str, Any], plan: BatchPlan) -> dict[str, Any]:
    """Counts with those of a batch: rows by outcome, repeats inside the file, rows that stand elsewhere by where."""
    fresh = Counter(str(one.result) for one in plan.rows)
    fresh["repeats"] = sum(one.repeats is not None for one in plan.rows)
    fresh.update(f"{ELSEWHERE}{one.elsewhere.code}" for one in plan.rows if one.elsewhere)
    return {**counts, **{key: counts.get(key, 0) + count for key, count in fresh.items()}}


def _unknown(known: dict[str, Any], plan: BatchPlan) -> dict[str, Any]:
    """Texts that name no option, person or row, with how often they stand in the file."""
    found = {key: dict(texts) for key, texts in known.items()}
    for one in plan.rows:
        for key, text in one.unknown:
            texts = found.setdefault(key, {})
            if text in texts or len(texts) < MOST_UNKNOWN:
                texts[text] = texts.get(text, 0) + 1
    return found
