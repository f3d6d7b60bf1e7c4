"""Marking a row of any record for deletion: what refers to it is told first, and the way back is offered after."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.models import Model
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from okno.kit import permissions, quotes, reached
from okno.kit.errors import Missing
from okno.kit.permissions import Actor
from okno.kit.purging import commands, reading
from okno.kit.purging.reading import Referring
from okno.kit.registry import Record
from okno.kit.web.pages.bulk import Bulk
from okno.kit.web.pages.command import CommandPage


class MarkRow(CommandPage):
    """`/mark/<record>/<id>/`: the question, with what refers to the row."""

    command, is_danger, is_single = commands.mark, True, True
    done = gettext_lazy("Marked for deletion.")

    @property
    def record(self) -> Record:
        """The record of the row. :raises Missing: its rows are not marked."""
        return reading.markable(self.kwargs["record"])

    def prepare(self) -> None:
        """:raises Denied: the actor has no right to mark rows of the record."""
        permissions.check_may(self.actor, reading.right_to_mark(self.record))

    def row(self, **address: Any) -> Model:
        """The row. :raises Missing: it is not there, marked already, or out of reach."""
        manager: Any = self.record.model._default_manager
        rows = manager.visible_to(self.actor, reading.right_to_mark(self.record))
        found: Model | None = rows.filter(pk=address["id"], is_deleted=False).first()
        if found is None:
            raise Missing("not_found", _("Not found, or out of your reach."))
        return found

    @property
    def text(self) -> str:  # type: ignore[override]
        """What becomes of the row, and what refers to it."""
        record, row_id = self.record, self.kwargs["id"]
        title = reached.titles(self.actor, [(record.name, row_id)]).get((record.name, row_id), f"№ {row_id}")
        text = _("%(what)s “%(title)s” leaves lists and searches; an administrator can bring it back.")
        told = quotes.told(text, what=record.label, title=title)
        return f"{told} {in_words(reading.referring(self.actor, record, row_id))}"

    def arguments(self, cleaned: Any) -> dict[str, Any]:
        """The row by its record and id."""
        return {"record": self.record.name, "row_id": self.kwargs["id"]}

    def success_url(self, result: Any, row: Model | None) -> str:
        """The list that the card was in; while nothing is done, the card."""
        url = self.record.url
        if result is None and row is not None and self.request.method == "GET":
            return self.record.url_of(row.pk) or "/"
        return url.partition("{id}")[0] or "/"


def in_words(found: list[Referring]) -> str:
    """What refers to a row, in a sentence."""
    if not found:
        return _("Nothing that you see refers to it.")
    told = "; ".join(_line(one) for one in found)
    return _("Refer to it and stay: %(what)s. While they do, it is not deleted for good.") % {"what": told}


def for_rows(actor: Actor, record: Record) -> Iterator[Bulk]:
    """Marking many rows of any record at once."""
    if reading.may_mark(actor, record):
        given = {"record": record.name}
        yield Bulk(commands.mark, on="row_id", icon="trash", is_danger=True, given=given)


def _line(one: Referring) -> str:
    named = ", ".join(quotes.told(_("“%(title)s”"), title=title) for title in one.titles)
    more = ", …" if one.titles and one.count > len(one.titles) else ""
    return f"{one.record.plural} — {one.count}" + (f" ({named}{more})" if named else "")
