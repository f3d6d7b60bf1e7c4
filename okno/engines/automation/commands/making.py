"""Robots are made of what a person has tried on some rows, changed, and marked for deletion."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from okno.engines.automation import rules
from okno.engines.automation.models import Robot
from okno.engines.segments.models import Segment
from okno.kit import conditions, live, permissions, results
from okno.kit.commands import command
from okno.kit.errors import Refused
from okno.kit.fields import editing
from okno.kit.openness import hidden_keys
from okno.kit.permissions import Actor
from okno.kit.registry import registry

TOPIC = "automation.robot"


@command("automation.add", label=gettext_lazy("Make a robot"))
def add(
    *,
    actor: Actor,
    name: str,
    segment: Segment,
    job: int,
    trigger: Robot.Trigger = Robot.Trigger.ENTERED,
    condition: dict[str, Any] | None = None,
    is_once: bool = False,
) -> Robot:
    """
    Have done by itself, with each row that comes into a segment or goes out of it, what was tried on some rows.

    :param job: one's own change of many rows, or the look at one: what it does is what the robot does.
    :param condition: what a row has to hold besides.
    :raises Refused: the name is taken, the segment does not change or is of other records, the condition cannot be
        judged, or it is a program that asks.
    :raises Missing: there is no such work of one's own.
    """
    owner_id = _person(actor)
    deed = _deed(actor, segment, job)
    made = Robot(name=_free_name(name), record=segment.record, trigger=trigger, deed=deed)
    made.of_segments = rules.being_in(segment)
    made.owner_id, made.is_once, made.condition = owner_id, is_once, _checked(actor, segment.record, condition)
    made.save()
    live.tell_topic(TOPIC)
    return made


@command("automation.update", label=gettext_lazy("Change a robot"))
def update(*, actor: Actor, robot: Robot, values: dict[str, Any], base_version: int | None = None) -> Robot:
    """
    Change the name of a robot, stop it, have it work again.

    :raises Conflict: the same field was changed since `base_version`.
    :raises Refused: the name is empty or taken.
    """
    if "name" in values:
        values["name"] = _free_name(str(values["name"]), robot.pk)
    editing.apply(actor, robot, values, base_version)
    if "is_active" in values:
        robot.problem = ""
        robot.save(update_fields=["problem"])
    live.tell_topic(TOPIC)
    return robot


@command("automation.set_condition", label=gettext_lazy("Change what cards the robot acts upon"))
def set_condition(*, actor: Actor, robot: Robot, condition: dict[str, Any] | None = None) -> Robot:
    """
    Say what a row has to hold besides; without a condition the robot acts upon all. From now on it has the rights of
    whoever says so.

    :raises Refused: the condition cannot be judged, or asks of a field that is closed to the actor.
    """
    owner_id = _person(actor)
    permissions.check_may(actor, robot.deed["command"])
    robot.condition, robot.problem = _checked(actor, robot.record, condition), ""
    # Nobody has another one's rights used for what they chose themselves.
    robot.owner_id = owner_id
    robot.save(update_fields=["condition", "problem", "owner"])
    live.tell_topic(TOPIC)
    return robot


@command("automation.delete", label=gettext_lazy("Mark for deletion"))
def delete(*, actor: Actor, robot: Robot) -> Robot:
    """Mark a robot for deletion: it acts no more."""
    robot.is_deleted = True
    robot.save(update_fields=["is_deleted"])
    live.tell_topic(TOPIC)
    return robot


def _deed(actor: Actor, segment: Segment, job_id: int) -> dict[str, Any]:
    job = results.own_job(actor, job_id)
    deed = rules.deed_of(job)
    rules.check_segment(segment, job.args["record"])
    permissions.check_may(actor, deed["command"])
    return deed


def _person(actor: Actor) -> int:
    if actor.user_id is None:
        raise Refused("automation.nobody", _("A robot has the rights of a person: a program makes none."))
    return actor.user_id


def _free_name(name: str, own: int = 0) -> str:
    found = rules.check_name(name)
    if Robot.objects.filter(name__iexact=found, is_deleted=False).exclude(pk=own).exists():
        raise Refused("automation.name_taken", _("There is a robot of this name already."), missing=["name"])
    return found


def _checked(actor: Actor, record: str, condition: dict[str, Any] | None) -> dict[str, Any] | None:
    """The condition, None of one that asks nothing. :raises Refused: it cannot be judged by its author."""
    known = registry.record(record)
    parsed = rules.check_condition(known, condition or {"all": []})
    for key in hidden_keys(actor, known, parsed):
        text = _("There is no field “%(field)s”.")
        raise Refused("conditions.unknown_field", text, field=key, missing=["condition"])
    return None if parsed == conditions.EVERYTHING else condition
