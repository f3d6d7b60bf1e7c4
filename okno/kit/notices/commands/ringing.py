"""Reminders whose moment has come."""

from __future__ import annotations

from django.utils.translation import gettext_lazy

from okno.kit import live, reached
from okno.kit.commands import command, moment
from okno.kit.jobs import actor_for
from okno.kit.models.notices import Reminder
from okno.kit.notices import audiences, ending, kinds
from okno.kit.notices.commands import telling
from okno.kit.notices.commands.reminders import TOPIC
from okno.kit.permissions import Actor

KIND = "notices.reminder"
State = Reminder.State


@command("ringing.ring", told_as=gettext_lazy("Ring the reminders that are due"))
def ring(*, actor: Actor) -> int:
    """
    Let the reminders ring whose moment has come, and end those that ring about what is over by now. Returns how many
    have come.
    """
    _end_over()
    due = Reminder.objects.filter(state=State.WAITING, next_at__lte=moment())
    found = list(due.select_for_update(skip_locked=True).order_by("next_at", "id")[:500])
    for one in found:
        _ring_one(one)
    live.tell_users([one.user_id for one in found], TOPIC)
    return len(found)


def _end_over() -> None:
    """Let those stop ringing that were to ring until their row is over, and it is."""
    rows = Reminder.objects.filter(state=State.RINGING, until_over=True)
    for one in rows.select_for_update(skip_locked=True).order_by("id"):
        row = reached.row(actor_for(one.user_id), one.record, one.row_id)
        if row is None or ending.is_over(one.record, row):
            _end(one)
            live.tell_users([one.user_id], TOPIC)


def _end(reminder: Reminder) -> None:
    reminder.state, reminder.done_at = State.DONE, moment()
    reminder.save(update_fields=["state", "done_at"])


def _ring_one(reminder: Reminder) -> None:
    """Ring; one about a row that is over, or that its person may not view any more, ends in silence."""
    row = reached.row(actor_for(reminder.user_id), reminder.record, reminder.row_id)
    is_over = row is not None and reminder.until_over and ending.is_over(reminder.record, row)
    if is_over or (reminder.row_id is not None and row is None):
        _end(reminder)
        return
    reminder.state = State.RINGING
    reminder.save(update_fields=["state"])
    told = {"text": reminder.text, "reminder": reminder.pk, "by": reminder.by_name}
    telling.tell(kinds.KINDS[KIND], {reminder.user_id: audiences.OWN}, row=row, payload=told)
