"""Judging rows: what a command has touched at once, the rest by the worker, all of them at night."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from contextvars import ContextVar
from typing import Any

from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from okno.engines.quality import queries
from okno.engines.quality.models import Norm, Past, Score, Snapshot, Stale
from okno.engines.quality.rules import Standing
from okno.kit import completeness, jobs, live
from okno.kit.commands import command, current, today
from okno.kit.fields import beside, watching
from okno.kit.fields.computing import for_all
from okno.kit.permissions import SYSTEM, Actor
from okno.kit.registry import Record, registry

WORK = "quality.recount"
AT_ONCE = 200
BATCH = 2_000
STAGES = {Score.Colour.RED: 9, Score.Colour.YELLOW: 7, Score.Colour.GREEN: 5}
_is_telling: ContextVar[bool] = ContextVar("okno_quality_telling", default=False)
KEPT = ("value", "colour", "stage", "groups", "missed")


def follow(run_id: int) -> None:
    """Judge anew the rows that a run concerns; when they are many, have the worker do it within a minute."""
    norms = queries.all_norms()
    if norms:
        for name, ids in watching.touched_by(run_id, queries.watches(norms)).items():
            _judge(registry.record(name), ids, norms[name])


def follow_rows(record: Record, ids: Collection[int]) -> None:
    """Judge rows anew that have other values beside them, like an answered questionnaire."""
    if record.name in completeness.KNOWN and not _is_telling.get() and (norms := queries.norms(record.name)):
        _judge(record, ids, norms)


def _judge(record: Record, ids: Collection[int], norms: Sequence[Norm]) -> None:
    if len(ids) <= AT_ONCE:
        keep(record, ids, norms)
    else:
        rows = (Stale(record=record.name, row_id=one) for one in sorted(ids))
        Stale.objects.bulk_create(rows, ignore_conflicts=True, batch_size=BATCH)


def keep(record: Record, ids: Collection[int], norms: Sequence[Norm] | None = None) -> None:
    """
    Judge these rows and keep what they have come to; nothing is written of rows that stand as they stood.

    :param norms: the criteria of the record when they were read already.
    """
    wanted = sorted(ids)
    told = queries.judge(record, wanted, norms)
    rows = Score.objects.filter(record=record.name, row_id__in=wanted)
    known = {one.row_id: one for one in rows}
    gone = [row_id for row_id in known if row_id not in told]
    if gone:
        Score.objects.filter(record=record.name, row_id__in=gone).delete()
    fresh = [
        _row(record, row_id, standing)
        for row_id, standing in sorted(told.items())
        if row_id not in known or not _is_same(known[row_id], standing)
    ]
    Score.objects.bulk_create(
        fresh, update_conflicts=True, unique_fields=["record", "row_id"], update_fields=KEPT, batch_size=500
    )
    moved = [one for one in fresh if one.row_id not in known or known[one.row_id].value != one.value]
    _remember(record, {**{one.row_id: one.value for one in moved}, **dict.fromkeys(gone)})
    _tell(record, [*gone, *(one.row_id for one in fresh)])


def _remember(record: Record, values: Mapping[int, int | None]) -> None:
    """What has moved stays by day; of several moves of one day the last one."""
    # ast-grep-ignore: time-comes-in the night's work is a door of its own: nobody gives it a moment
    day = timezone.localdate() if current() is None else today()
    rows = (Past(record=record.name, row_id=row_id, day=day, value=value) for row_id, value in values.items())
    Past.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["record", "row_id", "day"], update_fields=["value"], batch_size=500
    )


@command("quality.judge_stale", label=gettext_lazy("Judge changed cards"))
def judge_stale(*, actor: Actor) -> int:
    """Judge the rows that wait for it; how many there were."""
    count = 0
    while taken := _taken():
        for name in sorted({record for record, _row_id in taken}):
            if name in registry.records:
                keep(registry.record(name), [row_id for record, row_id in taken if record == name])
        count += len(taken)
    return count


@command("quality.recount", label=gettext_lazy("Judge all cards anew"))
def recount(*, actor: Actor, record: str) -> int:
    """
    Start judging all rows of a record anew in the worker; the id of the job with its progress. One that waits already
    serves this too.

    :raises Missing: cards of the record are not judged.
    """
    label = _("Quality: %(record)s") % {"record": queries.the_record(record).plural}
    return jobs.start_once(actor=actor, work=WORK, label=label, args={"record": record})


@command("quality.recount_all", label=gettext_lazy("Judge all cards anew"))
def recount_all(*, actor: Actor) -> None:
    """Start the night's work: all rows of every judged record, then the snapshot of the day."""
    for record, _judged in queries.judged_records():
        if queries.working(record):
            recount(actor=actor, record=record.name)


@command("quality.snap", label=gettext_lazy("Keep the quality of the day"))
def snap(*, actor: Actor, record: str, day: dt.date | None = None) -> int:
    """Keep how good the base of a record is on a day, today's by default, by responsible person; how many rows."""
    on = day or today()
    Snapshot.objects.filter(record=record, day=on).delete()
    rows = [Snapshot(record=record, day=on, **one) for one in queries.by_owner(registry.record(record))]
    Snapshot.objects.bulk_create(rows, batch_size=BATCH)
    return len(rows)


@jobs.work(WORK)
def recount_work(progress: jobs.Progress, actor: Actor, *, record: str) -> dict[str, Any]:
    """Judge all rows of a record, batch by batch, and keep the day."""
    known = registry.record(record)
    count = judge_all(known, progress.tell)
    snap(actor=SYSTEM, record=record)
    live.tell_topic(record)
    return {"text": _("Judged: %(count)s.") % {"count": count}, "rows": count}


def judge_all(record: Record, tell: Any) -> int:
    """Judge all rows of a record, each batch in a transaction of its own; how many there are."""
    done = for_all(record, lambda ids: keep(record, ids), tell, at_once=BATCH)
    _forget_lost(record)
    return done


def _forget_lost(record: Record) -> None:
    """Scores of rows that were purged since, and what they had been."""
    there = record.model._base_manager.values("pk")
    for model in (Score, Past):
        model._base_manager.filter(record=record.name).exclude(row_id__in=there).delete()


def _tell(record: Record, ids: Collection[int]) -> None:
    """Others may look at what rows have come to; criteria do not follow themselves."""
    token = _is_telling.set(True)
    try:
        beside.tell(record, ids)
    finally:
        _is_telling.reset(token)


def _taken() -> list[tuple[str, int]]:
    """Some of the waiting rows, which wait no more; a row that changes meanwhile waits again."""
    with connection.cursor() as cursor:
        cursor.execute(
            "delete from quality_stale where id in "
            "(select id from quality_stale order by id limit %s for update skip locked) returning record, row_id",
            [BATCH],
        )
        return [(str(record), int(row_id)) for record, row_id in cursor.fetchall()]


def _row(record: Record, row_id: int, standing: Standing) -> Score:
    return Score(
        record=record.name,
        row_id=row_id,
        value=standing.value,
        colour=standing.colour,
        stage=STAGES[Score.Colour(standing.colour)],
        groups=standing.groups,
        missed=standing.missed,
    )


def _is_same(known: Score, standing: Standing) -> bool:
    return (known.value, known.groups, known.missed) == (standing.value, standing.groups, standing.missed)
