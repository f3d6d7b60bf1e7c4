"""Rows come into a segment and go out of it: members, the log of who passed, the count, events, all together."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime

from django.db import connection
from django.db.models import F

from okno.engines.segments.events import SegmentEntered, SegmentLeft
from okno.engines.segments.models import Segment
from okno.kit.commands import asked_once, doer, led_by
from okno.kit.events import emit

IN_ONE_EVENT = 200


def enter(segment: Segment, ids: Collection[int], at: datetime, *, is_told: bool = True) -> list[int]:
    """Put rows into a segment; the ids of those that were not there."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            with came as (
                insert into segments_membership (segment_id, record, row_id, since)
                select %s, %s, one.id, %s from unnest(%s::bigint[]) as one (id)
                on conflict do nothing returning row_id
            ), told as (
                insert into segments_passage (segment_id, record, row_id, is_entry, at)
                select %s, %s, row_id, true, %s from came order by row_id
            )
            select row_id from came order by row_id
            """,
            [segment.pk, segment.record, at, list(ids), segment.pk, segment.record, at],
        )
        came = [int(row[0]) for row in cursor.fetchall()]
    _count(segment, len(came))
    for part in _parts(came) if is_told else ():
        emit(SegmentEntered(segment_id=segment.pk, record=segment.record, row_ids=part, by_id=_whose()))
    return came


def leave(segment: Segment, ids: Collection[int], at: datetime, *, is_told: bool = True) -> list[int]:
    """Take rows out of a segment; the ids of those that were there."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            with went as (
                delete from segments_membership where segment_id = %s and row_id = any(%s::bigint[]) returning row_id
            ), told as (
                insert into segments_passage (segment_id, record, row_id, is_entry, at)
                select %s, %s, row_id, false, %s from went order by row_id
            )
            select row_id from went order by row_id
            """,
            [segment.pk, list(ids), segment.pk, segment.record, at],
        )
        went = [int(row[0]) for row in cursor.fetchall()]
    _count(segment, -len(went))
    for part in _parts(went) if is_told else ():
        emit(SegmentLeft(segment_id=segment.pk, record=segment.record, row_ids=part, by_id=_whose()))
    return went


def _count(segment: Segment, more: int) -> None:
    if more:
        Segment.objects.filter(pk=segment.pk).update(size=F("size") + more)


def _whose() -> int | None:
    """Whose doing it is: of a condition that is judged anew by a job, whoever asked for that."""
    return doer() or asked_once("segments.led_by", led_by)


def _parts(ids: Sequence[int]) -> Iterator[list[int]]:
    for begin in range(0, len(ids), IN_ONE_EVENT):
        yield list(ids[begin : begin + IN_ONE_EVENT])
