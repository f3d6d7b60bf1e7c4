"""Robots act upon the rows that came or went, and show what they would do."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from okno.engines.automation import queries
from okno.engines.automation.events import RobotStopped
from okno.engines.automation.models import Act, Robot
from okno.engines.segments.events import SegmentEntered, SegmentLeft
from okno.kit import jobs, live, permissions
from okno.kit.changing import running
from okno.kit.changing.asked import Asked, check_count
from okno.kit.changing.edits import Edit
from okno.kit.commands import command, moment
from okno.kit.errors import Denied, Refused
from okno.kit.events import emit
from okno.kit.models.registry import JobRun
from okno.kit.permissions import SYSTEM, Actor
from okno.kit.registry import registry

TOPIC = "automation.robot"


def is_waited_for(event: SegmentEntered | SegmentLeft) -> bool:
    """Whether any robot acts upon who came or went."""
    return bool(queries.waiting(event.segment_id, _trigger(event)))


def set_off(event: SegmentEntered | SegmentLeft) -> None:
    """Have every robot that waits for these rows act, each for itself: the trouble of one is none of the others'."""
    for robot in queries.waiting(event.segment_id, _trigger(event)):
        act.later(actor=SYSTEM, robot=robot, row_ids=event.row_ids)


@command("automation.act", told_as=gettext_lazy("Robot acted"))
def act(*, actor: Actor, robot: Robot, row_ids: list[int]) -> int | None:
    """
    Do what the robot does with those of the rows that hold its condition, as its owner: work with a report of its own.
    A robot that cannot act any more stops and says why. Returns the id of the work, if there is any to do.
    """
    if not robot.is_active or robot.is_deleted:
        return None
    if robot.deed["command"] not in registry.commands or not queries.may_work(robot):
        _stop(robot, _("Whoever has made it works here no more, or what it did is done so no more."))
        return None
    owner = jobs.actor_for(robot.owner_id)
    try:
        for right in (jobs.start.name, robot.deed["command"]):
            permissions.check_may(owner, right)
        found = queries.fitting(owner, robot, row_ids)
    except (Refused, Denied) as refusal:
        _stop(robot, refusal.message)
        return None
    waiting = queries.done_with(robot, found, moment())
    chosen = [one for one in found if one not in waiting]
    robot.problem = _("It came to the same cards too often and left them alone.") if _is_ring(robot, waiting) else ""
    robot.acted_at = moment() if chosen else robot.acted_at
    robot.save(update_fields=["problem", "acted_at"])
    live.tell_topic(TOPIC)
    return int(_begin(owner, robot, chosen).pk) if chosen else None


@command("automation.try_out", label=gettext_lazy("Show what the robot would do"))
def try_out(*, actor: Actor, robot: Robot) -> int:
    """
    Look what a robot would do with the rows that are in its segment now (or went out of it in the last 30 days), with
    the rights of whoever asks; nothing is changed. Returns the id of the work.

    :raises Refused: there are no such rows, or its condition cannot be judged any more.
    """
    ids = queries.to_try(actor, robot, moment())
    check_count(len(ids))
    asked = _asked(robot, ids)
    key = uuid.uuid4().hex
    job: JobRun = jobs.start.once(key)(
        actor=actor, work=running.PREVIEW_WORK, label=asked.label, args={**asked.plain(), "key": key}
    )
    return int(job.pk)


def _trigger(event: SegmentEntered | SegmentLeft) -> str:
    return Robot.Trigger.ENTERED if isinstance(event, SegmentEntered) else Robot.Trigger.LEFT


def _is_ring(robot: Robot, waiting: Collection[int]) -> bool:
    return bool(waiting) and not robot.is_once


def _asked(robot: Robot, ids: list[int]) -> Asked:
    deed: dict[str, Any] = robot.deed
    label = _("Robot “%(name)s”: %(what)s") % {"name": robot.name, "what": deed["label"]}
    edits = [Edit(**one) for one in deed["edits"]]
    return Asked(
        record=robot.record,
        ids=ids,
        label=label,
        command=deed["command"],
        on=deed["on"],
        given=deed["given"],
        edits=edits,
        said=deed["said"],
        back=f"/robots/{robot.pk}/",
    )


def _begin(owner: Actor, robot: Robot, ids: list[int]) -> JobRun:
    """The work in the worker, so that it can be taken back as any change of many rows can."""
    asked, key = _asked(robot, ids), uuid.uuid4().hex
    job: JobRun = jobs.start.once(key)(
        actor=owner, work=running.WORK, label=asked.label, args={**asked.plain(), "key": key}
    )
    Act.objects.bulk_create([Act(robot=robot, row_id=one, job=job) for one in ids])
    return job


def _stop(robot: Robot, reason: str) -> None:
    robot.is_active, robot.problem = False, reason[:500]
    robot.save(update_fields=["is_active", "problem"])
    emit(RobotStopped(robot_id=robot.pk, reason=robot.problem))
    live.tell_topic(TOPIC)


__all__ = ["act", "is_waited_for", "set_off", "try_out"]
