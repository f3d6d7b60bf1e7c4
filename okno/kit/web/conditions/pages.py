"""What buttons of the editor of conditions ask for: `/conditions/<record>/?name=`."""

from __future__ import annotations

from typing import ClassVar

from django.http import HttpResponse
from django.utils.translation import gettext as _

from okno.kit import permissions
from okno.kit.errors import Missing, Refused
from okno.kit.registry import registry
from okno.kit.web.conditions.builder import Builder
from okno.kit.web.pages.base import Page


class Edit(Page):
    """The editor anew after one of its buttons, or only what it says now. Nothing is changed by asking."""

    actions: ClassVar[dict[str, str]] = {"told": "told"}

    def act(self, *, record: str, **_address: str) -> HttpResponse:
        """The whole editor."""
        return answered(self.builder(record), self)

    def told(self, *, record: str, **_address: str) -> HttpResponse:
        """The sentence and the count."""
        return HttpResponse(self.builder(record).told(self.request.POST))

    def builder(self, name: str) -> Builder:
        """The editor for the record. :raises Missing: there is no such record, or the actor may not look at it."""
        found = registry.records.get(name)
        if found is None:
            raise Missing("no_record", _("There is no such page."))
        if hasattr(found.model, "reach"):
            permissions.check_may(self.actor, permissions.view_permission(found.model))
        asked = self.request.GET
        return Builder(self.actor, found, asked.get("name", "f")[:100], changes=asked.get("changes") == "1")


def answered(builder: Builder, page: Page) -> HttpResponse:
    """The editor after its button; what cannot be read is told in it."""
    try:
        return HttpResponse(builder.again(page.request.POST))
    except Refused as refusal:
        return HttpResponse(builder.told(page.request.POST), status=422, headers={"X-Refused": refusal.code})
