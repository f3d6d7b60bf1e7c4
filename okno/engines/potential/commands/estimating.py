"""Keeping potentials: of rows that changes concern by the worker as they come, all of them at night."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from okno.engines.potential import queries, rules
from okno.engines.potential.models import Estimate, Formula, Past
from okno.engines.potential.queries import When
from okno.engines.potential.rules import Worth
from okno.kit import jobs, live
from okno.kit.commands import command, moment
from okno.kit.fields import beside, following
from okno.kit.fields.computing import batches, for_all
from okno.kit.fields.following import Follower, Moved
from okno.kit.permissions import Actor
from okno.kit.registry import Record, registry

WORK = "potential.recount"
TOLD = ("value", "fact", "reserve", "share", "problem")
ONCE = ["record", "row_id", "is_whole", "group"]
PAST = ("value", "fact")


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
    told = {(one.row_id, one.is_whole, one.group): one for one in _rows(record, ids, now)}
    known = {
        (one.row_id, one.is_whole, one.group): one
        for one in Estimate.objects.filter(record=record.name, row_id__in=list(ids))
    }
    gone = [one for key, one in known.items() if key not in told]
    fresh = [one for key, one in sorted(told.items()) if key not in known or _differs(known[key], one)]
    Estimate.objects.filter(pk__in=[one.pk for one in gone]).delete()
    Estimate.objects.bulk_create(
        fresh, update_conflicts=True, unique_fields=ONCE, update_fields=("formula", *TOLD), batch_size=500
    )
    _remember(record, fresh, gone, now)
    moved = {one.row_id for one in (*gone, *fresh)}
    beside.tell(record, moved, FOLLOWER.name)
    return len(moved)


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


def _remember(record: Record, fresh: list[Estimate], gone: list[Estimate], now: When) -> None:
    """What has moved stays by day; of several moves of one day the last one."""
    day = now.at.astimezone(now.zone).date()
    left = {one.row_id: Past(record=record.name, row_id=one.row_id, day=day) for one in gone if one.is_whole}
    came = {
        one.row_id: Past(record=record.name, row_id=one.row_id, day=day, value=one.value, fact=one.fact)
        for one in fresh
        if one.is_whole
    }
    Past.objects.bulk_create(
        list({**left, **came}.values()),
        update_conflicts=True,
        unique_fields=["record", "row_id", "day"],
        update_fields=PAST,
        batch_size=500,
    )


def _rows(record: Record, ids: Collection[int], now: When) -> Iterator[Estimate]:
    """What rows come to now: all together first, then by product group."""
    for row_id, parts in sorted(queries.estimates(record, ids, now).items()):
        yield _row(record, row_id, rules.together([one.worth for one in parts.values()]), is_whole=True)
        for group, one in parts.items():
            yield _row(record, row_id, one.worth, group=group, formula=one.formula)


def _row(record: Record, row_id: int, worth: Worth, **said: Any) -> Estimate:
    return Estimate(record=record.name, row_id=row_id, **said, **{name: getattr(worth, name) for name in TOLD})


def _differs(known: Estimate, found: Estimate) -> bool:
    return any(getattr(known, name) != getattr(found, name) for name in ("formula_id", "value", "fact", "problem"))


def _when(at: Any) -> When:
    return When(at, timezone.get_default_timezone())


def _tables() -> set[str]:
    """Tables that formulas look at, and their own: an undo brings formulas back without a word."""
    return {model._meta.db_table for one in queries.watches() for model in one.models} | {Formula._meta.db_table}


FOLLOWER = Follower("potential", carry, _tables, 20)
