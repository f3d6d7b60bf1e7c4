"""Writes of the calendar: tasks and schedules."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from typing import Any

from django.db.models import Model
from django.utils.translation import gettext_lazy as _

from okno.access.models import User
from okno.areas.calendar import queries, rules
from okno.areas.calendar.events import TaskEnded, TaskLate, TaskPlanned
from okno.areas.calendar.models import Task, TaskTotal, WorkSchedule
from okno.areas.clients import queries as clients
from okno.areas.clients.models import Client, Contact
from okno.kit import live, permissions, since
from okno.kit.commands import command, moment
from okno.kit.events import emit
from okno.kit.fields import editing, making
from okno.kit.permissions import Actor
from okno.kit.rows import kept
from okno.kit.timeline import entries
from okno.kit.worktime import add_work


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
    duration: int | None = None,
    direction: Task.Direction | None = None,
    contact: Contact | None = None,
) -> Task:
    """
    Plan a task for a person, by default for the actor.

    :param about_record: with `about_id`, what the task is about besides the client, e.g. `deals.deal`; its client is
        that of the task unless another one is named.
    :param duration: minutes; the task then begins at `due_at`.
    :raises Refused: it says nothing, takes no time, has a direction and is no call, or the contact is another client's.
    :raises Missing: what it is about is not there or out of reach.
    """
    rules.check_title(title)
    person = owner or User.objects.get(pk=actor.user_id or 0)
    task = Task(title=title.strip(), text=text, owner=person, due_at=due_at, is_mandatory=is_mandatory)
    task.duration, task.department_id, task.author_id = duration, person.department_id, actor.user_id
    _say_kind(task, kind, direction)
    _say_about(actor, task, about_record, about_id)
    _say_with(task, client, contact)
    task.save()
    _tell_planned(task)
    return task


@command("calendar.plan_about", label=_("Plan a task about each"))
def plan_about(
    *,
    actor: Actor,
    about_record: str,
    about_id: int,
    title: str,
    kind: Task.Kind = Task.Kind.OTHER,
    hours: int = 8,
    owner: User | None = None,
    text: str = "",
) -> Task:
    """
    Plan a task about a row for whoever is responsible for it, or for another person, so many working hours from now.

    :param owner: by default whoever is responsible for the row, and the actor for a row that nobody is responsible for.
    :raises Refused: it says nothing, is due before now, or lacks what the form of tasks demands.
    :raises Missing: what it is about is not there or out of reach.
    """
    rules.check_hours(hours)
    about = queries.row_about(actor, about_record, about_id)
    due_at = add_work(moment(), dt.timedelta(hours=hours), queries.default_schedule())
    given: dict[str, Any] = {"title": title, "kind": kind, "text": text, "due_at": due_at}
    given |= {"about_record": about_record, "about_id": about_id, "owner": owner or _keeper_of(about)}
    return making.finish(actor, add_task(actor=actor, **given), {})


@command("calendar.note_held", label=_("Write down a call or a meeting"))
def note_held(
    *,
    actor: Actor,
    kind: Task.Kind,
    text: str,
    title: str = "",
    direction: Task.Direction | None = None,
    duration: int | None = None,
    at: dt.datetime | None = None,
    contact: Contact | None = None,
    client: Client | None = None,
    about_record: str = "",
    about_id: int | None = None,
    next_title: str = "",
    next_at: dt.datetime | None = None,
    next_kind: Task.Kind = Task.Kind.OTHER,
    values: dict[str, Any] | None = None,
) -> Task:
    """
    Write down a call or a meeting of the actor that has been held, with the next step: a done task, told in feeds.

    :param at: when it began; it has just ended when this is not said.
    :param values: further fields of the task by key, and those of the next step as `next.x_region`.
    :raises Refused: it is neither, says nothing, has not begun, its contact is of another client, or it lacks a field.
    """
    rules.check_held(kind, text, at, moment())
    begun_at, ended_at = rules.span_of(at, duration, moment())
    person = User.objects.get(pk=actor.user_id or 0)
    task = Task(owner=person, department_id=person.department_id, author=person, due_at=begun_at, duration=duration)
    _say_kind(task, kind, direction)
    _say_about(actor, task, about_record, about_id)
    _say_with(task, client, contact)
    task.title = title.strip() or rules.held_title(task)
    task.state, task.result, task.done_at = Task.State.DONE, text.strip(), ended_at
    task.save()
    _write_held(making.finish(actor, task, values or {}))
    _tell_ended(task)
    _plan_next(actor, task, values or {}, contact=contact, title=next_title, kind=next_kind, due_at=next_at)
    return task


def _plan_next(actor: Actor, held: Task, values: dict[str, Any], **step: Any) -> None:
    """The next step after what was held, about the same; nothing where it has neither a name nor a day."""
    if not (step["title"].strip() or step["due_at"]):
        return
    about: dict[str, Any] = {"client": held.client, "about_record": held.about_record, "about_id": held.about_id}
    making.finish(actor, add_task(actor=actor, **about, **step), values, under="next")


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
    _check_changed(task, values)
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
    Make or replace a work schedule by its name; the first one is used by default. `days` are hours by day, written
    like 31.12.2026 or 2026-12-31.

    :raises Refused: the zone, a day or its hours cannot be read: every deadline is counted by them.
    """
    rules.check_schedule(zone, week, days)
    differing = {rules.read_day(day).isoformat(): hours for day, hours in days.items()}
    values: dict[str, Any] = {"zone": zone, "week": week, "days": differing, "follows_calendar": follows_calendar}
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


def _keeper_of(row: Model | None) -> User | None:
    """Whoever is responsible for what a task is about, while they work here."""
    name = permissions.reach_of(type(row)).owner if row is not None else ""
    return User.objects.filter(pk=getattr(row, name), is_active=True).first() if name else None


def _end(task: Task, state: str, result: str) -> Task:
    rules.check_is_open(task)
    task.state, task.result, task.done_at = state, result, moment()
    task.save(update_fields=["state", "result", "done_at"])
    _write_entry(task, "calendar.ended")
    _tell_ended(task)
    return task


def _say_kind(task: Task, kind: str, direction: str | None) -> None:
    rules.check_direction(kind, direction)
    rules.check_duration(task.duration)
    task.kind, task.direction = kind, rules.direction_of(kind, direction)


def _say_about(actor: Actor, task: Task, record: str, row_id: int | None) -> None:
    """What it is about, whose client is that of the task until another is named."""
    about = queries.row_about(actor, record, row_id)
    if about is not None:
        task.about_record, task.about_id, task.client_id = record, row_id, queries.client_of(about)


def _say_with(task: Task, client: Client | None, contact: Contact | None) -> None:
    task.client = client or task.client or (contact.client if contact else None)
    task.contact = contact
    _check_contact(task)


def _check_contact(task: Task) -> None:
    if task.contact is not None and task.client is not None:
        rules.check_contact(is_with=clients.is_with(task.contact, task.client))


def _check_changed(task: Task, values: Collection[str]) -> None:
    """What belongs together in a changed task: whoever makes a call of a meeting need not say its direction."""
    rules.check_duration(task.duration)
    if "contact" in values:
        _check_contact(task)
    if "direction" in values:
        rules.check_direction(task.kind, task.direction)
    direction = rules.direction_of(task.kind, task.direction)
    if task.direction != direction:
        task.direction = direction
        task.save(update_fields=["direction"])


def _tell_ended(task: Task) -> None:
    emit(TaskEnded(task_id=task.pk, state=task.state, about_record=task.about_record, about_id=task.about_id))
    live.tell_topic("calendar.task")


def _tell_planned(task: Task) -> None:
    emit(TaskPlanned(task_id=task.pk, owner_id=task.owner_id, about_record=task.about_record, about_id=task.about_id))
    live.tell_topic("calendar.task")
    if task.about_record:
        live.tell_topic(task.about_record, kind="feed")
    live.tell_users([task.owner_id], "calendar.task", task.pk)


def _write_held(task: Task) -> None:
    """A call or a meeting is told in the feeds of its client, of the contact and of what it is about."""
    on: list[Any] = [one for one in (task, task.client, task.contact) if one is not None]
    entries.tell(
        "calendar.met" if task.kind == Task.Kind.MEETING else f"calendar.call_{task.direction}",
        on,
        at=task.done_at,
        about=(task.about_record, task.about_id) if task.about_id else None,
        source=task,
        text=task.result,
        minutes=task.duration,
        contact=task.contact.name if task.contact else "",
    )


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
