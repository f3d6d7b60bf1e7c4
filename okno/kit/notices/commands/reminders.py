"""Reminders: set for a moment on any row, ringing until done, snoozed, repeated."""

from __future__ import annotations

import datetime as dt
from copy import copy
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from okno.kit import live, reached, worktime
from okno.kit.commands import command, moment
from okno.kit.conditions.moments import add_months
from okno.kit.errors import Missing, Refused
from okno.kit.jobs import actor_for
from okno.kit.models.notices import Reminder
from okno.kit.notices import ending
from okno.kit.permissions import Actor
from okno.kit.registry import registry

TOPIC = "reminders"
State, Repeat = Reminder.State, Reminder.Repeat
DAY = dt.timedelta(days=1)
MOST_EVERY = 365


@command("reminders.add", label=gettext_lazy("Remind"))
def add(
    *,
    actor: Actor,
    text: str,
    at: dt.datetime,
    record: str = "",
    row_id: int | None = None,
    is_important: bool = False,
    repeat: str = "",
    every: int = 1,
    until: dt.date | None = None,
    until_over: bool = False,
    people: list[int] | None = None,
) -> list[Reminder]:
    """
    Set a reminder for oneself, or for colleagues who may view the row.

    :param every: of how many days, weeks or months it rings in one: 3 with `daily` is every third day.
    :param until: the last day of a reminder that repeats.
    :param until_over: it ends by itself when the row is over, as `notices.ends` says of its record.
    :raises Refused: the text is empty, the moment has passed, it repeats in no way that there is, nothing tells when
        such a row is over, or a colleague may not view the row.
    :raises Missing: the row is out of the actor's reach.
    """
    _check_asked(text, at, repeat, every)
    _check_ends(record, until_over=until_over)
    reached.check(actor, record, row_id)
    for_whom = people or [actor.user_id or 0]
    for user_id in set(for_whom) - {actor.user_id}:
        _check_colleague(user_id, record, row_id)
    shared = Reminder(
        record=record if row_id is not None else "", row_id=row_id, text=text.strip()[:500], at=at, next_at=at,
        is_important=is_important, repeat=Repeat(repeat), every=every, until=until, until_over=until_over,
    )  # fmt: skip
    return [_set(actor, user_id, shared) for user_id in for_whom]


def _set(actor: Actor, user_id: int, like: Reminder) -> Reminder:
    made = copy(like)
    made.user_id, made.by_name = user_id, "" if user_id == actor.user_id else actor.name
    made.save()
    return made


def _check_asked(text: str, at: dt.datetime, repeat: str, every: int) -> None:
    if not text.strip():
        raise Refused("reminders.empty", _("Write what to remind of."), missing=["text"])
    if at <= moment():
        raise Refused("reminders.past", _("This moment has passed already."), missing=["at"])
    if not 1 <= every <= MOST_EVERY:
        raise Refused(
            "reminders.bad_every", _("Write a number from 1 to %(most)s."), most=MOST_EVERY, missing=["every"]
        )
    if repeat not in Repeat.values:
        raise Refused("reminders.no_repeat", _("Nothing repeats “%(how)s”."), how=repeat[:50], missing=["repeat"])


def _check_ends(record: str, *, until_over: bool) -> None:
    if until_over and record not in ending.ENDINGS:
        raise Refused("reminders.no_end", _("Nothing tells when this is over."), missing=["until_over"])


def _check_colleague(user_id: int, record: str, row_id: int | None) -> None:
    if registry.colleagues is not None and user_id not in dict(registry.colleagues()):
        raise Missing("not_found", _("Not found, or out of your reach."))
    colleague = actor_for(user_id)
    if row_id is not None and reached.row(colleague, record, row_id) is None:
        raise Refused("reminders.unseen", _("%(name)s may not view this card."), name=colleague.name)


@command("reminders.snooze", label=gettext_lazy("Remind later"))
def snooze(*, actor: Actor, reminder_id: int, until: dt.datetime) -> Reminder:
    """
    Let a reminder ring again at this moment.

    :raises Missing: it is not the actor's.
    :raises Refused: the moment has passed, or the reminder is done.
    """
    found = _own(actor, reminder_id)
    if found.state == State.DONE:
        raise Refused("reminders.done", _("This reminder is done."))
    if until <= moment():
        raise Refused("reminders.past", _("This moment has passed already."), missing=["until"])
    found.state, found.next_at, found.snoozed = State.WAITING, until, found.snoozed + 1
    found.save(update_fields=["state", "next_at", "snoozed"])
    live.tell_users([actor.user_id], TOPIC)
    return found


@command("reminders.finish", label=gettext_lazy("Done"))
def finish(*, actor: Actor, reminder_id: int, for_good: bool = False) -> Reminder:
    """
    Be done with a reminder; one that repeats goes on to its next moment unless it is ended for good.

    :raises Missing: it is not the actor's.
    """
    found = _own(actor, reminder_id)
    following = None if for_good else next_moment(found, moment(), actor.zone)
    if following is None:
        found.state, found.done_at = State.DONE, moment()
    else:
        found.state, found.at, found.next_at = State.WAITING, following, following
    found.save(update_fields=["state", "done_at", "at", "next_at"])
    live.tell_users([actor.user_id], TOPIC)
    return found


def next_moment(reminder: Reminder, after: dt.datetime, zone: ZoneInfo) -> dt.datetime | None:
    """The next moment of a reminder that repeats, at the same time of day; None when there is no more."""
    if reminder.repeat == Repeat.NEVER:
        return None
    first = reminder.at.astimezone(zone)
    day = first.date()
    for number in range(1, 5000):
        day = _step(first.date(), day, number, reminder, zone)
        found = dt.datetime.combine(day, first.time(), zone)
        if found > after:
            return None if reminder.until is not None and day > reminder.until else found
    return None


def _step(first: dt.date, day: dt.date, number: int, reminder: Reminder, zone: ZoneInfo) -> dt.date:
    repeat, every = reminder.repeat, reminder.every
    if repeat == Repeat.MONTHLY:
        # From the first day on, so that the 31st comes back after a short month.
        return add_months(first, number * every)
    if repeat == Repeat.WEEKLY:
        return day + 7 * every * DAY
    if repeat == Repeat.WORKDAYS:
        return worktime.add_work_days(day, every, worktime.office(zone, follows_calendar=True))
    return day + every * DAY


def _own(actor: Actor, reminder_id: int) -> Reminder:
    found = Reminder.objects.select_for_update().filter(pk=reminder_id, user_id=actor.user_id or 0).first()
    if found is None:
        raise Missing("not_found", _("Not found, or out of your reach."))
    return found
