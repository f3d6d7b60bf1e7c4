"""Dynamic segments follow the changes of rows: those that are touched at once, all of them every night."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable

from django.db import connection
from django.db.models import Model
from django.utils.translation import gettext_lazy

from okno.engines.segments import queries, rules
from okno.engines.segments.commands import passing
from okno.engines.segments.models import Membership, Segment
from okno.kit import conditions, live
from okno.kit.commands import command, moment, unjournalled
from okno.kit.fields import following
from okno.kit.fields.following import Follower, Moved
from okno.kit.fields.settling import Changed
from okno.kit.fields.watching import Watch
from okno.kit.permissions import SYSTEM, Actor
from okno.kit.registry import registry

MOST_ROUNDS = 10
TOPIC = "segments.segment"


@command("segments.recount", label=gettext_lazy("Work out anew"))
def recount(*, actor: Actor, segment: Segment) -> Segment:
    """Work out all members of a dynamic segment anew; the first time nobody is told who came in."""
    following.wait_for_others(FOLLOWER.name)
    segment.refresh_from_db()
    if segment.kind != Segment.Kind.DYNAMIC or segment.is_deleted:
        return segment
    moved = _judge(segment, None, is_told=segment.counted_at is not None)
    size = Membership.objects.filter(segment=segment).count()
    Segment.objects.filter(pk=segment.pk).update(counted_at=moment(), size=size)
    if moved:
        carry({registry.record(segment.record).model: _passed(moved)})
    live.tell_topic(TOPIC)
    return segment


def recount_due(*, hourly: bool = False) -> int:
    """
    Work all dynamic segments out anew, each in a transaction of its own; how many there were.

    :param hourly: only those whose condition asks for more than the day.
    """
    found = [one for one in _dynamic() if not hourly or rules.asks_the_hour(queries.parsed(one))]
    for one in found:
        recount(actor=SYSTEM, segment=one)
    return len(found)


@command("segments.tidy", told_as=gettext_lazy("Put segments in order"))
def tidy(*, actor: Actor) -> None:
    """
    Count members anew, empty dynamic segments that are marked for deletion and watch what living ones look at: rows are
    purged and merged, and segments come and go by an undo, without a word to what follows from them.
    """
    with unjournalled(), connection.cursor() as cursor:
        cursor.execute(
            """
            delete from segments_membership member using segments_segment segment
            where segment.id = member.segment_id and segment.is_deleted and segment.kind = 'dynamic'
            """
        )
        cursor.execute(
            """
            update segments_segment as segment set size = counted.size
            from (
                select one.id, count(member.id) as size from segments_segment one
                left join segments_membership member on member.segment_id = one.id group by one.id
            ) as counted
            where counted.id = segment.id and counted.size <> segment.size
            """
        )
    following.watch(FOLLOWER.name)


def _dynamic() -> list[Segment]:
    return list(Segment.objects.filter(kind=Segment.Kind.DYNAMIC, is_deleted=False).order_by("pk"))


def carry(changed: Moved) -> None:
    """Judge the rows that changes concern, then those that look at whoever came and went by that, and so on."""
    segments = _dynamic()
    watches = queries.watches(segments)
    for _round in range(MOST_ROUNDS):
        moved: dict[type[Model], Changed] = defaultdict(Changed)
        for one in segments:
            ids = _touched(watches[one.pk], changed)
            if ids and (passed := _judge(one, ids)):
                moved[watches[one.pk].record.model].columns[rules.WAY].update(passed)
        if not moved:
            return
        live.tell_topic(TOPIC)
        changed = moved


def _touched(watch: Watch, changed: Moved) -> set[int]:
    """Rows for which a condition may hold otherwise; being marked for deletion changes it for any."""
    own = changed.get(watch.record.model)
    dropped = own.columns.get("is_deleted", set()) if own else set()
    return watch.touched(changed) | dropped


def _judge(segment: Segment, ids: Collection[int] | None, *, is_told: bool = True) -> set[int]:
    """
    Let rows in that hold the condition and out that do not; the ids of those that moved. A condition that is broken
    moves nobody.

    :param ids: only these rows; all of them when not given.
    """
    if _is_broken(segment):
        return set()
    holding = set(queries.holding(segment, ids).values_list("pk", flat=True))
    there = set(_members(segment, ids))
    with unjournalled():
        came = passing.enter(segment, holding - there, moment(), is_told=is_told)
        went = passing.leave(segment, there - holding, moment(), is_told=is_told)
    return {*came, *went}


def _members(segment: Segment, ids: Collection[int] | None) -> Iterable[int]:
    rows = Membership.objects.filter(segment=segment)
    if ids is not None:
        rows = rows.filter(row_id__in=list(ids))
    return rows.values_list("row_id", flat=True)


def _is_broken(segment: Segment) -> bool:
    wrong = conditions.problems(queries.parsed(segment), registry.record(segment.record))
    problem = wrong[0].message[:500] if wrong else ""
    if problem != segment.problem:
        Segment.objects.filter(pk=segment.pk).update(problem=problem)
    return bool(problem)


def _passed(ids: Collection[int]) -> Changed:
    changed = Changed()
    changed.columns[rules.WAY].update(ids)
    return changed


def _tables() -> set[str]:
    """Tables that conditions of living dynamic segments look at."""
    watches = queries.watches(_dynamic())
    return {model._meta.db_table for one in watches.values() for model in one.models}


FOLLOWER = Follower("segments", carry, _tables, 40, is_apart=True)
