"""Reads of robots: which there are, whom one waits for, and what it has done."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Max

from okno.engines.automation import rules
from okno.engines.automation.models import Act, Robot
from okno.engines.segments import queries as segments
from okno.engines.segments.models import Segment
from okno.kit import conditions, permissions
from okno.kit.models.base import RecordQuerySet
from okno.kit.models.registry import JobRun
from okno.kit.notices import audiences
from okno.kit.permissions import Actor
from okno.kit.registry import registry

LATELY = dt.timedelta(days=30)


@dataclass(frozen=True)
class Turn:
    """One piece of work of a robot: its job and how many rows it set about."""

    job: JobRun
    at: dt.datetime
    count: int


def robots(actor: Actor, *, narrow: bool = False) -> RecordQuerySet[Robot]:
    """Robots that are not marked for deletion."""
    return Robot.objects.visible_to(actor, narrow=narrow).filter(is_deleted=False)


def robot_for_card(actor: Actor, robot_id: int) -> Robot | None:
    """A robot with what its card shows; one that is marked for deletion too."""
    return Robot.objects.visible_to(actor).select_related("owner").filter(pk=robot_id).first()


def robots_of(actor: Actor, segment: Segment) -> list[Robot]:
    """Robots that wait for rows of a segment, by name."""
    return list(robots(actor).filter(of_segments__value__contains=[segment.pk]).order_by("name", "pk"))


def waiting(segment_id: int, trigger: str) -> list[Robot]:
    """Robots that work and act upon this."""
    # ast-grep-ignore: unscoped-read whoever moved the row need not know the robots
    rows = Robot.objects.filter(of_segments__value__contains=[segment_id], is_active=True, is_deleted=False)
    return list(rows.filter(trigger=trigger).order_by("pk"))


def may_work(robot: Robot) -> bool:
    """Whether its owner still works here: it has no rights but theirs."""
    return bool(audiences.working([robot.owner_id]))


def fitting(actor: Actor, robot: Robot, ids: Collection[int]) -> list[int]:
    """
    Those of the rows that are in the actor's reach and hold the robot's condition, in the order of their ids.

    :raises Refused: the condition cannot be judged any more.
    """
    record = registry.record(robot.record)
    rows: Any = record.model._default_manager
    found = rows.visible_to(actor).filter(pk__in=list(ids), is_deleted=False)
    if robot.condition:
        condition = rules.check_condition(record, robot.condition)
        found = found.filter(conditions.to_q(condition, record, permissions.condition_context(actor)))
    return list(found.order_by("pk").values_list("pk", flat=True))


def done_with(robot: Robot, ids: Collection[int], at: dt.datetime) -> set[int]:
    """Rows that it does not come to again: ever, when it does so once, or for now, when it came too often."""
    # ast-grep-ignore: unscoped-read the robot's own log
    acts = Act.objects.filter(robot=robot, row_id__in=list(ids))
    if robot.is_once:
        return set(acts.values_list("row_id", flat=True))
    counted = acts.filter(at__gt=at - rules.SPAN).values("row_id").annotate(count=Count("pk"))
    return set(counted.filter(count__gte=rules.MOST_IN_SPAN).values_list("row_id", flat=True))


def to_try(actor: Actor, robot: Robot, at: dt.datetime) -> list[int]:
    """Rows that the robot would have acted upon: those in its segment now, or those that went out of it lately."""
    segment = segment_of(actor, robot)
    if segment is None:
        return []
    if robot.trigger == Robot.Trigger.ENTERED:
        return fitting(actor, robot, segments.member_ids(segment))
    return fitting(actor, robot, segments.gone_since(segment, at - LATELY))


def segment_of(actor: Actor, robot: Robot) -> Segment | None:
    """The segment that it waits at; None of one that is no more."""
    (segment_id,) = robot.of_segments["value"]
    found = segments.segment_for_card(actor, segment_id)
    return found if found is not None and not found.is_deleted else None


def may_be_deed(actor: Actor, job: JobRun) -> bool:
    """Whether a robot can do always what a piece of work did: a change of rows that come into some segment."""
    return rules.is_deed(job) and bool(segments.changing_for(actor, job.args["record"]))


def turns(robot: Robot, most: int) -> Sequence[Turn]:
    """What it has done, the latest first."""
    # ast-grep-ignore: unscoped-read whoever sees the robot sees how often it acted; rows are told by its owner's report
    grouped = Act.objects.filter(robot=robot).values("job_id").annotate(count=Count("pk"), at=Max("at"))
    found = list(grouped.order_by("-job_id")[:most])
    # ast-grep-ignore: unscoped-read how work of the robot ended; its rows are told by the report alone
    jobs = JobRun.objects.in_bulk([one["job_id"] for one in found])
    return [Turn(jobs[one["job_id"]], one["at"], one["count"]) for one in found]
