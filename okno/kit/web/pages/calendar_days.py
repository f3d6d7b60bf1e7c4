"""What may be done with the days of a calendar: rows are moved to others by a command, new ones are made on them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.urls import Resolver404, resolve

from okno.kit import formats
from okno.kit.changing.asked import update_of
from okno.kit.commands import Command
from okno.kit.days import MORNING
from okno.kit.errors import Missing, Refused
from okno.kit.fields import logic
from okno.kit.kinds import Kind
from okno.kit.registry import Field
from okno.kit.rows import veils
from okno.kit.rows.cells import Moment
from okno.kit.web.pages.command import CommandPage

if TYPE_CHECKING:
    from okno.kit.web.pages.list import ListPage


@dataclass(frozen=True)
class Mover:
    """The command that gives a row another day: by `parameter`, or, when it is empty, among the `values` it takes."""

    command: Command[Any, Any]
    on: str
    key: str
    parameter: str = ""

    def arguments(self, row_id: int, day: dt.date) -> dict[str, Any]:
        """What the command is given."""
        if self.parameter:
            return {self.on: row_id, self.parameter: day}
        return {self.on: row_id, "values": {self.key: day}}


def fields(asked: ListPage) -> dict[str, Field]:
    """Days and moments by which rows may be shown, those that people set first."""
    record, actor = asked.record, asked.actor
    able = {
        key: field
        for key, field in record.all_fields().items()
        if field.kind in {Kind.DATE, Kind.MOMENT} and not field.many and actor.sees_some(record.name, key)
    }
    return dict(sorted(able.items(), key=lambda one: not is_set(asked, *one)))


def is_set(asked: ListPage, key: str, field: Field) -> bool:
    """Whether people set the day: in the row itself, or by a command that the list names."""
    return key in asked.day_moves or logic.is_needed(field)


def mover(asked: ListPage, key: str) -> Mover | None:
    """How rows are moved by this field, when the actor may."""
    field = asked.record.field(key)
    if field is None or not is_set(asked, key, field):
        return None
    if (move := asked.day_moves.get(key)) is not None:
        found = Mover(move.command, move.on, key, move.parameter)
    else:
        try:
            found = Mover(*update_of(asked.record), key)
        except (Missing, Refused):
            return None
    return found if asked.actor.may(found.command.name) else None


def create_pattern(asked: ListPage, key: str) -> str:
    """The address of the form of a new row with `{day}` in it; empty where the form does not ask for the field."""
    may_create = not asked.create_permission or asked.actor.may(asked.create_permission)
    if not asked.create_url or not may_create or not _asks(asked, key):
        return ""
    return f"{asked.create_url}?{urlencode({key: ''})}{{day}}"


def lasting(asked: ListPage, key: str) -> tuple[Any, ...]:
    """What is read of rows to know how long they last: nothing, the column, or it and whether it is closed."""
    path = asked.lengths.get(key)
    closed = veils.closed_among(asked.actor, asked.record, (path,)) if path else None
    return () if path is None else (path,) if closed is None else (path, closed)


def minutes_of(values: Sequence[Any]) -> int:
    """How many minutes a row lasts by what was read; none where that is closed or not said."""
    length, *closed = values
    return 0 if any(closed) else length or 0


def time_of(at: dt.datetime, minutes: int, moment: Moment) -> str:
    """`10:00`, or `10:00–10:30` of what lasts."""
    times = [at, at + dt.timedelta(minutes=minutes)] if minutes else [at]
    return "–".join(formats.time_text(one, moment.zone) for one in times)


def start_of(day: dt.date, field: Field, moment: Moment) -> str:
    """What the form begins with: the day, or its morning; today the next whole hour when the morning has passed."""
    if field.kind is not Kind.MOMENT:
        return day.isoformat()
    local = moment.at.astimezone(moment.zone)
    soon = (local + dt.timedelta(hours=1)).replace(minute=0, second=0, microsecond=0, tzinfo=None)
    morning = dt.datetime.combine(day, MORNING)
    return (max(morning, soon) if soon.date() == day else morning).isoformat(timespec="minutes")


def _asks(asked: ListPage, key: str) -> bool:
    """Whether the form of a new row has the field: some of what commands take is not asked of people."""
    try:
        page = getattr(resolve(asked.create_url).func, "view_class", None)
    except Resolver404:
        return False
    if page is None or not issubclass(page, CommandPage):
        return False
    made = page()
    made.setup(asked.request)
    return key in made.make_form(None, initial={key: ""}).fields
