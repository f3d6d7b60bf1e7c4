"""Sending notices outside the pages: one letter for all that is due, with a log of what became of each."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from itertools import groupby

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from okno.kit.commands import asks_for, command, moment
from okno.kit.http import TransportError
from okno.kit.jobs import actor_for
from okno.kit.models.notices import NoticeDelivery
from okno.kit.notices import audiences, reading, wording
from okno.kit.notices.channels import CHANNELS, Channel
from okno.kit.permissions import SYSTEM, Actor
from okno.kit.registry import registry
from okno.kit.rows.cells import Moment

# How long a job has for what it was given, before it is given out again.
LEASE = dt.timedelta(minutes=10)
# Whatever the other side asks for, news of a day ago are none.
LONGEST_WAIT = dt.timedelta(days=1)
MOST_TRIES = 5
State = NoticeDelivery.State


@command("sending.deliver", told_as=gettext_lazy("Send notices that are due"))
def deliver(*, actor: Actor) -> int:
    """
    Give what is due to jobs, one for each person, channel and address of theirs there: what did not reach one of two
    browsers is tried again for that one only. Returns how many notices are on their way.
    """
    due = NoticeDelivery.objects.filter(state=State.WAITING, due_at__lte=moment())
    rows = due.select_for_update(of=("self",), skip_locked=True).select_related("notice")
    found = sorted(rows.order_by("id")[:2000], key=lambda one: (*_place(one), one.pk))
    NoticeDelivery.objects.filter(pk__in=[one.pk for one in found]).update(due_at=moment() + LEASE)
    for (user_id, channel, address), group in groupby(found, key=_place):
        given = {"channel": channel, "deliveries": [one.pk for one in group]}
        registry.defer(send.name, SYSTEM, given, lock=f"notices:{channel}:{user_id}:{address}")
    return len(found)


def _place(one: NoticeDelivery) -> tuple[int, str, str]:
    return one.notice.user_id, one.channel, one.address


@command("sending.send", told_as=gettext_lazy("Send notices to a person"))
def send(*, actor: Actor, channel: str, deliveries: list[int]) -> int:
    """
    Hand over one message with all these notices of one person at one address. Returns how many were in it.

    What was read in the pages meanwhile, or is out of the person's reach now, is left out; whoever may not sign in any
    more is sent nothing, and nothing goes to a browser that was switched off.
    """
    rows = NoticeDelivery.objects.filter(pk__in=deliveries, channel=channel, state=State.WAITING)
    found = list(rows.select_for_update(of=("self",)).select_related("notice").order_by("notice__at", "id"))
    way = CHANNELS.get(channel)
    if not found or way is None or not asks_for(f"{send.name}: {channel}"):
        return 0
    user_id = found[0].notice.user_id
    if trouble := _why_not(way, user_id, found[0].address):
        _end(found, State.SKIPPED, trouble)
        return 0
    reader = actor_for(user_id)
    unread = [one for one in found if one.notice.read_at is None]
    _end([one for one in found if one.notice.read_at is not None], State.SKIPPED, _("It was read in Okno."))
    told = reading.told(reader, [one.notice for one in unread], Moment(moment(), reader.zone))
    _end([one for one in unread if one.notice_id not in told], State.SKIPPED, _("It is out of reach now."))
    going = [one for one in unread if one.notice_id in told]
    if going:
        try:
            way.send(wording.message(reader, [told[one.notice_id] for one in going], found[0].address))
        except TransportError as error:
            _try_again(going, error)
            return 0
        for one in going:
            _end([one], State.SENT, reading.why_sent_on(one.notice))
    return len(going)


def _why_not(way: Channel, user_id: int, address: str) -> str:
    """Why nothing goes to an address of a person any more, empty when it does."""
    if not audiences.working([user_id]):
        return _("The person may not sign in any more.")
    return "" if address in way.addresses(user_id) else _("This way was switched off.")


def _end(rows: Sequence[NoticeDelivery], state: str, told: str) -> None:
    for one in rows:
        one.state, one.told, one.ended_at = state, told[:500], moment()
        one.save(update_fields=["state", "told", "ended_at"])


def _try_again(rows: Sequence[NoticeDelivery], trouble: TransportError) -> None:
    """
    Later, each time four times as late, and not before the other side wants to hear of us again; what it refuses for
    good is not tried again.
    """
    asked = min(dt.timedelta(seconds=trouble.wait), LONGEST_WAIT)
    for one in rows:
        one.tries += 1
        one.told = trouble.message[:500]
        one.due_at = moment() + max(dt.timedelta(minutes=4**one.tries), asked)
        if trouble.permanent or one.tries >= MOST_TRIES:
            one.state, one.ended_at = State.FAILED, moment()
        one.save(update_fields=["tries", "told", "due_at", "state", "ended_at"])
