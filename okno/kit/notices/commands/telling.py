"""Telling people of events: whom, once within ten minutes or of long work, never of their own doing or out of reach."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Model, QuerySet

from okno.kit import commands, journal_runs, live, reached
from okno.kit.jobs import actor_for
from okno.kit.models.journal import CommandRun
from okno.kit.models.notices import Notice, NoticeChoice, NoticeDelivery, NoticeHours, NoticeRow
from okno.kit.notices import audiences, choosing, kinds
from okno.kit.notices.channels import CHANNELS, IN_APP
from okno.kit.notices.kinds import NoticeKind
from okno.kit.permissions import SYSTEM
from okno.kit.registry import registry

ALIKE = dt.timedelta(minutes=10)
# Long work is let go on for so long before a letter tells of it.
SETTLES = dt.timedelta(minutes=2)
TOPIC, POPS, GROWS = "notices", "pops", "grows"
MOST_SAID = 900
About = tuple[str, int | None]
NOTHING: About = ("", None)
PERSON = "person"


@dataclass(frozen=True, slots=True)
class Way:
    """How a notice comes to a person: by which channel, to which of their addresses there, and when."""

    channel: str
    address: str
    mode: str


def tell_of(event: Any) -> None:
    """Tell the audiences of each kind that this event has; a person is told of one event once, by the first kind."""
    doer, heard = doer_of(), set[int]()
    batch = journal_runs.batch_of(_told_by())
    for kind in kinds.of(event):
        record = kind.record if "." in kind.record else getattr(event, kind.record)
        row = reached.row(SYSTEM, record, getattr(event, kind.row))
        people = audiences.people(row, event, kind.to)
        waiting = {user: reason for user, reason in people.items() if user not in heard and not _is_own(doer, user)}
        payload = {name: getattr(event, name) for name in kind.values}
        heard |= {one.user_id for one in tell(kind, waiting, row=row, payload=payload, doer=doer, batch=batch)}


def tell(
    kind: NoticeKind,
    people: Mapping[int, str],
    *,
    row: Model | None,
    payload: Mapping[str, Any],
    doer: CommandRun | None = None,
    batch: int | None = None,
) -> list[Notice]:
    """
    Tell these people, each with the reason: those who may sign in, reach the row, and want to hear of it.

    :param batch: the long work that has done it: all that it did of this kind is one notice.

    Runs inside a command.
    """
    about = (registry.record_of(type(row)).name, row.pk) if row is not None else NOTHING
    known = audiences.working(people) - choosing.deaf(people.keys(), kind.code, *about)
    chosen, hours = choosing.choices(known, [kind.code]), choosing.hours_of(known)
    told = []
    for user_id in sorted(known):
        actor = actor_for(user_id)
        if row is not None and not reached.sees(actor, row):
            continue
        ways = _ways(chosen, user_id, kind)
        if not ways:
            continue
        notice = _kept(user_id, kind, about, payload, batch)
        notice.reason, notice.payload = people[user_id], _together(kind, notice, payload)
        _sign(notice, doer)
        notice.is_in_app = any(way.channel == IN_APP for way in ways)
        notice.save()
        _send_off(notice, [way for way in ways if way.channel != IN_APP], hours[user_id], actor.zone)
        told.append(notice)
    _show(kind, [one for one in told if one.is_in_app])
    return told


def _ways(chosen: choosing.Choices, user_id: int, kind: NoticeKind) -> list[Way]:
    """The ways by which it comes to this person."""
    found: list[Way] = []
    for channel in (IN_APP, *choosing.ready_channels()):
        mode = chosen.mode(user_id, kind, channel)
        if mode != NoticeChoice.Mode.OFF:
            addresses = ("",) if channel == IN_APP else CHANNELS[channel].addresses(user_id)
            found += [Way(channel, address, mode) for address in addresses]
    return found


def _show(kind: NoticeKind, told: Sequence[Notice]) -> None:
    """Let open pages ask again; what pops is named to them."""
    if not kind.pops:
        live.tell_users([one.user_id for one in told], TOPIC)
        return
    for one in told:
        live.tell_users([one.user_id], TOPIC, one.pk, kind=GROWS if one.is_many else POPS)


def _kept(user_id: int, kind: NoticeKind, about: About, payload: Mapping[str, Any], batch: int | None) -> Notice:
    """
    A new notice, or the one that now stands for this event too: that of the same long work, or the like one of the
    last ten minutes; one that is about no row is like those that say the same. What adds up begins anew once it was
    read, and needs no number of events beside.
    """
    at, (record, row_id) = commands.moment(), about
    own = Notice.objects.filter(user_id=user_id, kind=kind.code, scope_record=record)
    batch = batch if row_id is not None and not kind.sums else None
    same = own.filter(batch=batch, read_at=None) if batch is not None else _alike(own, kind, row_id, payload)
    found = same.select_for_update().order_by("-at", "-id").first()
    if found is None:
        found = Notice(user_id=user_id, kind=kind.code, tab=kind.tab, scope_record=record, scope_id=row_id, batch=batch)
    elif batch is not None and row_id is not None:
        _gather(found, row_id)
    elif not kind.sums:
        found.count += 1
    if found.read_at is not None:
        found.waited = None
    found.at, found.read_at = at, None
    return found


def _alike(own: QuerySet[Notice], kind: NoticeKind, row_id: int | None, payload: Mapping[str, Any]) -> QuerySet[Notice]:
    alike = own.filter(scope_id=row_id, at__gt=commands.moment() - ALIKE)
    same = alike if row_id is not None else alike.filter(payload=dict(payload))
    return same.filter(read_at=None) if kind.sums else same


def _gather(notice: Notice, row_id: int) -> None:
    """Let a notice of long work stand for one more row; while it was of one alone, it told of that one."""
    if notice.scope_id == row_id:
        notice.count += 1
        return
    if notice.scope_id is not None:
        NoticeRow.objects.create(notice=notice, row_id=notice.scope_id)
        notice.scope_id, notice.count = None, 1
    _row, is_new = NoticeRow.objects.get_or_create(notice=notice, row_id=row_id)
    notice.count += is_new


def _together(kind: NoticeKind, notice: Notice, payload: Mapping[str, Any]) -> dict[str, Any]:
    """
    What the event says, of many rows nothing; texts of like events stay below the new one: a mention is not lost in
    the next.
    """
    if notice.is_many:
        return {}
    summed = {name: payload.get(name, 0) + notice.payload.get(name, 0) for name in kind.sums}
    said = [one for one in (payload.get("text"), notice.payload.get("text")) if one]
    together = {"text": "\n".join(said)[:MOST_SAID]} if len(said) > 1 else {}
    return {**payload, **summed, **together}


def _sign(notice: Notice, doer: CommandRun | None) -> None:
    notice.by_name = doer.actor_name if doer is not None and doer.actor_kind == PERSON else ""
    notice.run_id = doer.pk if doer is not None else None


def _send_off(notice: Notice, ways: Sequence[Way], hours: NoticeHours, zone: ZoneInfo) -> None:
    """
    Put it on its way by the channels that are on, once by each; what has gone already goes again with all that came
    after it, ten minutes later.
    """
    begins = notice.at + SETTLES if notice.batch is not None else notice.at
    for way in ways:
        due = choosing.due_at(way.mode, begins, hours, zone)
        sent, is_new = NoticeDelivery.objects.get_or_create(
            notice=notice, channel=way.channel, address=way.address, defaults={"due_at": due}
        )
        if not is_new and sent.state != NoticeDelivery.State.WAITING:
            later = choosing.due_at(way.mode, notice.at + ALIKE, hours, zone)
            sent.state, sent.due_at, sent.tries, sent.told = NoticeDelivery.State.WAITING, later, 0, ""
            sent.save(update_fields=["state", "due_at", "tries", "told"])


def _is_own(doer: CommandRun | None, user_id: int) -> bool:
    return doer is not None and doer.user_id == user_id


def doer_of() -> CommandRun | None:
    """The run that told the event, or the person's run that called it: one's own doing is no news."""
    run = CommandRun.objects.filter(pk=_told_by() or 0).first()
    while run is not None and run.actor_kind != PERSON and run.depth > 0 and run.cause is not None:
        run = run.cause
    return run


def _told_by() -> int | None:
    """The run that told the event whose handler runs now."""
    current = commands.current()
    return CommandRun.objects.filter(pk=current.id).values_list("cause_id", flat=True).first() if current else None
