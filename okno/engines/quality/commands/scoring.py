"""Judging rows: those that changes concern by the worker as they come, all of them at night."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from okno.engines.quality import queries
from okno.engines.quality.models import Norm, Past, Score, Snapshot
from okno.engines.quality.rules import Standing
from okno.kit import jobs, live
from okno.kit.commands import command, current, today
from okno.kit.fields import beside, following
from okno.kit.fields.computing import batches, for_all
from okno.kit.fields.following import Follower, Moved
from okno.kit.permissions import SYSTEM, Actor
from okno.kit.registry import Record, registry

WORK = "quality.recount"
BATCH = 2_000
STAGES = {Score.Colour.RED: 9, Score.Colour.YELLOW: 7, Score.Colour.GREEN: 5}
KEPT = ("value", "colour", "stage", "groups", "missed")


def carry(changed: Moved) -> None:
    """Judge anew the rows that changes concern; criteria that came or went themselves may look elsewhere."""
    if Norm in changed:
        following.watch(FOLLOWER.name)
    norms = queries.all_norms()
    for one in queries.watches(norms):
        own, touched = norms[one.record.name], sorted(one.touched(changed))
        if sum(keep(one.record, part, own) for part in batches(touched, BATCH)):
            live.tell_topic(one.record.name)


def keep(record: Record, ids: Collection[int], norms: Sequence[Norm] | None = None) -> int:
    """
    Judge these rows and keep what they have come to; how many stand otherwise now.

    :param norms: the criteria of the record when they were read already.
    """
    following.wait_for_others(FOLLOWER.name)
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
    other = [*gone, *(one.row_id for one in fresh)]
    beside.tell(record, other, FOLLOWER.name)
    return len(other)


def _remember(record: Record, values: Mapping[int, int | None]) -> None:
    """What has moved stays by day; of several moves of one day the last one."""
    # ast-grep-ignore: time-comes-in the night's work is a door of its own: nobody gives it a moment
    day = timezone.localdate() if current() is None else today()
    rows = (Past(record=record.name, row_id=row_id, day=day, value=value) for row_id, value in values.items())
    Past.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["record", "row_id", "day"], update_fields=["value"], batch_size=500
    )


@command("quality.recount", label=gettext_lazy("Judge all cards anew"))
def recount(*, actor: Actor, record: str) -> int:
    """
    Start judging all rows of a record anew in the worker; the id of the job with its progress. One that waits already
    serves this too.

    :raises Missing: cards of the record are not judged.
    """
    following.watch(FOLLOWER.name)
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


def _tables() -> set[str]:
    """Tables that criteria look at, and their own: an undo brings criteria back without a word."""
    watches = queries.watches(queries.all_norms())
    return {model._meta.db_table for one in watches for model in one.models} | {Norm._meta.db_table}


FOLLOWER = Follower("quality", carry, _tables, 30)
