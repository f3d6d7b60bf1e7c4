"""What quality puts on the shelf: a field, a panel and the night's work for every record whose cards are judged."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from okno.engines.quality import commands, queries
from okno.engines.quality.commands import travelling
from okno.engines.quality.models import Score
from okno.engines.quality.queries import NAME
from okno.engines.quality.web import panels
from okno.kit import conditions
from okno.kit.fields import beside, following
from okno.kit.kinds import Kind
from okno.kit.permissions import SYSTEM
from okno.kit.registry import Field, MenuItem, Panel, Portable, SettingsPage, registry

for record, _judged in queries.judged_records():
    beside.lead(record, NAME, Score)
    value = Field(_("Quality, %"), f"{NAME}__value", Kind.INTEGER, colour=f"{NAME}__stage", is_summed=False)
    registry.add_field(record.name, "quality", value)
    registry.add_field(
        record.name,
        "quality_colour",
        Field(_("Colour of quality"), f"{NAME}__colour", Kind.CHOICE, choices=Score.Colour.choices),
    )
    registry.add_panel(
        record.name,
        Panel("quality", _("Quality of the card"), "quality/panel.html", panels.of_row, "quality.view", "right", 3),
    )

conditions.keep("quality.Norm", "condition", record="record", label=_("Criteria of quality"))
following.add(commands.FOLLOWER)
registry.every("30 1 * * *", lambda: commands.recount_all(actor=SYSTEM), "quality.recount_all")
registry.add_menu(MenuItem("clients", _("Quality of the base"), "/quality/", "gauge", "quality.view", 60))
registry.add_settings(
    SettingsPage(
        _("Sales and mail"),
        _("Quality of cards"),
        _("What a complete card has, by status, and how much each point weighs"),
        "/settings/quality/",
        "gauge",
        commands.set_norm.name,
        60,
    )
)
registry.add_right("quality.view", _("See how complete cards are"))
registry.add_rights("seller", "own", "quality.view")
registry.add_rights("assistant", "own", "quality.view")
registry.add_rights("sales-head", "subtree", "quality.view")
registry.add_rights("analyst", "all", "quality.view")
registry.add_portable(
    Portable(
        "quality.norms", _("Criteria of quality"), travelling.read, travelling.write, 150, shape=travelling.NormPart
    )
)

__all__ = ["commands"]
