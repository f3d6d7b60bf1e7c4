"""Pages of what engines keep beside rows: one record at a time, lines that are put in order, conditions in words."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Any, ClassVar

from django.http import HttpResponse
from django.utils.translation import gettext as _

from okno.kit import conditions, naming
from okno.kit.errors import Missing, Refused
from okno.kit.permissions import Actor
from okno.kit.registry import Record
from okno.kit.web import htmx
from okno.kit.web.pages.base import Page


class RecordPage(Page):
    """A page of one of several records: the address or the form says which, the first one is the default."""

    here: ClassVar[str]

    def open_records(self) -> Sequence[Record]:
        """Records that the page may be of, for whoever asks."""
        raise NotImplementedError

    @cached_property
    def known(self) -> Sequence[Record]:
        """The same, found once."""
        return self.open_records()

    @cached_property
    def record(self) -> Record:
        """The one that is asked for. :raises Missing: there is none."""
        if not self.known:
            raise Missing("not_found", _("There is no such page."))
        asked = self.request.POST.get("record") or self.request.GET.get("record", "")
        return next((one for one in self.known if one.name == asked), self.known[0])

    @property
    def url(self) -> str:
        """The page of this record."""
        return f"{self.here}?record={self.record.name}"

    def record_tabs(self) -> list[dict[str, Any]]:
        """Tabs, or lines of a list to choose from."""
        return [
            {
                "key": one.name,
                "label": one.plural,
                "url": f"{self.here}?record={one.name}",
                "active": one is self.record,
            }
            for one in self.known
        ]

    def back(self, toast: str = "") -> HttpResponse:
        """The same page after something was done."""
        return htmx.redirect(self.request, self.url, toast=toast)

    def moved(self, ids: Sequence[int]) -> list[int]:
        """Ids with the one that the form names one place up or down; the same when there is no such place."""
        found, asked = list(ids), self.request.POST.get("line", "")
        place = found.index(int(asked)) if asked.isdecimal() and int(asked) in found else -1
        other = place + (1 if self.request.POST.get("by") == "down" else -1)
        if place >= 0 and 0 <= other < len(found):
            found[place], found[other] = found[other], found[place]
        return found


def in_words(actor: Actor, record: Record, tree: Any) -> str:
    """A condition that is kept, in words; nothing where there is none."""
    if not tree:
        return ""
    try:
        condition = conditions.parse(tree)
    except Refused:
        return _("cannot be read")
    return naming.sentence(actor, record, condition)
