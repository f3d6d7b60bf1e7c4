"""The access log: who read sensitive rows, who took lists out, who opened too many cards."""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db.models import F, Model
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from okno.access import queries, rules
from okno.access.events import ManyCardsOpened
from okno.access.models import Reading, SeenCard, SensitiveRows, User
from okno.kit.commands import command, moment
from okno.kit.errors import Missing
from okno.kit.events import emit
from okno.kit.permissions import SYSTEM, Actor
from okno.kit.registry import Record, registry

EXPORT = "export"
CARDS = frozenset({"card", "api"})
KINDS = {"card": Reading.Kind.CARD, "api": Reading.Kind.API, "told": Reading.Kind.API}
# Cards opened are gathered in the process: a write for each of them would cost more than the page.
MOST_GATHERED = 20
SECONDS_GATHERED = 15.0
SECONDS_KEPT = 5 * 60.0
SEEN_KEPT = timedelta(days=7)

_kept: dict[tuple[int, str, str, int], float] = {}
_gathered: dict[tuple[int, datetime, str, int], None] = {}
_written: list[float] = [0.0]


def note_reading(actor: Actor, record: Record, ids: Sequence[int], kind: str, rows: int | None = None) -> None:
    """
    Keep that somebody reads rows, or takes rows out. No command: whoever only reads changes nothing of theirs, and
    somebody who looks with the eyes of another may run none.

    :param kind: `card`, `api`, `told` (a page of the API, or the answer to a command) or `export`; an export is always
        kept, others of sensitive rows only, and of one row read again and again (a card asks for each of its parts)
        once in five minutes.
    :param rows: how many rows an export held.
    """
    if actor.user_id is None:
        return
    if kind == EXPORT:
        _write(actor, record, None, kind, rows=rows)
        return
    for row, why in queries.watched_rows(record, ids):
        if not _is_kept((actor.user_id, actor.looker, record.name, row.pk)):
            _write(actor, record, row, KINDS[kind], why=why)
    if kind in CARDS and not actor.looker:
        for row_id in ids:
            _gather(actor.user_id, record, row_id)


def _is_kept(key: tuple[int, str, str, int]) -> bool:
    """Whether this process has kept this reading a moment ago; notes that it does now."""
    now = time.monotonic()
    for old in [one for one, at in _kept.items() if now - at > SECONDS_KEPT]:
        del _kept[old]
    if key in _kept:
        return True
    _kept[key] = now
    return False


def _write(
    actor: Actor, record: Record, row: Model | None, kind: str, *, why: str = "", rows: int | None = None
) -> None:
    Reading.objects.create(
        kind=kind,
        user_id=actor.user_id,
        user_name=actor.name[:200],
        looker=actor.looker[:200],
        record=record.name,
        row_id=row.pk if row is not None else None,
        title=str(row)[:300] if row is not None else str(record.plural)[:300],
        why=why,
        rows=rows,
    )


def _gather(user_id: int, record: Record, row_id: int) -> None:
    now = time.monotonic()
    if not _gathered:
        _written[0] = now
    # ast-grep-ignore: time-comes-in no command runs, and whatever part of a page asks has no moment to give
    hour = timezone.now().replace(minute=0, second=0, microsecond=0)
    _gathered[user_id, hour, record.name, row_id] = None
    if len(_gathered) >= MOST_GATHERED or now - _written[0] > SECONDS_GATHERED:
        write_gathered()


def write_gathered() -> None:
    """Put the cards that this process has gathered into the database, and warn of whoever opens too many."""
    found = list(_gathered)
    for one in found:
        _gathered.pop(one, None)
    SeenCard.objects.bulk_create(
        [SeenCard(user_id=user, hour=hour, record=record, row_id=row) for user, hour, record, row in found],
        ignore_conflicts=True,
    )
    for user_id, hour in {(one[0], one[1]) for one in found}:
        user = User.objects.filter(pk=user_id).first()
        count = SeenCard.objects.filter(user_id=user_id, hour=hour).count()
        if user is not None and count > queries.most_views_of(user) and not queries.is_warned(user_id, hour):
            warn_of_many_cards(actor=SYSTEM, user=user, count=count)


def forget_gathered() -> None:
    """Begin anew, as a process does that has just started."""
    _kept.clear()
    _gathered.clear()


@command("access.warn_of_many_cards", label=gettext_lazy("Opened very many cards within an hour"))
def warn_of_many_cards(*, actor: Actor, user: User, count: int) -> None:
    """Tell those who watch over access that somebody opens cards one after another, as for taking the base away."""
    Reading.objects.create(kind=Reading.Kind.MASS, user_id=user.pk, user_name=user.name, rows=count)
    # Whoever is warned of themselves would learn only that they are noticed.
    watchers = tuple(one for one in queries.readers_of_log() if one != user.pk)
    emit(ManyCardsOpened(user_id=user.pk, count=count, watchers=watchers))


@command("access.forget_seen_cards", label=gettext_lazy("Forget which cards were opened"))
def forget_seen_cards(*, actor: Actor) -> int:
    """Delete the counts of opened cards older than a week; the access log itself stays. Returns how many."""
    return SeenCard.objects.filter(hour__lt=moment() - SEEN_KEPT).delete()[0]


@command("access.watch_rows", label=gettext_lazy("Guard rows"))
def watch_rows(
    *,
    actor: Actor,
    name: str,
    record: str,
    condition: dict[str, Any] | None = None,
    is_kept: bool = True,
    hidden: list[str] | None = None,
    masked: list[str] | None = None,
    watch_id: int | None = None,
) -> SensitiveRows:
    """
    Guard the rows of a record that hold a condition; without one, all its rows.

    :param is_kept: every reading of them is kept in the access log.
    :param hidden: keys of fields that nobody sees in these rows but those who may see guarded rows whole.
    :param masked: keys of fields of which the others see the end only.
    :param watch_id: the guard that is replaced.
    :raises Missing: there is no such record or guard.
    :raises Refused: the condition cannot be used, or there is no such field.
    :raises Denied: the condition speaks of a field that is closed to the actor.
    """
    known = registry.record(record)
    rules.check_guards(known, condition, [*(hidden or ()), *(masked or ())])
    guard = SensitiveRows(record=record) if watch_id is None else _watch(watch_id)
    rules.check_open(actor, known, condition, [guard.condition])
    guard.name, guard.record, guard.condition = name.strip() or str(known.plural), record, condition
    guard.is_kept, guard.hidden = is_kept, sorted(set(hidden or ()))
    guard.masked = sorted(set(masked or ()) - set(guard.hidden))
    guard.save()
    renew_guards()
    return guard


@command("access.stop_watching", label=gettext_lazy("Guard rows no longer"))
def stop_watching(*, actor: Actor, watch_id: int) -> None:
    """Guard some rows no longer; what the log has kept stays. :raises Missing: there is no such guard."""
    _watch(watch_id).delete()
    renew_guards()


def _watch(watch_id: int) -> SensitiveRows:
    found = SensitiveRows.objects.filter(pk=watch_id).first()
    if found is None:
        raise Missing("not_found", _("Not found, or out of your reach."))
    return found


def renew_guards(_rows: object = None) -> None:
    """What is known of guards, and with whose eyes everybody sees, is out of date."""
    queries.forget_sensitive()
    User.objects.update(access_stamp=F("access_stamp") + 1)
