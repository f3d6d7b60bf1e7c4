"""Reads of the calendar: tasks within reach, and the schedule that deadlines follow."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

from django.conf import settings

from okno.areas.calendar.models import Task, WorkSchedule
from okno.kit import worktime
from okno.kit.models.base import RecordQuerySet
from okno.kit.permissions import Actor


def tasks(actor: Actor, *, narrow: bool = False) -> RecordQuerySet[Task]:
    """Tasks within reach that are not marked for deletion."""
    rows: RecordQuerySet[Task] = RecordQuerySet(Task)
    return rows.visible_to(actor, narrow=narrow).alive()


def open_tasks_about(record: str, row_id: int) -> RecordQuerySet[Task]:
    """Open tasks about a row, the nearest deadline first; for rules of the area that owns the row."""
    rows: RecordQuerySet[Task] = RecordQuerySet(Task)
    return rows.filter(about_record=record, about_id=row_id, state=Task.State.OPEN, is_deleted=False).order_by(
        "due_at", "id"
    )


def tasks_about(actor: Actor, record: str, row_id: int) -> RecordQuerySet[Task]:
    """Tasks about a row within reach, open ones first."""
    rows = tasks(actor).filter(about_record=record, about_id=row_id).select_related("owner")
    return rows.order_by("done_at", "due_at", "id")


def my_open_tasks(actor: Actor) -> RecordQuerySet[Task]:
    """The actor's own open tasks, the nearest deadline first."""
    rows = tasks(actor).filter(owner_id=actor.user_id, state=Task.State.OPEN).select_related("client")
    return rows.order_by("due_at", "id")


def overdue_tasks(actor: Actor, at: dt.datetime) -> RecordQuerySet[Task]:
    """Open tasks within reach whose deadline has passed."""
    return tasks(actor, narrow=True).filter(state=Task.State.OPEN, due_at__lt=at)


def default_schedule() -> worktime.Schedule:
    """The schedule that deadlines follow: the default one, or Monday to Friday 9 to 18 of the production calendar."""
    row = WorkSchedule.objects.filter(is_default=True, is_deleted=False).first()
    return schedule_of(row) if row else worktime.office(ZoneInfo(settings.TIME_ZONE))


_kept: dict[int, tuple[tuple[int, dt.datetime], worktime.Schedule]] = {}


def schedule_of(row: WorkSchedule) -> worktime.Schedule:
    """A stored schedule as working time counts with it; kept by its version, as it remembers laid out years."""
    known = _kept.get(row.pk)
    stamp = (row.version, row.updated_at)
    if known is None or known[0] != stamp:
        known = _kept[row.pk] = (stamp, _read(row))
    return known[1]


def _read(row: WorkSchedule) -> worktime.Schedule:
    return worktime.Schedule(
        week=tuple(worktime.read_hours(text) for text in row.week),
        zone=ZoneInfo(row.zone),
        follows_calendar=row.follows_calendar,
        special={dt.date.fromisoformat(day): worktime.read_hours(text) for day, text in row.days.items()},
    )
