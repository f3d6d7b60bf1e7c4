"""What engines work out of rows follows their changes: marked in the same transaction, done by the worker for many."""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from django.db import close_old_connections, connection
from django.db.models import Model
from django.utils.translation import gettext_lazy

from okno.kit import journal
from okno.kit.commands import command, current, doer
from okno.kit.fields.settling import Changed
from okno.kit.models.following import Mark, WatchedTable
from okno.kit.models.journal import Change
from okno.kit.permissions import SYSTEM, Actor
from okno.kit.registry import Record, registry

CHANNEL = "okno_following_"
AT_ONCE = 2_000
SECONDS_BETWEEN_LOOKS = 20.0
Moved: TypeAlias = Mapping[type[Model], Changed]


@dataclass(frozen=True)
class Follower:
    """
    What is kept up with changes of rows.

    :param carry: bring it up to changes, inside a command; they are told by table.
    :param tables: names of the tables that it looks at now.
    :param position: it hears of values beside rows from those with a smaller one, so nobody runs in a circle.
    :param is_apart: what each person has changed is carried apart, as it tells people of what others have done.
    """

    name: str
    carry: Callable[[Moved], None]
    tables: Callable[[], Collection[str]]
    position: int
    is_apart: bool = False


_followers: dict[str, Follower] = {}


def add(follower: Follower) -> None:
    """Have something follow changes in a loop of the worker."""
    _followers[follower.name] = follower
    registry.add_loop(follower.name, lambda stop: follow_forever(follower.name, stop))


def watch(name: str) -> None:
    """Mark changes of the tables that a follower looks at now, and of no others for it; asked inside a command."""
    wanted = set(_followers[name].tables())
    rows = WatchedTable.objects.filter(follower=name)
    known = set(rows.values_list("table_name", flat=True))
    if known - wanted:
        # ast-grep-ignore: write-outside-commands it follows from a command's own settings, inside that command
        rows.filter(table_name__in=known - wanted).delete()
    made = [WatchedTable(follower=name, table_name=one) for one in sorted(wanted - known)]
    # ast-grep-ignore: write-outside-commands it follows from the same settings
    WatchedTable.objects.bulk_create(made, ignore_conflicts=True)


def mark(run_id: int) -> None:
    """Mark the changes of a run in watched tables, and wake whoever looks at them."""
    _mark(
        "select watched.follower, change.id, '', null::bigint from kit_change change "
        "join kit_watchedtable watched on watched.table_name = change.table_name where change.run_id >= %s",
        [run_id],
    )


def mark_rows(record: Record, ids: Collection[int], by: str = "") -> None:
    """Mark rows whose values beside them, like a class or a quality, are others now; `by` is the follower that says."""
    least = _followers[by].position if by else 0
    later = [one.name for one in _followers.values() if one.position > least]
    mark_for(later, record.model._meta.db_table, record.name, ids)


def mark_for(followers: Collection[str], table: str, record: str, ids: Collection[int]) -> None:
    """Mark rows for those of these followers that watch a table."""
    _mark(
        "select watched.follower, null::bigint, %s, one.id from unnest(%s::bigint[]) as one (id) "
        "join kit_watchedtable watched on watched.table_name = %s and watched.follower = any(%s)",
        [record, list(ids), table, list(followers)],
    )


def _mark(found: str, params: list[Any]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            with marked as (
                insert into kit_mark (follower, change_id, record, row_id, user_id)
                select found.*, %s::bigint from ({found}) as found returning follower
            )
            select pg_notify('{CHANNEL}' || follower, '') from (select distinct follower from marked) as woken
            """,  # noqa: S608 - both are written above
            [doer(), *params],
        )


@command("following.follow", told_as=gettext_lazy("Work out what follows from changes"))
def follow(*, actor: Actor, name: str) -> int:
    """Look at changes that are marked for a follower and carry them on; how many marks there were."""
    wait_for_others(name)
    marks = Mark.objects.filter(follower=name)
    taken = list(marks.select_for_update(skip_locked=True).order_by("pk")[:AT_ONCE])
    if taken:
        carried = _parted(taken) if _followers[name].is_apart else {None: _changes(taken)}
        Mark.objects.filter(pk__in=[one.pk for one in taken]).delete()
        for by, changed in carried.items():
            if (run := current()) is not None:
                run.by = by
            _followers[name].carry(changed)
    return len(taken)


def follow_forever(name: str, stop: threading.Event) -> None:
    """Look at marks as they come, and now and then at whatever was left; until told to stop."""
    connection.ensure_connection()
    while not stop.is_set():
        close_old_connections()
        with connection.cursor() as cursor:
            cursor.execute(f'listen "{CHANNEL}{name}"')
        registry.forget_custom_fields()
        catch_up(name)
        for _notify in connection.connection.notifies(timeout=SECONDS_BETWEEN_LOOKS, stop_after=1):
            pass


def catch_up(*names: str) -> None:
    """Look at all that is marked for these followers, for all of them by default."""
    for one in sorted(_followers.values(), key=lambda each: each.position):
        if not names or one.name in names:
            while Mark.objects.filter(follower=one.name).exists() and follow(actor=SYSTEM, name=one.name):
                pass


def wait_for_others(name: str) -> None:
    """
    What a follower keeps is written by one transaction at a time: what it reads is as it is when it writes, and two
    that write many rows in different orders would stop each other.
    """
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(hashtextextended('following.' || %s, 0))", [name])


def _parted(marks: Iterable[Mark]) -> dict[int | None, Moved]:
    """What each person has changed, then the program: what comes of a row that both have changed is the person's."""
    found: dict[int | None, list[Mark]] = defaultdict(list)
    for one in sorted(marks, key=lambda each: each.user_id is None):
        found[one.user_id].append(one)
    return {user_id: _changes(theirs) for user_id, theirs in found.items()}


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
