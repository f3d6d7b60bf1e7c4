"""Who reaches a row and why, asked beside pages of rows that are no cards: imports, segments, letters."""

from __future__ import annotations

from typing import Any

from django.db.models import Model
from django.http import HttpResponse
from django.urls import Resolver404, resolve
from django.utils.translation import gettext as _

from okno.kit import permissions
from okno.kit.errors import Missing
from okno.kit.ids import id_of
from okno.kit.registry import Record, registry
from okno.kit.web.pages import card_why
from okno.kit.web.pages.base import Page
from okno.kit.web.pages.card import CardPage


class Why(Page):
    """The reasons by which one row of any record is reached."""

    record: Record
    row: Model

    @property
    def row_title(self) -> str:
        """What the row is called, where its title is not hidden."""
        is_open = permissions.facing(self.actor, self.row).sees_field(self.record.name, self.record.title)
        return str(self.row) if is_open else str(self.record.label)

    def show(self, **address: Any) -> HttpResponse:
        """The dialog. :raises Missing: there is no such record, or the row is out of reach."""
        self.record = registry.record(address["record"])
        if not hasattr(self.record.model, "reach"):
            raise Missing("not_found", _("Not found, or out of your reach."))
        manager: Any = self.record.model._default_manager
        found = manager.visible_to(self.actor).filter(pk=address["id"]).first()
        if found is None:
            raise Missing("not_found", _("Not found, or out of your reach."))
        self.row = found
        return card_why.part(self)

    parts = {"why": "show"}


def url_for(path: str) -> str:
    """The question about the row that the page at a path is about; none for cards, which ask it in their own menu."""
    for record in registry.records.values():
        before, _id, _after = record.url.partition("{id}")
        number = path.removeprefix(before).partition("/")[0] if before and path.startswith(before) else ""
        row_id = id_of(number)
        if row_id is not None and not _is_card(record.url_of(row_id)):
            return f"/why/{record.name}/{number}/"
    return ""


def _is_card(address: str) -> bool:
    try:
        view = getattr(resolve(address).func, "view_class", None)
    except Resolver404:
        return False
    # A card that is shown in a way of its own has no menu of the kit.
    return isinstance(view, type) and issubclass(view, CardPage) and view.show is CardPage.show
