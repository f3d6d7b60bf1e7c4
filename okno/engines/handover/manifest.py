"""What handovers put on the shelf."""

from __future__ import annotations

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from okno.engines.handover import commands, queries
from okno.engines.handover.commands import demo
from okno.engines.handover.record import HANDOVER
from okno.engines.handover.web import panels
from okno.kit import absences
from okno.kit.registry import Panel, SettingsPage, registry

registry.add_record(HANDOVER)
absences.add(queries.leaves)
registry.add_settings(
    SettingsPage(
        _("People and rights"),
        _("Handovers"),
        _("Clients, deals and tasks of a person for others: leave, dismissal"),
        "/handovers/",
        "users",
        "handover.view",
        15,
    )
)
registry.add_panel(
    "access.user",
    Panel("handovers", _("Handover of work"), "handover/panel.html", panels.of_person, "handover.plan", position=30),
)
registry.every("* * * * *", lambda: commands.begin_due(timezone.now()), name="handover.begin_due")
registry.add_rights("sales-head", "all", "handover.*")
registry.add_demo(55, lambda **told: demo.fill(at=timezone.now(), **told))

__all__ = ["commands"]
