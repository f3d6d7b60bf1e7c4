"""What is said to a person who was just given a row: a message that leads to its card."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _

from okno.kit import permissions
from okno.kit.errors import Missing
from okno.kit.registry import registry
from okno.kit.web.pages.base import Page


class Given(Page):
    """`/given/<record>/<id>/`: asked by an open page when the server hints that a row was given to its person."""

    def show(self, *, record: str, id: int, **_address: Any) -> HttpResponse:  # noqa: A002 - named so in every address
        """The message; nothing when the row was taken away meanwhile. :raises Missing: there is no such record."""
        found = registry.records.get(record)
        if found is None or not hasattr(found.model, "reach"):
            raise Missing("no_record", _("There is no such page."))
        permissions.check_may(self.actor, permissions.view_permission(found.model))
        manager: Any = found.model._default_manager
        row = manager.visible_to(self.actor).filter(pk=id).first()
        if row is None:
            return HttpResponse(status=204)
        text = _("For you — %(what)s: %(title)s") % {"what": str(found.label).lower(), "title": row}
        return self.answer("kit/toast.html", {"kind": "given", "text": text, "url": found.url_of(id)})
