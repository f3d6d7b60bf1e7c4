"""Pages of segments: the list, the card, making them, filling them, and two of them side by side."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from functools import cached_property
from pathlib import PurePath
from typing import Any, ClassVar
from urllib.parse import urlencode

from django import forms as django_forms
from django.db import transaction
from django.db.models import Model
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from okno.engines.imports.models import Import
from okno.engines.segments import commands, queries, rules
from okno.engines.segments.models import Segment
from okno.engines.segments.record import SEGMENT
from okno.engines.segments.web import forms, look, offers
from okno.kit import permissions, quotes
from okno.kit.errors import Missing
from okno.kit.ids import id_of
from okno.kit.permissions import Actor
from okno.kit.registry import Record, registry
from okno.kit.web import htmx, pages
from okno.kit.web.pages.selection import Selection

KIND = Segment.Kind
NEW = "/segments/new/"


class SegmentList(pages.ListPage):
    """Segments of all records."""

    record, query = SEGMENT, queries.segments
    columns = ("name", "record", "kind", "owner", "counted_at")
    tabs = (
        pages.Tab("all", gettext_lazy("All")),
        pages.Tab(
            "dynamic", gettext_lazy("By a condition"), where={"field": "kind", "op": "eq", "value": KIND.DYNAMIC.value}
        ),
        pages.Tab(
            "static",
            gettext_lazy("Lists"),
            where={
                "all": [
                    {"field": "kind", "op": "eq", "value": KIND.STATIC.value},
                    {"field": "taken_at", "op": "empty"},
                ]
            },
        ),
        pages.Tab("snapshots", gettext_lazy("Snapshots"), where={"field": "taken_at", "op": "not_empty"}),
    )
    sort = "name"
    create_url, create_label, create_permission = NEW, gettext_lazy("Segment"), commands.add.name
    empty: ClassVar[Mapping[str, Any]] = {
        "title": gettext_lazy("No segments here yet"),
        "text": gettext_lazy(
            "A segment is a set of clients, deals or other rows: by a condition, or put together by hand."
        ),
        "icon": SEGMENT.icon,
        "doors": [
            {
                "label": gettext_lazy("Make a segment"),
                "text": gettext_lazy("By a condition or by hand"),
                "url": NEW,
                "icon": "plus",
                "dialog": True,
            }
        ],
    }

    @classmethod
    def select(cls, actor: Actor, given: Mapping[str, str], path: str = "", *, is_whole: bool = False) -> Selection:
        """The rows, with the number of members that the actor may look at."""
        found = super().select(actor, given, path, is_whole=is_whole)
        columns: list[str | pages.Column] = [*cls.columns[:3], look.size_column(actor), *cls.columns[3:]]
        return Selection(replace(found.plan, columns=columns), actor, found.address, is_whole)


class SegmentCard(pages.CardPage):
    """A segment: its condition, who is in it, who came and who went."""

    record, query = SEGMENT, queries.segment_for_card
    sections = (
        pages.Section(gettext_lazy("Segment"), ("name", "record", "kind", "owner", "note")),
        pages.Section(gettext_lazy("Snapshot"), ("taken_of", "taken_at"), is_told_later=True),
    )
    update, update_on = commands.update, "segment"
    has_files = False

    @property
    def header_actions(self) -> tuple[pages.Action, ...]:  # type: ignore[override]
        """The list of its rows, and the way to fill it."""
        segment: Any = self.row
        found = [
            pages.Action(gettext_lazy("Open the list"), "list", look.url_of(segment), is_dialog=False),
            *offers.for_members(self.actor, segment),
        ]
        if segment.kind == KIND.DYNAMIC:
            url = "/segments/{id}/condition/"
            found.append(
                pages.Action(gettext_lazy("Condition"), "filter", url, commands.set_condition.name, is_dialog=False)
            )
        elif segment.taken_at is None:
            found.append(
                pages.Action(
                    gettext_lazy("Add by a list"), "clipboard-list", "/segments/{id}/paste/", commands.paste.name
                )
            )
        return tuple(found)

    @property
    def more_actions(self) -> tuple[pages.Action, ...]:  # type: ignore[override]
        """Snapshots, set operations, comparison."""
        segment: Any = self.row
        anew = pages.Action(
            gettext_lazy("Work out anew"), "refresh", "/segments/{id}/recount/", commands.recount.name, is_post=True
        )
        return (
            pages.Action(gettext_lazy("Take a snapshot"), "camera", "/segments/{id}/snapshot/", commands.snapshot.name),
            pages.Action(gettext_lazy("Compare"), "arrows-diff", "/segments/{id}/compare/", is_dialog=False),
            pages.Action(
                gettext_lazy("Join with another one"), "circles", "/segments/{id}/combine/", commands.combine.name
            ),
            *([anew] if segment.kind == KIND.DYNAMIC else []),
            pages.Action(gettext_lazy("Mark for deletion"), "trash", "/segments/{id}/delete/", commands.delete.name),
        )


class NewSegment(pages.CommandPage):
    """What a segment is of; one with a condition goes on to the page of the condition."""

    command, form = commands.add, forms.Begin
    submit = gettext_lazy("Go on")

    def give(self, form: django_forms.BaseForm, row: Model | None, key: str) -> Any:
        """Make a list at once; nothing is made yet of what needs a condition."""
        given = form.cleaned_data
        if given["kind"] == forms.CONDITION:
            return None
        told = {name: given[name] for name in ("name", "record", "note")}
        return commands.add.run(self.actor, idempotency_key=key, **told)

    def succeed(self, result: Any, row: Model | None, key: str) -> HttpResponse:
        """The card of the list, or the page of the condition."""
        if result is not None:
            return super().succeed(result, row, key)
        asked = {name: self.request.POST.get(name, "") for name in ("name", "record", "note")}
        return htmx.redirect(self.request, f"{NEW}condition/?{urlencode(asked)}")


class NewByCondition(pages.CommandPage):
    """A segment that fills itself; `?record=` says of what, `?f=` is the condition to begin with."""

    command, form = commands.add, forms.ByCondition
    title = gettext_lazy("A segment by a condition")

    @property
    def of(self) -> Record:
        """The record. :raises Missing: its rows are not gathered into segments, or the actor may not look at them."""
        found = registry.records.get(self.request.GET.get("record", ""))
        if found is None or not rules.has_segments(found):
            raise Missing("no_record", _("There is no such page."))
        permissions.check_may(self.actor, permissions.view_permission(found.model))
        return found

    def make_form(self, row: Model | None, **given: Any) -> forms.ByCondition:
        """The form for the record."""
        return forms.ByCondition(actor=self.actor, record=self.of, **given)

    def initial(self, row: Model | None) -> dict[str, Any]:
        """The name that was typed before, and the filter of the list that the segment is made of."""
        found = super().initial(row)
        try:
            tree = json.loads(found.get("f", ""))
        except ValueError:
            return found
        return {**found, "condition": tree} if isinstance(tree, dict) else found

    def arguments(self, cleaned: Mapping[str, Any]) -> dict[str, Any]:
        """A condition that asks nothing is refused by the command, not passed over."""
        condition = cleaned["condition"] or {"all": []}
        return {"name": cleaned["name"], "note": cleaned["note"], "record": self.of.name, "condition": condition}


class SetCondition(pages.CommandPage):
    """Another condition of a segment."""

    command, form, on, query = commands.set_condition, forms.Condition, "segment", queries.segment_for_card

    def initial(self, row: Model | None) -> dict[str, Any]:
        """The present condition."""
        segment: Any = row
        return {"condition": segment.condition}

    def arguments(self, cleaned: Mapping[str, Any]) -> dict[str, Any]:
        """As for a new segment."""
        return {"condition": cleaned["condition"] or {"all": []}}


class Paste(pages.CommandPage):
    """Rows of a list that was pasted; then what was found and what was not."""

    command, form, on, query = commands.paste, forms.Paste, "segment", queries.segment_for_card
    submit = gettext_lazy("Add")

    def succeed(self, result: Any, row: Model | None, key: str) -> HttpResponse:
        """The card when every line was found, else the lines that were not."""
        came = ngettext("%(count)s row came in.", "%(count)s rows came in.", result["came"]) % {"count": result["came"]}
        url = self.success_url(None, row)
        if not result["unknown"] and not result["unclear"]:
            return htmx.redirect(self.request, url, toast=came)
        context = {"title": str(row), "url": url, "came": came, "page_title": str(row), **result}
        if htmx.is_htmx(self.request):
            return self.answer("segments/pasted_dialog.html", context)
        return self.answer("segments/pasted.html", context)


class FromImport(pages.CommandPage):
    """Rows of an import put into a list."""

    command, form = commands.take_import, forms.FromImport
    submit = gettext_lazy("Add")

    @cached_property
    def brought(self) -> Import:
        """The import. :raises Missing: it is out of reach."""
        return queries.the_import(self.actor, int(self.kwargs["import_id"]))

    def make_form(self, row: Model | None, **given: Any) -> forms.FromImport:
        """The form with lists of the record."""
        name = PurePath(self.brought.name).stem
        return forms.FromImport(actor=self.actor, record=self.brought.record, name=name, **given)

    def arguments(self, cleaned: Mapping[str, Any]) -> dict[str, Any]:
        """With the import of the address."""
        return {**cleaned, "import_id": self.brought.pk}

    def success_url(self, result: Any, row: Model | None) -> str:
        """The card of the segment."""
        return SEGMENT.url_of(result.pk) if result is not None else f"/imports/{self.brought.pk}/result/"


class Combine(pages.CommandPage):
    """A segment of two."""

    command, form, on, query = commands.combine, forms.Combine, "first", queries.segment_for_card
    is_single = True

    def arguments(self, cleaned: Mapping[str, Any]) -> dict[str, Any]:
        """The second segment by its id."""
        return {**cleaned, "second": int(cleaned["second"])}


class Snapshot(pages.CommandPage):
    """A segment as it is now, kept."""

    command, form, on, query = commands.snapshot, forms.Snapshot, "segment", queries.segment_for_card


class Recount(pages.CommandPage):
    """All members worked out anew."""

    command, on, query = commands.recount, "segment", queries.segment_for_card


class Listen(pages.CommandPage):
    """Notices of who comes and goes, for whoever asks."""

    command, on, query = commands.listen, "segment", queries.segment_for_card
    stays, is_single = True, True
    done = gettext_lazy("You will be told who comes and goes.")


class Unlisten(pages.CommandPage):
    """No more notices of who comes and goes."""

    command, on, query = commands.unlisten, "segment", queries.segment_for_card
    stays, is_single = True, True
    done = gettext_lazy("You will be told no more who comes and goes.")


class Delete(pages.CommandPage):
    """A segment marked for deletion."""

    command, on, query, is_danger = commands.delete, "segment", queries.segment_for_card, True

    def success_url(self, result: Any, row: Model | None) -> str:
        """The list: there is nothing more to see on the card."""
        return "/segments/" if result is not None else super().success_url(result, row)


class Put(pages.CommandPage):
    """One row into a list, from its card: `?record=&row_id=`."""

    command = commands.include
    stays = True
    title = gettext_lazy("Add to a segment")

    def make_form(self, row: Model | None, **given: Any) -> Any:
        """Lists of rows like this one."""
        given.pop("initial", None)
        return forms.put_for(self._about()[0].name)(actor=self.actor, **given)

    def give(self, form: django_forms.BaseForm, row: Model | None, key: str) -> Any:
        """The row that the address names goes into the list; a new one is made with it, both or neither."""
        record, row_id = self._about()
        with transaction.atomic():
            segment = forms.list_of(self.actor, record.name, form.cleaned_data, key)
            return commands.include.run(self.actor, idempotency_key=key, segment=segment, row_id=row_id)

    def success_url(self, result: Any, row: Model | None) -> str:
        """The card of the row."""
        record, row_id = self._about()
        return record.url_of(row_id)

    def _about(self) -> tuple[Record, int]:
        record, row_id = registry.records.get(self.request.GET.get("record", "")), id_of(self.request.GET.get("row_id"))
        if record is None or not rules.has_segments(record) or row_id is None:
            raise Missing("not_found", _("There is no such page."))
        return record, row_id


class Drop(pages.CommandPage):
    """One row out of a list, from its card: `?row_id=`."""

    command, on, query = commands.exclude, "segment", queries.segment_for_card
    stays = True
    is_single = True

    def arguments(self, cleaned: Mapping[str, Any]) -> dict[str, Any]:
        """The row that the address names. :raises Missing: it names none."""
        row_id = id_of(self.request.GET.get("row_id"))
        if row_id is None:
            raise Missing("not_found", _("There is no such page."))
        return {"row_id": row_id}


class Compare(pages.Page):
    """Two segments of one record side by side."""

    permission: ClassVar[str] = "segments.view"

    def show(self, *, id: int, **_address: Any) -> HttpResponse:  # noqa: A002 - named so in every address
        """The choice of the other one, and what differs once it is chosen."""
        first = self._segment(id)
        chosen = id_of(self.request.GET.get("with"))
        others = [one for one in queries.segments_for(self.actor, first.record) if one[0] != first.pk]
        second = None if chosen is None else self._segment(chosen)
        if second is not None:
            rules.check_alike(first, second)
        context = {
            "title": quotes.told(_("Compare “%(name)s”"), name=first.name),
            "page_title": _("Comparison of segments"),
            "url": SEGMENT.url_of(first.pk),
            "options": [{"value": pk, "label": name, "chosen": pk == chosen} for pk, name in others],
            "parts": look.compared(self.actor, first, second) if second else [],
        }
        return self.answer("segments/compare.html", context)

    def _segment(self, segment_id: int) -> Segment:
        found = queries.segment_for_card(self.actor, segment_id)
        if found is None:
            raise Missing("not_found", _("Not found, or out of your reach."))
        permissions.check_may(self.actor, permissions.view_permission(registry.record(found.record).model))
        return found
