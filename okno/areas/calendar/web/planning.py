"""How tasks stand in a day: which group a deadline falls into, its colour, and quick ways to move it."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

from django.utils.translation import gettext_lazy as _

from okno.kit import formats

ICONS = {"call": "phone", "meeting": "users", "letter": "mail", "other": "checkbox"}
GROUPS: dict[str, object] = {
    "overdue": _("Overdue"),
    "today": _("Today"),
    "tomorrow": _("Tomorrow"),
    "later": _("Later"),
    "someday": _("Without a deadline"),
}
COLOURS = {"overdue": "red", "today": "yellow", "tomorrow": "green", "later": "green", "someday": "grey"}
STEPS: dict[str, object] = {"hour": _("+1 h"), "tomorrow": _("Tomorrow"), "monday": _("Mon")}
MORNING = dt.time(10)
QUARTER = dt.timedelta(minutes=15)


def group_of(due_at: dt.datetime | None, at: dt.datetime, zone: ZoneInfo) -> str:
    """The group of a deadline, by the day of whoever looks."""
    if due_at is None:
        return "someday"
    if due_at < at:
        return "overdue"
    days = (due_at.astimezone(zone).date() - at.astimezone(zone).date()).days
    return {0: "today", 1: "tomorrow"}.get(days, "later")


def colour_of(due_at: dt.datetime | None, at: dt.datetime, zone: ZoneInfo) -> str:
    """The colour of a deadline: red when it has passed, yellow today, green later, grey without one."""
    return COLOURS[group_of(due_at, at, zone)]


def stepped(step: str, due_at: dt.datetime | None, at: dt.datetime, zone: ZoneInfo) -> dt.datetime:
    """A deadline moved: an hour from what is later, now or it; tomorrow or on Monday at its time of day."""
    if step == "hour":
        return max(due_at or at, at) + dt.timedelta(hours=1)
    local = at.astimezone(zone)
    days = 1 if step == "tomorrow" else 7 - local.weekday()
    time = due_at.astimezone(zone).time() if due_at else MORNING
    return dt.datetime.combine(local.date() + dt.timedelta(days=days), time, zone)


def soon(at: dt.datetime) -> dt.datetime:
    """An hour from now, at a round quarter: what a new task is offered."""
    later = at + dt.timedelta(hours=1)
    return later + (-(later - dt.datetime.min.replace(tzinfo=later.tzinfo)) % QUARTER)


def when(due_at: dt.datetime, duration: int | None, at: dt.datetime, zone: ZoneInfo) -> str:
    """A deadline as people read it; what takes time is told with its end: `сегодня 10:00–10:30`."""
    text = formats.moment_text(due_at, at, zone)
    if duration and not text.endswith(formats.time_text(due_at, zone)):
        text = formats.moment_exact(due_at, zone)
    return text + ending(due_at, duration, zone)


def ending(due_at: dt.datetime, duration: int | None, zone: ZoneInfo) -> str:
    """`–10:30` behind the time at which something begins; nothing for what takes no time."""
    return f"–{formats.time_text(due_at + dt.timedelta(minutes=duration), zone)}" if duration else ""
