"""The one colour of deadlines: requests, deals, tasks, processes and support all ask here."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from enum import StrEnum

from okno.kit.worktime import Schedule, work_between

THRESHOLD = Decimal("0.30")


class Colour(StrEnum):
    GREY = "grey"
    GREEN = "green"
    YELLOW = "yellow"
    RED = "red"


def due_colour(
    now: dt.datetime,
    start: dt.datetime,
    deadline: dt.datetime | None,
    schedule: Schedule | None,
    *,
    paused: bool = False,
    closed: bool = False,
    threshold: Decimal = THRESHOLD,
) -> Colour:
    """
    Return grey without a deadline, paused or closed; red when no time is left; yellow when no more than the
    threshold of the norm (start to deadline) is left; green before that.

    Time is the working time of the schedule; without one it is calendar time.
    """
    if deadline is None or paused or closed:
        return Colour.GREY
    left = _time(now, deadline, schedule)
    if left <= dt.timedelta(0):
        return Colour.RED
    norm = _time(start, deadline, schedule)
    # In whole microseconds, so that exactly the threshold is still yellow.
    tick = dt.timedelta(microseconds=1)
    return Colour.GREEN if left // tick > threshold * (norm // tick) else Colour.YELLOW


def _time(start: dt.datetime, end: dt.datetime, schedule: Schedule | None) -> dt.timedelta:
    return work_between(start, end, schedule) if schedule else end - start
