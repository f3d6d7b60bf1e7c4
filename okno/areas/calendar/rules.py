"""When something may happen to a task. Pure: no writes, no clock, no request."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence

from django.utils.translation import gettext as _

from okno.areas.calendar.models import Task
from okno.kit import worktime, zones
from okno.kit.errors import Refused

DAYS_OF_WEEK = 7
RUSSIAN_DAY = re.compile(r"([0-9]{1,2})\.([0-9]{1,2})\.([0-9]{4})")
# Minutes that a call and a meeting usually take, and the longest that a task may be said to take.
USUAL_DURATION = {Task.Kind.CALL.value: 15, Task.Kind.MEETING.value: 60}
LONGEST = 24 * 60
# A working year.
MOST_HOURS = 2_000
HELD = (Task.Kind.CALL, Task.Kind.MEETING)


def check_is_open(task: Task) -> None:
    """:raises Refused: the task has ended."""
    if task.state != Task.State.OPEN:
        raise Refused("calendar.ended", _("The task has ended already."))


def check_title(title: str) -> None:
    """:raises Refused: the task says nothing."""
    if not title.strip():
        raise Refused("calendar.no_title", _("Say what is to be done."), missing=["title"])


def check_hours(hours: int) -> None:
    """:raises Refused: a task would be due before now, or in years."""
    if not 0 <= hours <= MOST_HOURS:
        text = _("Say in how many working hours it is due: from 0 to %(most)s.")
        raise Refused("calendar.hours", text, most=MOST_HOURS, missing=["hours"])


def check_duration(minutes: int | None) -> None:
    """:raises Refused: the task takes no time, or more than a day."""
    if minutes is not None and not 0 < minutes <= LONGEST:
        text = _("A task takes from 1 minute to 24 hours (%(most)s minutes).")
        raise Refused("calendar.bad_duration", text, most=LONGEST, missing=["duration"])


def direction_of(kind: str, said: str | None) -> str:
    """The direction of a task: a call is outgoing unless it was said otherwise, nothing else has one."""
    return (said or Task.Direction.OUT.value) if kind == Task.Kind.CALL else ""


def check_direction(kind: str, direction: str | None) -> None:
    """:raises Refused: something else than a call is said to have a direction."""
    if direction and kind != Task.Kind.CALL:
        raise Refused("calendar.no_direction", _("Only a call is incoming or outgoing."), missing=["direction"])


def check_contact(*, is_with: bool) -> None:
    """:raises Refused: the contact works at another client."""
    if not is_with:
        raise Refused("calendar.other_contact", _("The contact is of another client."), missing=["contact"])


def check_held(kind: str, text: str, begun_at: dt.datetime | None, now: dt.datetime) -> None:
    """:raises Refused: it is neither a call nor a meeting, says nothing, or has not begun yet."""
    if kind not in HELD:
        raise Refused("calendar.not_held", _("A call or a meeting is written down."), missing=["kind"])
    if not text.strip():
        raise Refused("calendar.nothing_said", _("Write what was said."), missing=["text"])
    if begun_at is not None and begun_at > now:
        text = _("This has not begun yet: plan a task instead.")
        raise Refused("calendar.not_begun", text, missing=["at"])


def held_title(task: Task) -> str:
    """What a call or a meeting is called when nobody said."""
    if task.kind == Task.Kind.MEETING:
        return _("Meeting")
    return _("Incoming call") if task.direction == Task.Direction.IN else _("Outgoing call")


def span_of(begun_at: dt.datetime | None, minutes: int | None, now: dt.datetime) -> tuple[dt.datetime, dt.datetime]:
    """When something that was held began and ended: just now, unless its beginning is known; never later than now."""
    length = dt.timedelta(minutes=minutes or 0)
    begins = begun_at or now - length
    return begins, min(begins + length, now)


def check_schedule(zone: str, week: Sequence[str], days: Mapping[str, str]) -> None:
    """:raises Refused: the zone is not known, the week has not seven days, or a day or its hours cannot be read."""
    zones.check(zone)
    if len(week) != DAYS_OF_WEEK:
        raise Refused("calendar.bad_week", _("A week has seven days."), missing=["week"])
    for day in days:
        read_day(day)
    for hours in (*week, *days.values()):
        if hours:
            worktime.read_hours(hours)


def read_day(text: str) -> dt.date:
    """The day that is written like 31.12.2026 or 2026-12-31. :raises Refused: it is no day."""
    try:
        if written := RUSSIAN_DAY.fullmatch(text.strip()):
            day, month, year = (int(part) for part in written.groups())
            return dt.date(year, month, day)
        return dt.date.fromisoformat(text.strip())
    except ValueError as error:
        raise Refused("calendar.bad_day", _("“%(day)s” is not a day like 31.12.2026."), day=text[:20]) from error
