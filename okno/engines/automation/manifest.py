"""What robots put on the shelf."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from okno.engines.automation import commands, handlers
from okno.engines.automation.commands import acting, demo
from okno.engines.automation.events import RobotStopped
from okno.engines.automation.record import ROBOT
from okno.engines.automation.web import look
from okno.engines.segments.events import SegmentEntered, SegmentLeft
from okno.kit import conditions, notices
from okno.kit.kinds import Kind
from okno.kit.registry import Field, MenuItem, Panel, registry
from okno.kit.web.pages import change_report

registry.add_record(ROBOT)
choices = [(one.name, one.plural) for one in registry.records.values() if one.url]
registry.add_field(ROBOT.name, "record", Field(_("Of what"), "record", Kind.CHOICE, choices=choices))
conditions.keep("automation.Robot", "of_segments", "condition", record="record", label=_("Robots"))
for panel in (
    Panel("deed", _("What it does"), "automation/deed.html", look.deed, "automation.view", "right", 10),
    Panel("turns", _("What it has done"), "automation/turns.html", look.turns, "automation.view", "right", 20),
):
    registry.add_panel(ROBOT.name, panel)
registry.add_panel(
    "segments.segment",
    Panel("robots", _("Robots"), "automation/of_segment.html", look.of_segment, "automation.view", "left", 20),
)
change_report.DOORS.append(look.offered)
for event in (SegmentEntered, SegmentLeft):
    registry.on(event, handlers.act_upon, when=acting.is_waited_for)
notices.add(
    "automation.stopped",
    _("My robot has stopped"),
    _("the robot has stopped: %(reason)s"),
    event=RobotStopped,
    record=ROBOT.name,
    row="robot_id",
    tab=notices.FAILURES,
    icon=ROBOT.icon,
    values=["reason"],
)
registry.add_menu(MenuItem("clients", _("Robots"), "/robots/", ROBOT.icon, "automation.view", 36))
registry.add_demo(95, demo.fill)
for role in ("sales-head", "marketer"):
    registry.add_rights(role, "all", "automation.*")
registry.add_rights("analyst", "all", "automation.view")

__all__ = ["commands"]
