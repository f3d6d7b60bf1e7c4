"""CardPage: a record with its fields, panels of other areas, feed, history and files."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import Any, ClassVar

from django.core.exceptions import ObjectDoesNotExist
from django.http import HttpResponse
from django.utils.translation import gettext as _

from okno.kit import permissions
from okno.kit.commands import Command
from okno.kit.errors import Missing, Moved
from okno.kit.merging import reading as merging
from okno.kit.models.base import RecordModel
from okno.kit.registry import Panel, Record, registry
from okno.kit.web.pages import (
    card_feed,
    card_fields,
    card_files,
    card_head,
    card_history,
    card_layout,
    card_why,
    moving,
)
from okno.kit.web.pages.base import Page
from okno.kit.web.pages.board import Move
from okno.kit.web.pages.card_sections import Section
from okno.kit.web.pages.list import Action

Context = dict[str, Any]


class CardPage(Page):
    """
    A card of a record, declared by class attributes; its address has `<int:id>`.

    `query(actor, id)` gives the row or None; `sections` are fields by key (all of them when it is empty);
    `layout` puts panels in order by key and leaves out the rest (all panels when it is empty);
    `update` is the command of inline edits, `update(actor, <update_on>=row, values={…}, base_version=…)`;
    `stages(actor, row)` makes the stage bar and `move` changes the stage; cards of one value of the
    record's `type_field` may have a layout of their own.
    """

    record: ClassVar[Record]
    query: ClassVar[Callable[..., Any]]
    sections: ClassVar[Sequence[Section]] = ()
    layout: ClassVar[Sequence[str]] = ()
    header_actions: ClassVar[Sequence[Action]] = ()
    more_actions: ClassVar[Sequence[Action]] = ()
    update: ClassVar[Command[Any, Any] | None] = None
    update_on: ClassVar[str] = ""
    stages: ClassVar[Callable[..., Sequence[Mapping[str, Any]]] | None] = None
    move: ClassVar[Move | None] = None
    amount: ClassVar[str] = ""
    next_step: ClassVar[str] = ""
    has_feed: ClassVar[bool] = True
    has_files: ClassVar[bool] = True

    parts: ClassVar[dict[str, str]] = {
        "head": "head_alone",
        "preview": "preview",
        "panel": "panel",
        "field": "field",
        "fields": "fields_alone",
        "feed": "feed",
        "history": "history",
        "files": "files",
        "why": "why",
        "layout": "layout_form",
    }
    actions: ClassVar[dict[str, str]] = {
        "field": "save_field",
        "note": "write_note",
        "move": "move_row",
        "files": "upload",
        "drop-file": "drop_file",
        "layout": "save_layout",
    }

    def prepare(self) -> None:
        """Whatever of the card asks what the person may see asks it of this row."""
        self.request.actor = permissions.facing(self.actor, self.row)  # type: ignore[attr-defined]

    def asked_permission(self) -> str:
        """The right to look at rows of the record."""
        return self.permission or permissions.view_permission(self.record.model)

    @cached_property
    def row(self) -> RecordModel:
        """The row. :raises Missing: it is not there or out of reach."""
        try:
            found: RecordModel | None = type(self).query(self.actor, self.kwargs["id"])
        except ObjectDoesNotExist:
            found = None
        if found is None:
            self._follow()
            raise Missing("not_found", _("Not found, or out of your reach."))
        if registry.note_reading is not None:
            registry.note_reading(self.actor, self.record, [found.pk], "card")
        return found

    def _follow(self) -> None:
        """:raises Moved: the row was merged into one within reach."""
        survivor = merging.visible_survivor(self.actor, self.record, self.kwargs["id"])
        if survivor is not None:
            text = _("This card was merged into another one.")
            raise Moved("moved", text, url=self.record.url_of(survivor))

    @property
    def row_title(self) -> str:
        """What the row is called."""
        return str(self.row)

    def head(self) -> Context:
        """What an area adds to the head: `badge`, `next`, `amount_text`, `actions` …"""
        return {}

    def part(self, name: str, /, **more: str) -> str:
        """The address of a part of the card."""
        query = "".join(f"&{key}={value}" for key, value in more.items())
        return f"{self.request.path}?part={name}{query}"

    def show(self, **_address: Any) -> HttpResponse:
        """The whole card; panels come when they are looked at."""
        card = card_head.context(self) | self._panels()
        card |= {"sections": card_fields.sections(self), "fields_url": self.part("fields")}
        card["fields_topic"] = f"{self.record.name}:{self.row.pk}"
        card_head.place_panels(card)
        if self.has_feed:
            card["feed"] = card_feed.context(self)
            card["composer"] = card_feed.composer(self)
        return self.answer("kit/card.html", {"card": card, "page_title": card["title"]})

    def head_alone(self, **_address: Any) -> HttpResponse:
        """The head anew."""
        return self.answer("kit/card_head.html", {"card": card_head.context(self)})

    def preview(self, **_address: Any) -> HttpResponse:
        """The panel on the right of a list."""
        url = self.record.url_of(self.row.pk)
        preview = {"title": self.row_title, "url": url, "sections": card_fields.sections(self, editable=False)}
        return self.answer("kit/preview.html", {"preview": {**preview, "badge": self.head().get("badge")}})

    def panel(self, **_address: Any) -> HttpResponse:
        """One panel. :raises Missing: there is none of this key. :raises Denied: the actor has no right to it."""
        key = self.request.GET.get("panel", "")
        found = next((one for one in self.all_panels() if one.key == key), None)
        if found is None:
            raise Missing("no_panel", _("There is no such page."))
        permissions.check_may(self.actor, found.permission)
        context = {**found.query(self.actor, self.row), "row": self.row, "panel": found}
        return self.answer(found.template, context)

    def field(self, **_address: Any) -> HttpResponse:
        """A field as it is read, or being edited."""
        return card_fields.one(self)

    def fields_alone(self, **_address: Any) -> HttpResponse:
        """All fields anew, each section in its place."""
        return self.answer("kit/card_fields.html", {"sections": card_fields.sections(self)})

    def save_field(self, **_address: Any) -> HttpResponse:
        """Save one field through the area's update command."""
        return card_fields.save(self)

    def feed(self, **_address: Any) -> HttpResponse:
        """The feed, or its next page."""
        return card_feed.part(self)

    def write_note(self, **_address: Any) -> HttpResponse:
        """Write a note into the feed."""
        return card_feed.note(self)

    def history(self, **_address: Any) -> HttpResponse:
        """Who changed which field, when and because of what."""
        return card_history.part(self)

    def files(self, **_address: Any) -> HttpResponse:
        """Files of the row, or one of them to download."""
        return card_files.part(self)

    def upload(self, **_address: Any) -> HttpResponse:
        """Add a file, or a version of one."""
        return card_files.upload(self)

    def drop_file(self, **_address: Any) -> HttpResponse:
        """Mark a file for deletion."""
        return card_files.drop(self)

    def why(self, **_address: Any) -> HttpResponse:
        """Why the actor, or a colleague, reaches the row or does not."""
        return card_why.part(self)

    def layout_form(self, **_address: Any) -> HttpResponse:
        """The editor of the layout of the card."""
        return card_layout.edit(self)

    def save_layout(self, **_address: Any) -> HttpResponse:
        """Keep the layout of the card."""
        return card_layout.save(self)

    @cached_property
    def laid(self) -> Mapping[str, Any] | None:
        """The layout that holds for the actor and the type of the row; None when the card stands as it is declared."""
        return card_layout.config(self)

    def move_row(self, **_address: Any) -> HttpResponse:
        """Move the row to another stage."""
        if self.move is None:
            raise Missing("not_found", _("There is no such page."))
        return moving.answer(moving.Asked(self, self.record, self.move, self.row.pk), str)

    def all_panels(self) -> list[Panel]:
        """Panels that areas have put on the cards of the record."""
        return card_head.panels_of(self.record)

    def _panels(self) -> Context:
        return card_head.panels(self)
