"""Dynamic segments follow the changes of rows: those that are marked at once, all of them every night."""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping

from django.db import close_old_connections, connection
from django.db.models import Model
from django.utils.translation import gettext_lazy

from okno.engines.segments import queries, rules
from okno.engines.segments.commands import marking, passing
from okno.engines.segments.models import Mark, Membership, Segment
from okno.kit import conditions, journal, live
from okno.kit.commands import command, moment, unjournalled
from okno.kit.fields.settling import Changed
from okno.kit.fields.watching import Watch
from okno.kit.models.journal import Change
from okno.kit.permissions import SYSTEM, Actor
from okno.kit.registry import registry

AT_ONCE = 2_000
MOST_ROUNDS = 10
SECONDS_BETWEEN_LOOKS = 20.0
TOPIC = "segments.segment"
Moved = Mapping[type[Model], Changed]


@command("segments.follow")
def follow(*, actor: Actor) -> int:
    """Look at changes that are marked and move the rows they concern; how many marks there were."""
    _wait_for_others()
    taken = list(Mark.objects.select_for_update(skip_locked=True).order_by("pk")[:AT_ONCE])
    if taken:
        changed = _changes(taken)
        Mark.objects.filter(pk__in=[one.pk for one in taken]).delete()
        _carry(changed)
    return len(taken)


@command("segments.recount", label=gettext_lazy("Work out anew"))
def recount(*, actor: Actor, segment: Segment) -> Segment:
    """Work out all members of a dynamic segment anew; the first time nobody is told who came in."""
    _wait_for_others()
    segment.refresh_from_db()
    if segment.kind != Segment.Kind.DYNAMIC or segment.is_deleted:
        return segment
    moved = _judge(segment, None, is_told=segment.counted_at is not None)
    size = Membership.objects.filter(segment=segment).count()
    Segment.objects.filter(pk=segment.pk).update(counted_at=moment(), size=size)
    if moved:
        _carry({registry.record(segment.record).model: _passed(moved)})
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


@command("segments.tidy")
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
    watch_tables()


def follow_forever(stop: threading.Event) -> None:
    """Look at marks as they come, and now and then at whatever was left; until told to stop."""
    connection.ensure_connection()
    while not stop.is_set():
        close_old_connections()
        with connection.cursor() as cursor:
            cursor.execute(f"listen {marking.CHANNEL}")
        while Mark.objects.exists() and follow(actor=SYSTEM):
            pass
        for _notify in connection.connection.notifies(timeout=SECONDS_BETWEEN_LOOKS, stop_after=1):
            pass


def watch_tables() -> None:
    """Watch the tables that conditions of living dynamic segments look at; asked inside a command."""
    watches = queries.watches(_dynamic())
    marking.watch({model._meta.db_table for one in watches.values() for model in one.models})


def _wait_for_others() -> None:
    """
    Segments are judged by one transaction at a time: what it reads is as it is when it writes, and two that move rows
    of several segments in different orders would stop each other.
    """
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(hashtextextended('segments.judging', 0))")


def _dynamic() -> list[Segment]:
    return list(Segment.objects.filter(kind=Segment.Kind.DYNAMIC, is_deleted=False).order_by("pk"))


def _changes(marks: Iterable[Mark]) -> Moved:
    """What the marks tell, by table: rows that were made or changed, column by column, with the ids that keys had."""
    known = list(marks)
    by_table = {one._meta.db_table: one for one in journal.journalled()}
    found: dict[type[Model], Changed] = defaultdict(Changed)
    changes = Change.objects.filter(pk__in=[one.change_id for one in known if one.change_id]).order_by("pk")
    for table, op, row_id, before, after in changes.values_list("table_name", "op", "row_id", "before", "after"):
        if table in by_table:
            found[by_table[table]].take(op, row_id, before or {}, after or {})
    for one in known:
        if one.record in registry.records and one.row_id is not None:
            found[registry.records[one.record].model].made.add(one.row_id)
    return found


def _carry(changed: Moved) -> None:
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
