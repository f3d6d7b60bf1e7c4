"""What segments put on the shelf."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from okno.engines.segments import commands, rules
from okno.engines.segments.models import Membership
from okno.engines.segments.record import SEGMENT
from okno.kit.fields import Kind, beside
from okno.kit.permissions import SYSTEM
from okno.kit.registry import Field, MenuItem, registry

registry.add_record(SEGMENT)
choices = [(one.name, one.plural) for one in rules.segmented()]
registry.add_field(SEGMENT.name, "record", Field(_("Of what"), "record", Kind.CHOICE, choices=choices))
for record in rules.segmented():
    beside.lead(record, rules.WAY, Membership)
    registry.add_field(
        record.name,
        rules.FIELD,
        Field(_("Segments"), f"{rules.WAY}__segment__name", Kind.LINK, link=SEGMENT.name, many=True, sortable=False),
    )
registry.settling.append(commands.mark)
beside.follow(commands.mark_rows)
registry.add_loop("segments", commands.follow_forever)
registry.every("10 0 * * *", lambda: commands.recount_due(), "segments.recount_due")
registry.every("5 * * * *", lambda: commands.recount_due(hourly=True), "segments.recount_hourly")
registry.every("40 0 * * *", lambda: commands.resize(actor=SYSTEM), "segments.resize")
registry.add_menu(MenuItem("clients", _("Segments"), "/segments/", SEGMENT.icon, "segments.view", 34))

__all__ = ["commands"]
