"""Keeping potentials: of rows that changes concern by the worker as they come, all of them at night."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from okno.engines.potential import queries
from okno.engines.potential.models import Estimate, Formula, Past
from okno.engines.potential.queries import Found, When
from okno.kit import jobs, live
from okno.kit.commands import command, moment
from okno.kit.fields import beside, following
from okno.kit.fields.computing import batches, for_all
from okno.kit.fields.following import Follower, Moved
from okno.kit.permissions import Actor
from okno.kit.registry import Record, registry

WORK = "potential.recount"
KEPT = ("formula", "value", "fact", "reserve", "share", "problem")
PAST = ("formula", "value", "fact")


def carry(changed: Moved) -> None:
    """Estimate anew the rows that changes concern; formulas that came or went themselves may look elsewhere."""
    if Formula in changed:
        following.watch(FOLLOWER.name)
    now = _when(moment())
    for one in queries.watches():
        if sum(keep(one.record, part, now) for part in batches(sorted(one.touched(changed)))):
            live.tell_topic(one.record.name)


def keep(record: Record, ids: Collection[int], now: When) -> int:
    """Estimate these rows, keep what has moved, and remember it by day; how many have moved."""
    following.wait_for_others(FOLLOWER.name)
    told = queries.estimates(record, ids, now)
    known = {one.row_id: one for one in Estimate.objects.filter(record=record.name, row_id__in=list(ids))}
    gone = [row_id for row_id in known if row_id not in told]
    fresh = [_row(record, row_id, one) for row_id, one in sorted(told.items()) if _differs(known.get(row_id), one)]
    if gone:
        Estimate.objects.filter(record=record.name, row_id__in=gone).delete()
    Estimate.objects.bulk_create(
        fresh, update_conflicts=True, unique_fields=["record", "row_id"], update_fields=KEPT, batch_size=500
    )
    _remember(record, fresh, gone, now)
    other = [*gone, *(one.row_id for one in fresh)]
    beside.tell(record, other, FOLLOWER.name)
    return len(other)


@command("potential.recount", label=gettext_lazy("Estimate all potentials anew"))
def recount(*, actor: Actor, record: str) -> int:
    """
    Start estimating all rows of a record anew in the worker; the id of the job. One that waits already serves this too.

    :raises Missing: rows of the record have no potential.
    """
    following.watch(FOLLOWER.name)
    label = _("Potential: %(record)s") % {"record": queries.the_record(record).plural}
    return jobs.start_once(actor=actor, work=WORK, label=label, args={"record": record})


@command("potential.recount_all", label=gettext_lazy("Estimate all potentials anew"))
def recount_all(*, actor: Actor) -> None:
    """Start the night's work: facts are of a period that moves with the days."""
    for record in queries.valued():
        if queries.formulas(record.name):
            recount(actor=actor, record=record.name)


@jobs.work(WORK)
def recount_work(progress: jobs.Progress, actor: Actor, *, record: str) -> dict[str, Any]:
    """Estimate all rows of a record, batch by batch."""
    # ast-grep-ignore: time-comes-in a job is a door of its own: nobody gives it a moment
    count = estimate_all(registry.record(record), _when(timezone.now()), progress.tell)
    live.tell_topic(record)
    return {"text": _("Estimated: %(count)s.") % {"count": count}, "rows": count}


def estimate_all(record: Record, now: When, tell: Any) -> int:
    """Estimate all rows of a record, each batch in a transaction of its own; how many there are."""
    return for_all(record, lambda ids: keep(record, ids, now), tell)


def _remember(record: Record, fresh: list[Estimate], gone: list[int], now: When) -> None:
    """What has moved stays by day; of several moves of one day the last one."""
    day = now.at.astimezone(now.zone).date()
    rows = [
        Past(record=record.name, row_id=one.row_id, day=day, formula_id=one.formula_id, value=one.value, fact=one.fact)
        for one in fresh
    ]
    rows += [Past(record=record.name, row_id=row_id, day=day) for row_id in gone]
    Past.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["record", "row_id", "day"], update_fields=PAST, batch_size=500
    )


def _row(record: Record, row_id: int, found: Found) -> Estimate:
    told = {name: getattr(found.worth, name) for name in ("value", "fact", "reserve", "share", "problem")}
    return Estimate(record=record.name, row_id=row_id, formula=found.formula, **told)


def _differs(known: Estimate | None, found: Found) -> bool:
    if known is None or known.formula_id != found.formula.pk:
        return True
    return any(getattr(known, name) != getattr(found.worth, name) for name in ("value", "fact", "problem"))


def _when(at: Any) -> When:
    return When(at, timezone.get_default_timezone())


def _tables() -> set[str]:
    """Tables that formulas look at, and their own: an undo brings formulas back without a word."""
    return {model._meta.db_table for one in queries.watches() for model in one.models} | {Formula._meta.db_table}


FOLLOWER = Follower("potential", carry, _tables, 20)
