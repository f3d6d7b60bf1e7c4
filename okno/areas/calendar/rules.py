"""When something may happen to a task. Pure: no writes, no clock, no request."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

from django.utils.translation import gettext as _

from okno.areas.calendar.models import Task
from okno.kit import worktime, zones
from okno.kit.errors import Refused

DAYS_OF_WEEK = 7


def check_is_open(task: Task) -> None:
    """:raises Refused: the task has ended."""
    if task.state != Task.State.OPEN:
        raise Refused("calendar.ended", _("The task has ended already."))


def check_title(title: str) -> None:
    """:raises Refused: the task says nothing."""
    if not title.strip():
        raise Refused("calendar.no_title", _("Say what is to be done."), missing=["title"])


def check_schedule(zone: str, week: Sequence[str], days: Mapping[str, str]) -> None:
    """:raises Refused: the zone is not known, the week has not seven days, or a day or its hours cannot be read."""
    zones.check(zone)
    if len(week) != DAYS_OF_WEEK:
        raise Refused("calendar.bad_week", _("A week has seven days."), missing=["week"])
    for day in days:
        check_day(day)
    for hours in (*week, *days.values()):
        if hours:
            worktime.read_hours(hours)


def check_day(text: str) -> None:
    """:raises Refused: the text is no day like 2026-12-31."""
    try:
        dt.date.fromisoformat(text)
    except ValueError as error:
        raise Refused("calendar.bad_day", _("“%(day)s” is not a day like 2026-12-31."), day=text[:20]) from error
