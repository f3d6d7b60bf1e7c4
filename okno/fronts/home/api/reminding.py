"""Reminders of whoever asks: those that wait, a new one, later, done."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pydantic
from django.http import HttpRequest
from django.utils.translation import gettext_lazy
from ninja import Router, Schema, Status

from okno.kit import permissions
from okno.kit.api.asking import Id, Key, actor_of, given, run
from okno.kit.api.operations import operation
from okno.kit.api.reading import plain
from okno.kit.api.shapes import Id as RowId
from okno.kit.api.shapes import Input, Moment
from okno.kit.models.notices import Reminder
from okno.kit.notices import reading
from okno.kit.notices.commands import reminders

router = Router()


class ReminderShape(Schema):
    """A reminder: what of, when it rings next, about which row."""

    id: int
    text: str
    at: Moment
    next_at: Moment
    record: str
    row_id: int | None
    is_important: bool
    repeat: str
    every: int
    until_over: bool
    state: str


class Made(Schema):
    """Reminders that were set: one for each person."""

    ids: list[int]


class NewReminder(Input):
    """
    A reminder for oneself, or for `people` who may see the row.

    `every` is of how many days, weeks or months it rings in one; `until_over` ends it when an invoice is paid, a deal
    or an enquiry closed.
    """

    text: str = pydantic.Field(min_length=1, max_length=500)
    at: pydantic.AwareDatetime
    record: str = pydantic.Field("", max_length=60)
    row_id: RowId | None = None
    is_important: bool = False
    repeat: Reminder.Repeat = Reminder.Repeat.NEVER
    every: int = pydantic.Field(1, ge=1, le=reminders.MOST_EVERY)
    until: dt.date | None = None
    until_over: bool = False
    people: list[RowId] | None = pydantic.Field(None, max_length=50)


class Later(Input):
    """When it rings again."""

    until: pydantic.AwareDatetime


class Finishing(Input):
    """Whether one that repeats ends as well."""

    for_good: bool = False


@operation(
    router, "GET", "/reminders", name="reminders_list", summary=gettext_lazy("Reminders"), answer=list[ReminderShape]
)
def waiting(request: HttpRequest, *, done: bool = False) -> Any:
    """One's own reminders that wait, the nearest first; with `done` those that are over."""
    actor = actor_of(request)
    permissions.check_may(actor, reminders.finish.name)
    return [_shown(one) for one in reading.reminders(actor, is_done=done)]


@operation(
    router, "POST", "/reminders", name="reminders_create", summary=reminders.add.label,
    answer={201: Made},
)  # fmt: skip
def add(request: HttpRequest, body: NewReminder, key: Key = "") -> Any:
    """Set a reminder for oneself, or for colleagues who may view the row."""
    # Under a key that was seen the command answers with ids alone.
    made = run(request, reminders.add, given(body), key)
    return Status(201, {"ids": [getattr(one, "pk", one) for one in made]})


@operation(
    router, "POST", "/reminders/{id}/snooze", name="reminders_snooze", summary=reminders.snooze.label,
    answer=ReminderShape,
)  # fmt: skip
def snooze(request: HttpRequest, id: Id, body: Later, key: Key = "") -> Any:  # noqa: A002 - the name in addresses
    """Let a reminder of one's own ring again at this moment."""
    return _shown(run(request, reminders.snooze, {"reminder_id": id, **given(body)}, key))


@operation(
    router, "POST", "/reminders/{id}/finish", name="reminders_finish", summary=reminders.finish.label,
    answer=ReminderShape,
)  # fmt: skip
def finish(request: HttpRequest, id: Id, body: Finishing, key: Key = "") -> Any:  # noqa: A002 - as above
    """Be done with a reminder; one that repeats goes on to its next moment unless it is ended for good."""
    return _shown(run(request, reminders.finish, {"reminder_id": id, **given(body)}, key))


def _shown(one: Reminder) -> dict[str, Any]:
    names = ("text", "record", "row_id", "is_important", "repeat", "every", "until_over", "state")
    told = {name: getattr(one, name) for name in names}
    return {"id": one.pk, "at": plain(one.at), "next_at": plain(one.next_at), **told}
