"""Notices that nobody has read in time go on: to their person by another way, or to the head of that person."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy

from okno.kit import reached
from okno.kit.commands import command, moment
from okno.kit.jobs import actor_for
from okno.kit.models.notices import Notice, NoticeDelivery, NoticeEscalation, NoticeRow
from okno.kit.notices import audiences, choosing, escalating, kinds, reading
from okno.kit.notices.channels import CHANNELS
from okno.kit.notices.commands import telling
from okno.kit.permissions import SYSTEM, Actor
from okno.kit.rows.cells import Moment

# What stayed where it was for longer, while nothing could be sent, is no news any more.
LONGEST = dt.timedelta(days=1)
AT_ONCE = 500
State = NoticeDelivery.State


@command("escalating.escalate", told_as=gettext_lazy("Send on the notices that were not read"))
def escalate(*, actor: Actor) -> int:
    """Send on, each once, the notices that were not read within the minutes of their kind. Returns how many."""
    found = [(rule, one) for rule in escalating.escalations().values() if _can_go(rule) for one in _late(rule)]
    for rule, one in found:
        one.waited = rule.minutes
        one.save(update_fields=["waited"])
        reader = actor_for(one.user_id)
        if _still_matters(reader, one):
            _tell_heads(one, reader) if rule.to == audiences.HEAD else _hurry(rule.to, one, reader)
    return len(found)


def _can_go(rule: NoticeEscalation) -> bool:
    return rule.kind in kinds.KINDS and (rule.to == audiences.HEAD or rule.to in choosing.ready_channels())


def _late(rule: NoticeEscalation) -> list[Notice]:
    """Those that were told since the rule is there, and are unread for as long as it says."""
    until = moment() - dt.timedelta(minutes=rule.minutes)
    unread = Notice.objects.filter(kind=rule.kind, read_at=None, is_in_app=True, waited=None)
    rows = unread.filter(at__gt=max(rule.since, until - LONGEST), at__lte=until)
    return list(rows.select_for_update(skip_locked=True).order_by("at", "id")[:AT_ONCE])


def _still_matters(reader: Actor, notice: Notice) -> bool:
    """Whether its person still works here, and reaches what it is about."""
    is_here = reader.user_id is not None and bool(audiences.working([reader.user_id]))
    return is_here and bool(reading.told(reader, [notice], Moment(moment(), reader.zone)))


def _hurry(channel: str, notice: Notice, reader: Actor) -> None:
    """
    Let it go by a channel, whatever its person has chosen for that, as soon as their quiet hours allow; what has gone
    there already does not go again, and what waits for a digest waits no longer.
    """
    hours = choosing.hours_of([notice.user_id])[notice.user_id]
    due = choosing.due_at(choosing.Mode.NOW, moment(), hours, reader.zone)
    for address in CHANNELS[channel].addresses(notice.user_id):
        sent, is_new = NoticeDelivery.objects.get_or_create(
            notice=notice, channel=channel, address=address, defaults={"due_at": due}
        )
        if not is_new and sent.state == State.WAITING and due < sent.due_at:
            sent.due_at = due
            sent.save(update_fields=["due_at"])


def _tell_heads(notice: Notice, reader: Actor) -> None:
    """Tell the heads of its person what is not read, of cards that they reach and a kind that they may hear of."""
    needed = kinds.KINDS[notice.kind].permission
    heads = [one for one in escalating.heads_of(reader) if not needed or actor_for(one).may(needed)]
    said = {"person": reader.name, "minutes": notice.waited, "about": notice.kind}
    if notice.is_many:
        for head in heads:
            _tell_of_many(head, notice, said)
    elif row := reached.row(SYSTEM, notice.scope_record, notice.scope_id):
        telling.tell(kinds.KINDS[escalating.KIND], dict.fromkeys(heads, audiences.HEAD), row=row, payload=said)


def _tell_of_many(head: int, notice: Notice, said: Mapping[str, Any]) -> None:
    """The list of a notice belongs to its reader: a head has one of their own, of the rows that they reach."""
    if not (ids := reading.reached_of(actor_for(head), notice)):
        return
    kind = kinds.KINDS[escalating.KIND]
    for told in telling.tell(kind, {head: audiences.HEAD}, row=None, payload=said):
        told.scope_record, told.count = notice.scope_record, len(ids)
        told.save(update_fields=["scope_record", "count"])
        NoticeRow.objects.bulk_create(NoticeRow(notice=told, row_id=one) for one in ids)
