"""Tasks made ready for pages: on one's own list, on top of a feed, in the composer of a card."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from django.db.models import Model
from django.utils import timezone
from django.utils.translation import gettext as _

from okno.areas.calendar import queries
from okno.areas.calendar.models import Task
from okno.areas.calendar.record import TASK
from okno.areas.calendar.web import planning
from okno.kit import days, formats
from okno.kit.naming import titles
from okno.kit.permissions import Actor
from okno.kit.registry import registry
from okno.kit.rows.cells import Moment, short_name

MOST = 300
FEW = 10


def grouped(actor: Actor, moment: Moment) -> list[dict[str, Any]]:
    """The actor's own open tasks by day, the late ones first."""
    tasks = list(queries.my_open_tasks(actor)[:MOST])
    named = _about_titles(actor, tasks)
    groups: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for task in tasks:
        groups[planning.group_of(task.due_at, moment.at, moment.zone)].append(_row(actor, task, named, moment))
    return [
        {"key": key, "label": label, "due": planning.COLOURS[key], "count": len(groups[key]), "tasks": groups[key]}
        for key, label in planning.GROUPS.items()
        if key in groups
    ]


def planned(actor: Actor, row: Model) -> dict[str, Any]:
    """Open tasks about a row as entries on top of its feed."""
    record = registry.record_of(type(row)).name
    moment = Moment(timezone.now(), actor.zone)
    return {
        "entries": [_entry(actor, one, moment) for one in queries.open_tasks_with(actor, record, int(row.pk))[:FEW]]
    }


def composer(actor: Actor, row: Model) -> dict[str, Any]:
    """The form of a task on a card."""
    record = registry.record_of(type(row)).name
    return {
        "url": f"/tasks/new/?about_record={record}&about_id={row.pk}",
        "record": record,
        "owner": actor.user_id,
        "due_at": days.moment_text(planning.soon(timezone.now()), actor.zone),
        "due_attrs": {"class": "form-control", "aria-label": _("Due")},
        "kinds": Task.Kind.choices,
    }


def badge(task: Task) -> dict[str, Any]:
    """The state beside the title."""
    return {"label": task.get_state_display(), "stage": {"open": 2, "done": 6, "cancelled": 1}[task.state]}


def due(actor: Actor, task: Task, moment: Moment) -> dict[str, Any] | None:
    """The deadline beside the title."""
    if task.due_at is None or task.state != Task.State.OPEN:
        return None
    return {
        "text": _when(actor, task, moment),
        "title": formats.moment_full(task.due_at, moment.zone),
        "due": planning.colour_of(task.due_at, moment.at, moment.zone),
    }


def colour(values: Sequence[Any], moment: Moment) -> str:
    """The colour of a row of the list, from (state, deadline)."""
    state, due_at = values
    return planning.colour_of(due_at, moment.at, moment.zone) if state == Task.State.OPEN else "grey"


def about_of(actor: Actor, task: Task) -> dict[str, str] | None:
    """What a task is about: the label of its record, title and address; None out of reach."""
    return _about(task, _about_titles(actor, [task]))


Titles = dict[str, dict[int, str]]


def _about_titles(actor: Actor, tasks: Sequence[Task]) -> Titles:
    wanted: dict[str, set[int]] = defaultdict(set)
    for task in tasks:
        if task.about_id and task.about_record in registry.records:
            wanted[task.about_record].add(task.about_id)
    return {name: titles(actor, registry.record(name), ids) for name, ids in wanted.items()}


def _about(task: Task, named: Titles) -> dict[str, str] | None:
    title = named.get(task.about_record, {}).get(task.about_id or 0)
    if not title:
        return None
    record = registry.record(task.about_record)
    return {"label": str(record.label), "title": title, "url": record.url_of(task.about_id or 0), "icon": record.icon}


def _when(actor: Actor, task: Task, moment: Moment) -> str:
    if task.due_at is None:
        return ""
    duration = task.duration if actor.sees_field(TASK.name, "duration") else None
    return planning.when(task.due_at, duration, moment.at, moment.zone)


def _row(actor: Actor, task: Task, named: Titles, moment: Moment) -> dict[str, Any]:
    about = _about(task, named)
    return {
        "id": task.pk,
        "title": task.title,
        "url": TASK.url_of(task.pk),
        "icon": planning.ICONS[task.kind],
        "kind": task.get_kind_display(),
        "client": task.client.name if task.client and task.about_record != "clients.client" else "",
        "client_url": f"/clients/{task.client_id}/" if task.client_id else "",
        "about": about,
        "is_mandatory": task.is_mandatory,
        "when": _when(actor, task, moment),
        "when_title": formats.moment_full(task.due_at, moment.zone) if task.due_at else "",
        "due": planning.colour_of(task.due_at, moment.at, moment.zone),
        "once": uuid.uuid4().hex,
        "steps": [{"key": key, "label": label} for key, label in planning.STEPS.items()],
    }


def _entry(actor: Actor, task: Task, moment: Moment) -> dict[str, Any]:
    url = TASK.url_of(task.pk)
    actions = [
        {"label": _("Done"), "icon": "check", "url": f"{url}finish/", "post": True},
        {"label": _("Done, with a result…"), "url": f"{url}finish/", "dialog": True},
        {"label": _("Move the deadline"), "icon": "clock", "url": f"{url}reschedule/", "dialog": True},
    ]
    return {
        "id": f"task-{task.pk}",
        "icon": planning.ICONS[task.kind],
        "due": planning.colour_of(task.due_at, moment.at, moment.zone),
        "who": short_name(task.owner.name),
        "what": task.title,
        "when": _when(actor, task, moment),
        "when_title": formats.moment_full(task.due_at, moment.zone) if task.due_at else "",
        "body": task.text,
        "tags": [{"label": _("mandatory"), "due": "yellow"}] if task.is_mandatory else [],
        "actions": actions if actor.may("calendar.finish") else [],
    }
