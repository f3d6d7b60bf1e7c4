"""Rules of robots: what one may do, and how often."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils.translation import gettext as _

from okno.engines.segments.models import Segment
from okno.kit import conditions
from okno.kit.changing import running
from okno.kit.conditions import Condition
from okno.kit.errors import Refused
from okno.kit.models.registry import JobRun
from okno.kit.registry import Record

LONGEST_NAME = 120
# More often a robot does not come to the same row: two robots that call each other would never end.
MOST_IN_SPAN, SPAN = 5, dt.timedelta(hours=1)
DEED = ("label", "command", "on", "given", "edits", "said")


def check_name(name: str) -> str:
    """The name without spaces around it. :raises Refused: it is empty or too long."""
    found = " ".join(name.split())
    if not found or len(found) > LONGEST_NAME:
        text = _("Give it a name of at most %(most)s signs.")
        raise Refused("automation.name", text, most=LONGEST_NAME, missing=["name"])
    return found


def check_segment(segment: Segment, record: str) -> None:
    """:raises Refused: rows never come into it or go out of it, or they are not those that the deed is for."""
    if segment.taken_at is not None or segment.is_deleted:
        text = _("Nobody comes into “%(name)s” any more: choose another segment.")
        raise Refused("automation.still_segment", text, name=segment.name, missing=["segment"])
    if segment.record != record:
        text = _("What was tried is not for the rows of “%(name)s”.")
        raise Refused("automation.other_record", text, name=segment.name, missing=["segment"])


def check_condition(record: Record, raw: Any) -> Condition:
    """:raises Refused: the condition is broken, or asks for a change, which a row that passed has not."""
    condition = conditions.parse(raw)
    for wrong in conditions.problems(condition, record):
        raise Refused(wrong.code, wrong.message.replace("%", "%%"), missing=["condition"])
    return condition


def being_in(segment: Segment) -> dict[str, Any]:
    """The condition of being in a segment."""
    return {"field": "segment", "op": "in", "value": [segment.pk]}


def is_deed(job: JobRun) -> bool:
    """Whether a piece of work was a change of many rows, or the look at one."""
    return job.work in {running.PREVIEW_WORK, running.WORK}


def deed_of(job: JobRun) -> dict[str, Any]:
    """
    What was done, or looked at, with many rows, without the rows.

    :raises Refused: the work was no change of many rows.
    """
    if not is_deed(job):
        raise Refused("automation.no_deed", _("Try on some rows first what the robot is to do."), missing=["job"])
    return {name: job.args[name] for name in DEED}
