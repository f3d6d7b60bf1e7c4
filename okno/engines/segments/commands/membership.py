"""Rows are put into a list and taken out of it by hand, one by one or by a list that is pasted."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import asdict
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from okno.engines.segments import queries, rules
from okno.engines.segments.commands import keeping, passing
from okno.engines.segments.models import Membership, Segment
from okno.kit import live, reached
from okno.kit.commands import command, moment
from okno.kit.errors import Refused
from okno.kit.fields import following
from okno.kit.permissions import Actor
from okno.kit.registry import registry

TOPIC = "segments.segment"


@command("segments.include", label=gettext_lazy("Add to a segment"))
def include(*, actor: Actor, segment: Segment, row_id: int) -> None:
    """
    Put a row into a segment that is filled by hand; one that is there already stays.

    :raises Refused: the segment is filled by its condition, or is a snapshot.
    :raises Missing: the row is out of reach.
    """
    _check(segment)
    reached.check(actor, segment.record, row_id)
    if passing.enter(segment, [row_id], moment()):
        _told(segment, [row_id])


@command("segments.exclude", label=gettext_lazy("Take out of a segment"))
def exclude(*, actor: Actor, segment: Segment, row_id: int) -> None:
    """
    Take a row out of a segment that is filled by hand.

    :raises Refused: the segment is filled by its condition, or is a snapshot.
    :raises Missing: the row is out of reach.
    """
    _check(segment)
    reached.check(actor, segment.record, row_id)
    if passing.leave(segment, [row_id], moment()):
        _told(segment, [row_id])


@command("segments.paste", label=gettext_lazy("Add by a list"))
def paste(*, actor: Actor, segment: Segment, text: str, field: str = "") -> dict[str, Any]:
    """
    Put the rows that a list names into a segment that is filled by hand: one name, number or phone a line.

    Returns how many came in and were there, and the lines that name no row within reach or several.

    :param field: the field that the lines are compared with, by default what rows are called by.
    :raises Refused: the list is empty or too long, the field cannot name rows, or the segment is not filled by hand.
    """
    _check(segment)
    record = registry.record(segment.record)
    key = field or record.title
    if key not in queries.named_by(actor, record):
        raise Refused("segments.field", _("Rows cannot be told by this field."), missing=["field"])
    found = queries.by_lines(actor, record, key, rules.lines_of(text))
    came = put(segment, found.ids)
    return {"came": len(came), "there": len(found.ids) - len(came), **asdict(found)}


def put(segment: Segment, ids: Collection[int]) -> list[int]:
    """
    Put rows that the caller has found within reach into a list; the ids of those that were not there.

    :raises Refused: it is filled by its condition, or is a snapshot.
    """
    _check(segment)
    came = passing.enter(segment, ids, moment())
    _told(segment, came)
    return came


def _check(segment: Segment) -> None:
    rules.check_static(segment)
    rules.check_changes(segment)


def _told(segment: Segment, ids: list[int]) -> None:
    mark(segment.record, ids)
    live.tell_topic(TOPIC)


def mark(record: str, ids: Collection[int]) -> None:
    """Mark rows that were put into a list or taken out of it; only segments that look at segments care."""
    following.mark_for([keeping.FOLLOWER.name], Membership._meta.db_table, record, ids)
