"""What potential puts on the shelf: fields, a panel and the night's work for every record that has it."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from okno.engines.potential import commands, queries
from okno.engines.potential.commands import travelling
from okno.engines.potential.models import Estimate
from okno.engines.potential.queries import NAME
from okno.engines.potential.web import panels
from okno.kit import conditions
from okno.kit.fields import beside, following
from okno.kit.kinds import Kind
from okno.kit.permissions import SYSTEM
from okno.kit.registry import Field, MenuItem, Panel, Portable, SettingsPage, registry

for record in queries.valued():
    beside.lead(record, NAME, Estimate, is_whole=True)
    for key, label, column in (
        ("potential", _("Sales potential"), "value"),
        ("reserve", _("Reserve of potential"), "reserve"),
        ("bought", _("What was bought"), "fact"),
    ):
        registry.add_field(record.name, key, Field(label, f"{NAME}__{column}", Kind.MONEY, currency="RUB"))
    share = Field(_("Share of wallet, %"), f"{NAME}__share", Kind.DECIMAL, is_summed=False)
    registry.add_field(record.name, "wallet_share", share)
    registry.add_panel(
        record.name,
        Panel("potential", _("Sales potential"), "potential/panel.html", panels.of_row, "potential.view", "right", 37),
    )

conditions.keep("potential.Formula", "condition", record="record", label=_("Formulas of potential"))
following.add(commands.FOLLOWER)
registry.every("45 1 * * *", lambda: commands.recount_all(actor=SYSTEM), "potential.recount_all")
registry.add_menu(MenuItem("clients", _("Sales potential"), "/potential/", "chart-bar", "potential.view", 59))
registry.add_settings(
    SettingsPage(
        _("Sales and mail"),
        _("Formulas of potential"),
        _("How much a client could buy: formulas over its fields and tables of coefficients"),
        "/settings/potential/",
        "chart-bar",
        commands.set_formula.name,
        59,
    )
)
for portable in (
    Portable(
        "potential.tables",
        _("Tables of coefficients"),
        travelling.read_tables,
        travelling.write_table,
        160,
        shape=travelling.TablePart,
    ),
    Portable(
        "potential.formulas",
        _("Formulas of potential"),
        travelling.read_formulas,
        travelling.write_formula,
        165,
        shape=travelling.FormulaPart,
    ),
):
    registry.add_portable(portable)
registry.add_right("potential.view", _("See potentials"))
registry.add_rights("seller", "own", "potential.view")
registry.add_rights("sales-head", "subtree", "potential.view")
registry.add_rights("analyst", "all", "potential.view")

__all__ = ["commands"]
