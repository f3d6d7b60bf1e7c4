"""What classification puts on the shelf."""

from __future__ import annotations

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from okno.engines.classification import commands, rules
from okno.engines.classification.commands import demo, travelling
from okno.engines.classification.models import Class
from okno.engines.classification.record import SCHEME
from okno.engines.classification.web import look
from okno.kit import conditions
from okno.kit.fields import beside
from okno.kit.kinds import Kind
from okno.kit.registry import Field, MenuItem, Panel, Portable, SettingsPage, registry

registry.add_record(SCHEME)
conditions.keep("classification.Scheme", "condition", record="of", label=_("Schemes of classes"))
for record in rules.classified():
    beside.lead(record, rules.WAY, Class, is_present=True)
    for key, field in {
        "abc": Field(_("ABC class"), f"{rules.WAY}__abc", Kind.CHOICE, choices=Class.Abc.choices),
        "xyz": Field(_("XYZ class"), f"{rules.WAY}__xyz", Kind.CHOICE, choices=Class.Xyz.choices),
        "rfm": Field(_("RFM"), f"{rules.WAY}__rfm", groupable=True),
        "rfm_group": Field(_("RFM group"), f"{rules.WAY}__rfm_group", Kind.CHOICE, choices=Class.Group.choices),
        "life": Field(_("Lifecycle by sales"), f"{rules.WAY}__life", Kind.CHOICE, choices=Class.Life.choices),
    }.items():
        registry.add_field(record.name, key, field)
    registry.add_panel(
        record.name,
        Panel("classes", _("Classes"), "classification/of_row.html", look.of_row, "classification.view", "right", 50),
    )
registry.add_demo(54, demo.fill)
registry.every("20 2 * * *", lambda: commands.count_due(timezone.now()), "classification.count_due")
registry.add_menu(MenuItem("clients", _("Classes"), "/classification/", "chart-bar", "classification.view", 62))
registry.add_menu(
    MenuItem("goods", _("Growth of groups"), "/classification/groups/", "chart-bar", "classification.view", 14)
)
registry.add_settings(
    SettingsPage(
        _("Sales and mail"),
        _("Classes"),
        _("ABC, XYZ, RFM and lifecycle: by which rows, over how many months, with which bounds"),
        "/settings/classification/",
        "chart-bar",
        commands.change.name,
        65,
    )
)
registry.add_portable(
    Portable(
        "classification.schemes",
        _("Schemes of classes"),
        travelling.read,
        travelling.write,
        145,
        shape=travelling.SchemePart,
    )
)
registry.add_rights("sales-head", "all", "classification.view", "classification.start")
for role in ("marketer", "analyst"):
    registry.add_rights(role, "all", "classification.view")

__all__ = ["commands"]
