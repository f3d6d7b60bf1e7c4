"""What pages of robots show: what they do, in words, and what they have done."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from okno.engines.automation import commands, queries
from okno.engines.automation.models import Robot
from okno.engines.automation.record import ROBOT
from okno.engines.segments.models import Segment
from okno.kit import conditions, formats, naming
from okno.kit.models.registry import JobRun
from okno.kit.openness import hidden_keys
from okno.kit.permissions import Actor
from okno.kit.registry import registry
from okno.kit.rows.cells import Moment
from okno.kit.web.pages import change_report

Context = dict[str, Any]
MOST_TURNS = 20


def deed(actor: Actor, robot: Robot) -> Context:
    """The panel with what it does, with which rows."""
    record = registry.record(robot.record)
    moment = Moment(timezone.now(), actor.zone)
    return {
        "when": robot.get_trigger_display(),
        "segment": _segment(actor, robot),
        "label": robot.deed["label"],
        "asked": change_report.asked_in_words(actor, moment, record, robot.deed),
        "condition": sentence(actor, robot),
        "problem": _problem(actor, robot),
        "is_active": robot.is_active,
        "live": _panel(robot, "deed"),
    }


def turns(actor: Actor, robot: Robot) -> Context:
    """The panel with its log: each piece of work, with a report that its owner can open and take back."""
    at = timezone.now()
    return {
        "items": [
            {
                "when": formats.moment_text(one.at, at, actor.zone),
                "full": formats.moment_full(one.at, actor.zone),
                "url": f"/jobs/{one.job.pk}/" if one.job.user_id == actor.user_id else "",
                "text": ngettext("%(count)s card", "%(count)s cards", one.count)
                % {"count": formats.quantity_text(one.count)},
                "outcome": _outcome(one.job),
            }
            for one in queries.turns(robot, MOST_TURNS)
        ],
        "live": _panel(robot, "turns"),
    }


def of_segment(actor: Actor, segment: Segment) -> Context:
    """The panel on a segment: the robots that wait for those who come and go."""
    found = queries.robots_of(actor, segment)
    return {
        "items": [
            {
                "name": one.name,
                "url": ROBOT.url_of(one.pk),
                "trigger": one.get_trigger_display(),
                "label": one.deed["label"],
                "is_active": one.is_active,
                "problem": _problem(actor, one),
            }
            for one in found
        ],
        "may_make": actor.may(commands.add.name) and segment.taken_at is None,
    }


def sentence(actor: Actor, robot: Robot) -> str:
    """The condition in words; of fields that are closed to the actor nothing is told."""
    if not robot.condition:
        return ""
    record, condition = registry.record(robot.record), conditions.parse(robot.condition)
    if any(hidden_keys(actor, record, condition)):
        return _("It asks of fields that are closed to you.")
    return naming.sentence(actor, record, condition)


def offered(actor: Actor, job: JobRun) -> Context | None:
    """Doing by itself what was tried on many rows, where rows of the record have segments."""
    if not actor.may(commands.add.name) or not queries.may_be_deed(actor, job):
        return None
    return {"label": _("Do so always…"), "icon": ROBOT.icon, "url": f"/robots/new/?job={job.pk}"}


def _outcome(job: JobRun) -> str:
    """How the work ended."""
    result = job.result
    if job.state != JobRun.State.DONE:
        return str(JobRun.State(job.state).label)
    told = [_("changed: %(count)s") % {"count": formats.quantity_text(result.get("done", 0))}]
    if refused := result.get("refused_count", 0):
        told.append(_("left as they were: %(count)s") % {"count": formats.quantity_text(refused)})
    return ", ".join(told)


def _segment(actor: Actor, robot: Robot) -> Context | None:
    """The segment that it waits at, None of one that is no more."""
    found = queries.segment_of(actor, robot)
    return {"name": found.name, "url": registry.record_of(type(found)).url_of(found.pk)} if found else None


def _problem(actor: Actor, robot: Robot) -> str:
    return robot.problem if actor.sees_field(ROBOT.name, "problem") else ""


def _panel(robot: Robot, key: str) -> str:
    return f"{ROBOT.url_of(robot.pk)}?part=panel&panel={key}"
