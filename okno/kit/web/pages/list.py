"""ListPage: filters, sorting, grouping with totals, paging, views, export and bulk work of any record."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar

from django.db.models import QuerySet
from django.http import HttpResponse

from okno.kit import permissions
from okno.kit.permissions import Actor
from okno.kit.registry import Record
from okno.kit.rows.columns import Column
from okno.kit.saved_views.reading import DEFAULT
from okno.kit.web import htmx
from okno.kit.web.pages import (
    board_part,
    bulk_part,
    calendar_part,
    export_part,
    filter_part,
    group_change,
    list_heads,
    list_rows,
    lists,
    map_part,
    paint_part,
    view_part,
)
from okno.kit.web.pages.address import Address
from okno.kit.web.pages.base import Page
from okno.kit.web.pages.board import Board, Move
from okno.kit.web.pages.bulk import Bulk
from okno.kit.web.pages.due import Due
from okno.kit.web.pages.selection import Plan, Selection, Tab


@dataclass(frozen=True)
class Action:
    """
    A quick action of a row or a card; `url` has `{id}`. `is_post` on a card acts at once, without a form; a card offers
    it while `check(row)` does not refuse. `letter` is the key that presses an action beside the title of a list.
    """

    label: object
    icon: str
    url: str
    permission: str = ""
    is_dialog: bool = True
    is_post: bool = False
    check: Callable[..., object] | None = None
    letter: str = ""


@dataclass(frozen=True)
class Switch:
    """
    A choice by a parameter of the address: (value, label) pairs, and the value that holds now. The first one holds
    when nobody says anything.
    """

    parameter: str
    label: object
    choices: Sequence[tuple[str, object]]
    chosen: str


class ListPage(Page):
    """
    A list of a record within reach, declared by class attributes.

    `title` is what the page is called when not by its record; `query(actor)` gives the rows and may take `narrow` for
    the shape that serves sums; `columns` are keys of fields or columns of one's own; `tabs` are views that come with
    the page; `bulk` are commands for many rows; `day_moves` are commands that give a row another day of the calendar,
    by the key of the field that no command of changing has; `lengths` the column of minutes that rows last from such a
    moment on; `map_doors` act at once from the map. `extra_params` of the address last from page to page, `kept_params`
    are kept by saved views as well.
    """

    record: ClassVar[Record]
    query: ClassVar[Callable[..., QuerySet[Any]]]
    title: ClassVar[object] = ""
    columns: ClassVar[Sequence[str | Column]] = ()
    tabs: ClassVar[Sequence[Tab]] = ()
    bulk: ClassVar[Sequence[Bulk]] = ()
    modes: ClassVar[Sequence[str]] = ("list",)
    sort: ClassVar[str] = ""
    extra_params: ClassVar[Sequence[str]] = ()
    kept_params: ClassVar[Sequence[str]] = ()
    per_page: ClassVar[int] = 50
    board: ClassVar[Board | None] = None
    day_moves: ClassVar[Mapping[str, Move]] = {}
    lengths: ClassVar[Mapping[str, str]] = {}
    due: ClassVar[Due | None] = None
    row_actions: ClassVar[Sequence[Action]] = ()
    create_url: ClassVar[str] = ""
    create_label: ClassVar[object] = ""
    create_permission: ClassVar[str] = ""
    beside: ClassVar[Sequence[Action]] = ()
    more: ClassVar[Sequence[Action]] = ()
    map_doors: ClassVar[Sequence[Action]] = ()
    empty: ClassVar[Mapping[str, Any]] = {}

    parts: ClassVar[dict[str, str]] = {
        "rows": "rows",
        "tabs": "tabs_alone",
        "filter": "filter_form",
        "columns": "column_form",
        "choose": "choose_columns",
        "view": "view_form",
        "rename": "rename_form",
        "share-view": "share_form",
        "paint": "paint_form",
        "totals": "totals",
        "export": "export_form",
        "bulk": "run_bulk",
        "column": "board_column",
        "cards": "board_cards",
        "grid": "calendar_grid",
        "points": "map_points",
    }
    actions: ClassVar[dict[str, str]] = {
        "edit": "edit_filter",
        "told": "tell_filter",
        "apply": "apply_filter",
        "bulk": "run_bulk",
        "change": "change_fields",
        "export": "start_export",
        "view": "save_view",
        "keep": "keep_view",
        "unkeep": "unkeep_view",
        "publish": "publish_view",
        "lock": "lock_view",
        "open-first": "open_first",
        "rename": "rename_view",
        "paint": "apply_paint",
        "drop-view": "drop_view",
        "share-view": "share_view",
        "move": "move_card",
        "shift": "shift_row",
    }

    @classmethod
    def plan(cls) -> Plan:
        """What rows depend on."""
        return Plan(cls.record, cls.query, cls.columns, cls.tabs, cls.sort)

    @classmethod
    def select(cls, actor: Actor, given: Mapping[str, str], path: str = "", *, is_whole: bool = False) -> Selection:
        """The rows that these parameters ask for: for jobs, cards and tests as well as for the page."""
        return Selection(cls.plan(), actor, Address(given, path, cls.extra_params, cls.kept_params), is_whole)

    @classmethod
    def name(cls) -> str:
        """The name by which jobs and cards find the list again: `deals.DealList`."""
        return f"{cls.record.area}.{cls.__name__}"

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if hasattr(cls, "record"):
            lists.LISTS[cls.name()] = cls

    @cached_property
    def selection(self) -> Selection:
        """The rows that this request asks for."""
        return self.select(self.actor, self.request.GET.dict(), self.request.path)

    @property
    def address(self) -> Address:
        """The address of the list as it is shown."""
        return self.selection.address

    @property
    def mode(self) -> str:
        """How rows are shown: list, board …"""
        asked = self.address.get("mode")
        return asked if asked in self.able_modes else self.modes[0]

    @cached_property
    def able_modes(self) -> Sequence[str]:
        """The ways in which rows may be shown: those that have days or places are shown by them as well."""
        joining = {"calendar": calendar_part.is_offered, "map": map_part.is_offered}
        return (*self.modes, *(mode for mode, is_offered in joining.items() if is_offered(self)))

    def asked_permission(self) -> str:
        """The right to look at rows of the record."""
        return self.permission or permissions.view_permission(self.record.model)

    def tab_counts(self) -> Mapping[str, int]:
        """How many rows stand behind tabs, by their keys; a list that says nothing shows no counters."""
        return {}

    def switches(self) -> Sequence[Switch]:
        """Menus over the rows that choose what the list is a list of, by `kept_params`."""
        return ()

    def may_export(self) -> bool:
        """Whether the actor may take rows away as a file."""
        return self.actor.may(f"{self.record.area}.export")

    def show(self, **_kwargs: Any) -> HttpResponse:
        """The page, or its rows alone when htmx asks; without parameters, the view that opens first."""
        if not self.request.GET and not htmx.is_htmx(self.request) and (first := self.opens_first()):
            return htmx.redirect(self.request, first)
        if self.mode == "board" and self.board is not None:
            return board_part.page(self)
        if self.mode == "calendar":
            return calendar_part.page(self)
        if self.mode == "map":
            return map_part.page(self)
        if htmx.is_htmx(self.request):
            return self.rows()
        page = list_rows.first(self)
        page |= list_heads.context(self, page)
        return self.answer("kit/list.html", {"page": page, "page_title": page["title"]})

    def opens_first(self) -> str:
        """The address of the view that the person wants to see first; empty when it is as the page has it."""
        chosen = self.selection.personal.get(DEFAULT, {})
        known = {str(one.pk) for one in self.selection.views} if "view" in chosen else {one.key for one in self.tabs}
        asked = {name: str(value) for name, value in chosen.items() if name in {"view", "tab"} and str(value) in known}
        return self.address.fresh(**asked) if asked else ""

    def rows(self, **_kwargs: Any) -> HttpResponse:
        """A page of rows: the first one, or the one after a cursor."""
        return self.answer("kit/list_rows.html", {"page": list_rows.some(self)})

    def tabs_alone(self, **_kwargs: Any) -> HttpResponse:
        """The tabs anew: their counters have changed."""
        return self.answer("kit/list_tabs.html", {"page": list_heads.tabs_context(self)})

    def totals(self, **_kwargs: Any) -> HttpResponse:
        """The foot of the table with sums over the whole set, however long it takes to add up."""
        return self.answer("pages/totals.html", {"totals": list_rows.whole_totals(self)})

    def filter_form(self, **_kwargs: Any) -> HttpResponse:
        """The dialog with the editor of the filter."""
        return filter_part.form(self)

    def edit_filter(self, **_kwargs: Any) -> HttpResponse:
        """The editor of the filter after one of its buttons."""
        return filter_part.edit(self)

    def tell_filter(self, **_kwargs: Any) -> HttpResponse:
        """What the filter says now, and how many rows it finds."""
        return filter_part.told(self)

    def apply_filter(self, **_kwargs: Any) -> HttpResponse:
        """Go to the list with the condition that was sent."""
        return filter_part.apply(self)

    def column_form(self, **_kwargs: Any) -> HttpResponse:
        """The dialog where columns are chosen."""
        return view_part.column_form(self)

    def choose_columns(self, **_kwargs: Any) -> HttpResponse:
        """Go to the list with the chosen columns."""
        return view_part.choose_columns(self)

    def view_form(self, **_kwargs: Any) -> HttpResponse:
        """The dialog where what is shown now gets a name."""
        return view_part.form(self)

    def save_view(self, **_kwargs: Any) -> HttpResponse:
        """Keep what is shown now under a name."""
        return view_part.save(self)

    def keep_view(self, **_kwargs: Any) -> HttpResponse:
        """Keep what was changed in the view."""
        return view_part.keep(self)

    def unkeep_view(self, **_kwargs: Any) -> HttpResponse:
        """Show the view as everybody sees it."""
        return view_part.unkeep(self)

    def publish_view(self, **_kwargs: Any) -> HttpResponse:
        """Change a shared view for all."""
        return view_part.publish(self)

    def lock_view(self, **_kwargs: Any) -> HttpResponse:
        """Lock a shared view or unlock it."""
        return view_part.lock(self)

    def open_first(self, **_kwargs: Any) -> HttpResponse:
        """Have the view open first."""
        return view_part.open_first(self)

    def rename_form(self, **_kwargs: Any) -> HttpResponse:
        """The dialog with the name of the view."""
        return view_part.rename_form(self)

    def rename_view(self, **_kwargs: Any) -> HttpResponse:
        """Give the view another name."""
        return view_part.rename(self)

    def drop_view(self, **_kwargs: Any) -> HttpResponse:
        """Delete the view that is shown."""
        return view_part.drop(self)

    def share_form(self, **_kwargs: Any) -> HttpResponse:
        """The dialog that asks whom the view is for."""
        return view_part.share_form(self)

    def share_view(self, **_kwargs: Any) -> HttpResponse:
        """Give the view that is shown to others."""
        return view_part.share(self)

    def paint_form(self, **_kwargs: Any) -> HttpResponse:
        """The dialog of colours by condition."""
        return paint_part.form(self)

    def apply_paint(self, **_kwargs: Any) -> HttpResponse:
        """Colour rows by the rules that were sent."""
        return paint_part.apply(self)

    def export_form(self, **_kwargs: Any) -> HttpResponse:
        """The dialog that asks for the format."""
        return export_part.form(self)

    def start_export(self, **_kwargs: Any) -> HttpResponse:
        """Start the export of what is shown."""
        return export_part.start(self)

    def run_bulk(self, **_kwargs: Any) -> HttpResponse:
        """Ask for what a bulk command needs, or start it."""
        return bulk_part.run(self)

    def change_fields(self, **_kwargs: Any) -> HttpResponse:
        """Ask for other values of fields of many rows, or show what they would come to."""
        return group_change.run(self)

    def board_column(self, **_kwargs: Any) -> HttpResponse:
        """One column of the board anew."""
        return board_part.column(self)

    def board_cards(self, **_kwargs: Any) -> HttpResponse:
        """More cards of a column."""
        return board_part.cards(self)

    def move_card(self, **_kwargs: Any) -> HttpResponse:
        """A card was dropped on another column."""
        return board_part.move(self)

    def calendar_grid(self, **_kwargs: Any) -> HttpResponse:
        """The days of the calendar anew."""
        return calendar_part.grid(self)

    def map_points(self, **_kwargs: Any) -> HttpResponse:
        """Points of the part of the map that is seen."""
        return map_part.points(self)

    def shift_row(self, **_kwargs: Any) -> HttpResponse:
        """A row was put on another day."""
        return calendar_part.shift(self)


class BoardPage(ListPage):
    """A list that opens as a board."""

    modes: ClassVar[Sequence[str]] = ("board", "list")
