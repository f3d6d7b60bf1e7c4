"""What segments put on the shelf."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from okno.engines.segments import commands, handlers, rules
from okno.engines.segments.commands import demo, listening, travelling
from okno.engines.segments.events import SegmentEntered, SegmentLeft
from okno.engines.segments.models import Membership
from okno.engines.segments.record import SEGMENT
from okno.engines.segments.web import look, offers
from okno.kit import conditions, importing, notices
from okno.kit.fields import beside, following
from okno.kit.kinds import Kind
from okno.kit.permissions import SYSTEM
from okno.kit.registry import Field, MenuItem, Panel, Portable, registry
from okno.kit.web.pages import bulk, lists

registry.add_record(SEGMENT)
conditions.keep("segments.Segment", "condition", record="record", label=_("Segments"))
choices = [(one.name, one.plural) for one in rules.segmented()]
registry.add_field(SEGMENT.name, "record", Field(_("Of what"), "record", Kind.CHOICE, choices=choices))
for record in rules.segmented():
    beside.lead(record, rules.WAY, Membership)
    registry.add_field(
        record.name,
        rules.FIELD,
        Field(_("Segments"), f"{rules.WAY}__segment__name", Kind.LINK, link=SEGMENT.name, many=True, sortable=False),
    )
    registry.add_panel(
        record.name,
        Panel("segments", _("Segments"), "segments/of_row.html", look.of_row, "segments.view", "left", 3),
    )
for panel in (
    Panel("condition", _("Who is in it"), "segments/condition.html", look.condition, "segments.view", "left", 10),
    Panel("members", _("Members"), "segments/members.html", look.members, "segments.view", "right", 10),
    Panel("passages", _("Came and went"), "segments/passages.html", look.passages, "segments.view", "right", 20),
):
    registry.add_panel(SEGMENT.name, panel)
bulk.OFFERED.append(offers.for_rows)
importing.OFFERED.append(offers.of_import)
lists.DOORS.append(offers.of_filter)

following.add(commands.FOLLOWER)
for event in (SegmentEntered, SegmentLeft):
    registry.on(event, handlers.tell_listeners, when=commands.is_heard)
notices.add(
    listening.KIND,
    _("Who came into a segment and who went out"),
    _("came in: %(came)s, went out: %(went)s"),
    record=SEGMENT.name,
    icon=SEGMENT.icon,
    sums=["came", "went"],
    url="/segments/{id}/#panel-passages",
)
registry.every("10 0 * * *", commands.recount_due, "segments.recount_due")
registry.every("5 * * * *", lambda: commands.recount_due(hourly=True), "segments.recount_hourly")
registry.every("5 0 * * *", lambda: commands.tidy(actor=SYSTEM), "segments.tidy")
registry.add_menu(MenuItem("clients", _("Segments"), "/segments/", SEGMENT.icon, "segments.view", 34))
registry.add_demo(55, demo.fill)
registry.add_portable(
    Portable(
        "segments.segments",
        _("Segments"),
        travelling.read,
        travelling.write,
        105,
        travelling.SegmentPart,
        travelling.needs,
    )
)
HEARING = ("segments.view", "segments.listen", "segments.unlisten")
PUTTING = (*HEARING, "segments.include", "segments.exclude", "segments.take_import")
for role in ("sales-head", "marketer", "integration"):
    registry.add_rights(role, "all", "segments.*")
for role in ("seller", "assistant", "telemarketer"):
    registry.add_rights(role, "all", *PUTTING)
registry.add_rights("analyst", "all", *HEARING, "segments.export", "segments.snapshot")
registry.add_rights("bookkeeper", "all", *HEARING)

__all__ = ["commands"]
