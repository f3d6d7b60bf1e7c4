"""What an expression comes to while it is written: `/expressions/<record>/?name=`."""

from __future__ import annotations

from django.http import HttpResponse
from django.utils.translation import gettext as _

from okno.kit import permissions
from okno.kit.errors import Missing
from okno.kit.ids import id_of
from okno.kit.registry import registry
from okno.kit.web.expressions.told import told
from okno.kit.web.pages.base import Page


class Tell(Page):
    """The type, the value on the chosen row, or the mistake. Nothing is changed by asking."""

    def act(self, *, record: str, **_address: str) -> HttpResponse:
        """What the text under `name` comes to on the row `<name>~row`."""
        found = registry.records.get(record)
        if found is None:
            raise Missing("no_record", _("There is no such page."))
        if hasattr(found.model, "reach"):
            permissions.check_may(self.actor, permissions.view_permission(found.model))
        name, sent = self.request.GET.get("name", ""), self.request.POST
        row = sent.get(f"{name}~row", "")
        shown = told(self.actor, found, sent.get(name, ""), id_of(row))
        return self.answer("kit/expression_told.html", {"told": shown})
