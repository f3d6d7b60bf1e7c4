"""Writes of the calendar: tasks and schedules."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils.translation import gettext_lazy as _

from okno.access.models import User
from okno.areas.calendar import queries, rules
from okno.areas.calendar.events import TaskEnded, TaskLate, TaskPlanned
from okno.areas.calendar.models import Task, TaskTotal, WorkSchedule
from okno.areas.clients.models import Client
from okno.kit import live, since
from okno.kit.commands import command, moment
from okno.kit.events import emit
from okno.kit.fields import editing
from okno.kit.permissions import Actor
from okno.kit.rows import kept
from okno.kit.timeline import entries


@command("calendar.add_task", label=_("Plan a task"))
def add_task(
    *,
    actor: Actor,
    title: str,
    owner: User | None = None,
    kind: Task.Kind = Task.Kind.OTHER,
    due_at: dt.datetime | None = None,
    client: Client | None = None,
    about_record: str = "",
    about_id: int | None = None,
    text: str = "",
    is_mandatory: bool = False,
) -> Task:
    """
    Plan a task for a person, by default for the actor.

    :param about_record: with `about_id`, what the task is about besides the client, e.g. `deals.deal`; its client is
        that of the task unless another one is named.
    :raises Refused: the task says nothing.
    :raises Missing: what it is about is not there or out of reach.
    """
    rules.check_title(title)
    about = queries.row_about(actor, about_record, about_id)
    client_id = client.pk if client else queries.client_of(about)
    responsible = owner or User.objects.get(pk=actor.user_id or 0)
    task = Task.objects.create(
        title=title.strip(),
        text=text,
        kind=kind,
        owner=responsible,
        department_id=responsible.department_id,
        author_id=actor.user_id,
        client_id=client_id,
        about_record=about_record if about else "",
        about_id=about_id if about else None,
        due_at=due_at,
        is_mandatory=is_mandatory,
    )
    _tell_planned(task)
    return task


@command("calendar.update", label=_("Change a task"))
def update(*, actor: Actor, task: Task, values: dict[str, Any], base_version: int | None = None) -> Task:
    """
    Change fields of a task by their keys.

    :raises Conflict: the same field was changed since `base_version`.
    :raises Refused: a value is wrong.
    """
    if "title" in values:
        rules.check_title(str(values["title"]))
    editing.apply(actor, task, values, base_version)
    live.tell_topic("calendar.task")
    return task


@command("calendar.reschedule", label=_("Move the deadline"))
def reschedule(*, actor: Actor, task: Task, due_at: dt.datetime) -> Task:
    """Give a task another deadline. :raises Refused: it has ended."""
    rules.check_is_open(task)
    task.due_at = due_at
    task.save(update_fields=["due_at"])
    _tell_planned(task)
    return task


@command("calendar.hand_over", label=_("Hand over"), hands_over=True)
def hand_over(*, actor: Actor, task: Task, owner: User) -> Task:
    """Give a task to another person. :raises Refused: it has ended."""
    rules.check_is_open(task)
    task.owner, task.department_id = owner, owner.department_id
    task.save(update_fields=["owner", "department"])
    _tell_planned(task)
    return task


@command("calendar.finish", label=_("Done"))
def finish(*, actor: Actor, task: Task, result: str = "") -> Task:
    """Say that a task is done and what came of it. :raises Refused: it has ended."""
    return _end(task, Task.State.DONE, result)


@command("calendar.cancel", label=_("Cancel"))
def cancel(*, actor: Actor, task: Task, result: str = "") -> Task:
    """Say that a task is not needed any more. :raises Refused: it has ended."""
    return _end(task, Task.State.CANCELLED, result)


@command("calendar.set_schedule", label=_("Set the work schedule"))
def set_schedule(
    *, actor: Actor, name: str, zone: str, week: list[str], days: dict[str, str], follows_calendar: bool = True
) -> WorkSchedule:
    """
    Make or replace a work schedule by its name; the first one is used by default.

    :raises Refused: the zone, a day or its hours cannot be read: every deadline is counted by them.
    """
    rules.check_schedule(zone, week, days)
    values: dict[str, Any] = {"zone": zone, "week": week, "days": days, "follows_calendar": follows_calendar}
    row, _made = WorkSchedule.objects.update_or_create(name=name, defaults=values)
    if not WorkSchedule.objects.filter(is_default=True).exists():
        row.is_default = True
        row.save(update_fields=["is_default"])
    return row


@command("calendar.tell_late", label=_("Tell of tasks whose deadline has passed"))
def tell_late(*, actor: Actor) -> int:
    """Tell of open tasks whose deadline has passed since the last time. Returns how many there are."""
    begins, ends = since.last_run(tell_late.name)
    late = queries.overdue_tasks(actor, ends).filter(due_at__gte=begins).order_by("due_at", "pk")
    found = list(late.values_list("pk", "owner_id"))
    for task_id, owner_id in found:
        emit(TaskLate(task_id=task_id, owner_id=owner_id))
    return len(found)


@command("calendar.fold_totals", label=_("Add up the totals of tasks"))
def fold_totals(*, actor: Actor) -> None:
    """Make one row of those totals that agree in all columns, as `kept.fold` does."""
    kept.fold(TaskTotal, ("count",), moment().astimezone(dt.UTC).date() - dt.timedelta(days=1))


def _end(task: Task, state: str, result: str) -> Task:
    rules.check_is_open(task)
    task.state, task.result, task.done_at = state, result, moment()
    task.save(update_fields=["state", "result", "done_at"])
    _write_entry(task, "calendar.ended")
    emit(TaskEnded(task_id=task.pk, state=state, about_record=task.about_record, about_id=task.about_id))
    live.tell_topic("calendar.task")
    return task


def _tell_planned(task: Task) -> None:
    emit(TaskPlanned(task_id=task.pk, owner_id=task.owner_id, about_record=task.about_record, about_id=task.about_id))
    live.tell_topic("calendar.task")
    if task.about_record:
        live.tell_topic(task.about_record, kind="feed")
    live.tell_users([task.owner_id], "calendar.task", task.pk)


def _write_entry(task: Task, kind: str) -> None:
    """The end of a task is told in the feeds of its client and of what it is about."""
    on: list[Any] = [task, *([task.client] if task.client else [])]
    entries.tell(
        kind,
        on,
        about=(task.about_record, task.about_id) if task.about_id else None,
        source=task,
        title=task.title,
        state=task.state,
        result=task.result,
    )
