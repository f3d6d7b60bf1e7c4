"""What home puts on the shelf."""

from __future__ import annotations

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from okno.fronts.home.commands import demo, desktop
from okno.fronts.home.parts import potential, quality
from okno.kit import completeness, worth
from okno.kit.registry import MenuItem, SettingsPage, registry


def fill_demo(*, size: str, tell: demo.Tell) -> list[str]:
    """Make the demo company as of now."""
    return demo.fill(size=size, tell=tell, at=timezone.now())


registry.add_demo(10, fill_demo)
# After segments, which the rules name.
registry.add_demo(56, demo.fill_price_rules)
completeness.add(quality.CLIENTS)
completeness.add(quality.CONTACTS)
worth.add(potential.CLIENTS)
registry.add_menu(
    MenuItem("clients", _("Work with clients"), "/clients/work/", "list-check", "clients.view", position=34)
)
registry.add_settings(
    SettingsPage(
        _("System"),
        _("Webhooks"),
        _("Which other systems are told of events, and what came of it"),
        "/settings/webhooks/",
        "world",
        "webhooks.view",
        60,
    )
)

__all__ = ["demo", "desktop"]
