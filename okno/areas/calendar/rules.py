"""When something may happen to a task. Pure: no writes, no clock, no request."""

from __future__ import annotations

from django.utils.translation import gettext as _

from okno.areas.calendar.models import Task
from okno.kit.errors import Refused


def check_is_open(task: Task) -> None:
    """:raises Refused: the task has ended."""
    if task.state != Task.State.OPEN:
        raise Refused("calendar.ended", _("The task has ended already."))


def check_title(title: str) -> None:
    """:raises Refused: the task says nothing."""
    if not title.strip():
        raise Refused("calendar.no_title", _("Say what is to be done."), missing=["title"])
