"""Reads of the calendar: tasks within reach, and the schedule that deadlines follow."""

from __future__ import annotations

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Count, F, Model, Q, QuerySet, Sum

from okno.areas.calendar.models import Task, TaskTotal, WorkSchedule
from okno.areas.clients.models import Client
from okno.kit import permissions, reached, worktime
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


def task_for_card(actor: Actor, task_id: int) -> Task | None:
    """A task with its people and client, or None when it is out of reach."""
    return tasks(actor).select_related("owner", "author", "client", "department").filter(pk=task_id).first()


def open_tasks_with(actor: Actor, record: str, row_id: int) -> RecordQuerySet[Task]:
    """Open tasks within reach about a row, for a client those of its deals and enquiries too; the nearest first."""
    found = Q(about_record=record, about_id=row_id)
    if record == "clients.client":
        found |= Q(client_id=row_id)
    rows = tasks(actor).filter(found, state=Task.State.OPEN).select_related("owner")
    return rows.order_by(F("due_at").asc(nulls_last=True), "id")


def row_about(actor: Actor, record: str, row_id: int | None) -> Model | None:
    """
    What a task is about, None when it is about nothing.

    :raises Missing: there is no such row within reach.
    """
    return reached.the_row(actor, record, row_id) if record and row_id is not None else None


def client_of(row: Model | None) -> int | None:
    """The client of what a task is about: the row itself, or whom it belongs to."""
    if isinstance(row, Client):
        return row.pk
    found: int | None = getattr(row, "client_id", None)
    return found


def my_open_tasks(actor: Actor) -> RecordQuerySet[Task]:
    """The actor's own open tasks, the nearest deadline first."""
    rows = tasks(actor).filter(owner_id=actor.user_id, state=Task.State.OPEN).select_related("client")
    return rows.order_by(F("due_at").asc(nulls_last=True), "id")


def my_overdue(actor: Actor, at: dt.datetime) -> RecordQuerySet[Task]:
    """The actor's own open tasks whose deadline has passed."""
    return tasks(actor).filter(owner_id=actor.user_id, state=Task.State.OPEN, due_at__lt=at)


def overdue_tasks(actor: Actor, at: dt.datetime) -> RecordQuerySet[Task]:
    """Open tasks within reach whose deadline has passed."""
    return tasks(actor, narrow=True).filter(state=Task.State.OPEN, due_at__lt=at)


def late_by_person(actor: Actor, at: dt.datetime) -> list[QuerySet[Task, Any] | QuerySet[TaskTotal, Any]]:
    """
    How many tasks within reach are late, as parts to be added up: rows of `owner_id`, `owner__name` and `tasks`.

    Whoever reaches all tasks has days that are over out of kept totals, and the tasks of this UTC day alone are read.
    For others the reach is asked of late tasks only, in the index alone: working it out for all tasks takes longer.
    """
    late = tasks(actor).filter(state=Task.State.OPEN, due_at__lt=at).order_by()
    by_person = ("owner_id", "owner__name")
    if permissions.clauses_for(actor, Task, permissions.view_permission(Task)) is not None:
        return [late.values(*by_person).annotate(tasks=Count("*"))]
    begins = dt.datetime.combine(at.astimezone(dt.UTC).date(), dt.time.min, dt.UTC)
    # ast-grep-ignore: unscoped-read asked for by whoever reaches all tasks
    over = TaskTotal.objects.filter(day__lt=begins.date()).order_by().values(*by_person)
    return [
        over.annotate(tasks=Sum("count")).filter(tasks__gt=0),
        late.filter(due_at__gte=begins).values(*by_person).annotate(tasks=Count("*")),
    ]


def stored_schedule() -> WorkSchedule | None:
    """The schedule that is set, if one is."""
    # ast-grep-ignore: unscoped-read working time is the same for everybody
    return WorkSchedule.objects.filter(is_default=True, is_deleted=False).first()


def default_schedule() -> worktime.Schedule:
    """The schedule that deadlines follow: the default one, or Monday to Friday 9 to 18 of the production calendar."""
    row = stored_schedule()
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
