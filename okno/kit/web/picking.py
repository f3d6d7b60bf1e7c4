"""Reference fields: rows found while one types, those picked lately first, a new one on the spot, a look at any."""

from __future__ import annotations

import inspect
from collections import Counter
from typing import Any, ClassVar

from django.db import transaction
from django.db.models import Model
from django.http import HttpResponse, JsonResponse
from django.urls import Resolver404, resolve
from django.utils.translation import gettext as _

from okno.kit import permissions
from okno.kit.commands import Command
from okno.kit.errors import Missing, Refused
from okno.kit.fields import judging
from okno.kit.ids import id_of, ids_of
from okno.kit.permissions import Actor
from okno.kit.registry import Record, registry
from okno.kit.rows import searching
from okno.kit.saved_views import favourites
from okno.kit.web.pages.base import Page
from okno.kit.web.pages.card import CardPage
from okno.kit.web.search import LONGEST, shown_text

Context = dict[str, Any]
MOST_RECENT = 7
MAY_CREATE = "X-May-Create"


class Pick(Page):
    """`/pick/<record>/?q=&recent=5,7`: rows to link to while one types; POST makes a new one or marks a favourite."""

    most: ClassVar[int] = 20
    parts: ClassVar[dict[str, str]] = {"stars": "stars"}
    actions: ClassVar[dict[str, str]] = {"star": "star"}

    def show(self, *, record: str, **_address: Any) -> HttpResponse:
        """
        `[{value, text, hint, star}]`; when nothing is typed, favourites first, then those picked lately.

        :raises Missing: there is no such record.
        """
        found = self._record(record)
        text, also = self.request.GET.get("q", "").strip()[:LONGEST], self.request.GET.get("also", "")[:LONGEST]
        answer = JsonResponse(self._found(found, text, also) if text else self._at_hand(found), safe=False)
        if maker(self.actor, found) is not None:
            answer.headers[MAY_CREATE] = "1"
        return answer

    def act(self, *, record: str, **_address: Any) -> HttpResponse:
        """
        Make a row out of its title alone.

        :raises Missing: there is no such record, or it takes more than a title.
        :raises Refused: the command refuses, the form of a new row demands more, or nothing is typed.
        """
        found, title = self._record(record), self.request.POST.get("title", "").strip()[:200]
        command = maker(self.actor, found)
        if command is None:
            raise Missing("no_record", _("There is no such page."))
        if not title:
            raise Refused("no_title", _("Write what it is called."))
        with transaction.atomic():
            row: Model = command.run(self.actor, **{found.title: title})
            # What the form of such a row demands besides is asked there: nothing half-made is left behind.
            judging.check_made(self.actor, found, row, given={found.title}, asked={found.title})
        return JsonResponse({"value": row.pk, "text": title, "hint": ""}, status=201)

    def stars(self, *, record: str, **_address: Any) -> HttpResponse:
        """Ids of the favourites. :raises Missing: there is no such record."""
        return JsonResponse(favourites.of(self.actor, self._record(record).name), safe=False)

    def star(self, *, record: str, **_address: Any) -> HttpResponse:
        """Mark a row as a favourite or take the mark off. :raises Missing: it is not there or out of reach."""
        row_id = self.request.POST.get("id", "")
        given = id_of(row_id) or 0
        is_marked = favourites.star.run(self.actor, record=self._record(record).name, row_id=given)
        return JsonResponse({"star": is_marked})

    def _record(self, name: str) -> Record:
        found = registry.records.get(name)
        if found is None or not hasattr(found.model, "reach"):
            raise Missing("no_record", _("There is no such page."))
        permissions.check_may(self.actor, permissions.view_permission(found.model))
        return found

    def _found(self, record: Record, text: str, also: str) -> list[Context]:
        """What is found by the text, or else as it would have been typed on the other layout."""
        return self._rows(record, text) or (self._rows(record, also) if also else [])

    def _at_hand(self, record: Record) -> list[Context]:
        """Favourites, then rows picked lately, then any."""
        asked = self.request.GET.get("recent", "").split(",")[:MOST_RECENT]
        starred = favourites.of(self.actor, record.name)[: self.most]
        lately = ids_of(asked)
        ids = list(dict.fromkeys([*starred, *lately]))
        found = self._told(record, self._living(record).filter(pk__in=ids)) if ids else []
        near = sorted(found, key=lambda one: ids.index(one["value"]))
        known = {one["value"] for one in near}
        marked = [{**one, "star": one["value"] in starred} for one in near]
        return [*marked, *(one for one in self._rows(record, "") if one["value"] not in known)]

    def _rows(self, record: Record, text: str) -> list[Context]:
        rows = self._living(record)
        if text and searching.is_searchable(record):
            rows = searching.matching(self.actor, record, rows, text)
        elif text and not self.actor.sees_field(record.name, record.title):
            rows = rows.none()
        elif text:
            rows = rows.filter(searching.contains(record.model, record.fields[record.title].path, text))
        return self._told(record, rows.order_by(record.order))

    def _living(self, record: Record) -> Any:
        manager: Any = record.model._default_manager
        rows = manager.visible_to(self.actor)
        if any(one.name == "is_deleted" for one in record.model._meta.fields):
            rows = rows.filter(is_deleted=False)
        return rows

    def _told(self, record: Record, rows: Any) -> list[Context]:
        shown = (shown_text(self.actor, record, key) for key in (record.title, record.subtitle, record.apart))
        found = list(rows.values_list("pk", *shown)[: self.most])
        alike = Counter(title for _id, title, *_notes in found)
        return [
            {"value": row_id, "text": str(title), "hint": _joined(note, apart) if alike[title] > 1 else note}
            for row_id, title, note, apart in found
        ]


class Peek(Page):
    """`/peek/?url=/clients/5/`: the preview of a card by its address; nothing when there is no card there."""

    def show(self, **_address: Any) -> HttpResponse:
        """The way to the preview; the card itself asks its rights."""
        url = self.request.GET.get("url", "").partition("?")[0]
        if not has_preview(url):
            return HttpResponse(status=204)
        return HttpResponse(status=302, headers={"Location": f"{url}?part=preview"})


def _joined(note: object, apart: object) -> str:
    return " · ".join(str(one) for one in (note, apart) if one)


def has_preview(url: str) -> bool:
    """Whether a card stands at an address of ours."""
    if not url.startswith("/") or url.startswith("//"):
        return False
    try:
        view = getattr(resolve(url).func, "view_class", None)
    except Resolver404:
        return False
    return isinstance(view, type) and issubclass(view, CardPage)


def maker(actor: Actor, record: Record) -> Command[Any, Any] | None:
    """The command that makes a row of its title alone, when there is one that the actor may give."""
    create, _update = registry.editors.get(record.name, (None, None))
    if create is None or not actor.may(create.name):
        return None
    parameters = inspect.signature(create.function).parameters
    needed = {name for name, one in parameters.items() if one.default is inspect.Parameter.empty} - {"actor"}
    return create if needed == {record.title} else None
