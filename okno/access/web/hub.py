"""The settings hub: cards of all areas by group, only those the actor may open."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _

from okno.kit.errors import Denied
from okno.kit.permissions import Actor
from okno.kit.registry import SettingsPage, registry
from okno.kit.web.pages.base import Page


class Hub(Page):
    """All that can be set up."""

    def show(self, **_address: Any) -> HttpResponse:
        """The cards. :raises Denied: there is nothing that the actor may set up."""
        found = allowed(self.actor)
        if not found:
            raise Denied("settings.nothing", _("There is nothing here that you may set up."))
        groups = [
            {"title": title, "cards": list(cards)} for title, cards in groupby(found, key=lambda one: str(one.group))
        ]
        return self.answer("settings/hub.html", {"groups": groups, "page_title": _("Settings")})


def allowed(actor: Actor) -> list[SettingsPage]:
    """Cards that the actor may open, group by group."""
    seen = [one for one in registry.settings if actor.may(one.permission)]
    first: dict[str, int] = {}
    for one in seen:
        first[str(one.group)] = min(first.get(str(one.group), one.position), one.position)
    return sorted(seen, key=lambda one: (first[str(one.group)], str(one.group), one.position))
