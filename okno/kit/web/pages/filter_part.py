"""The filter dialog of a list: the editor of conditions over the rows of its tab."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.utils.safestring import SafeString

from okno.kit import conditions
from okno.kit.errors import Refused
from okno.kit.web import htmx
from okno.kit.web.conditions import Builder
from okno.kit.web.conditions import pages as editor
from okno.kit.web.pages.address import compact, joined

if TYPE_CHECKING:
    from okno.kit.web.pages.list import ListPage

NAME = "f"


def form(page: ListPage) -> HttpResponse:
    """The dialog with the filter there is; `at` names a field to be asked first."""
    at = page.request.GET.get("at", "")
    return _dialog(page, builder(page).render(page.selection.own_filter, at=at))


def edit(page: ListPage) -> HttpResponse:
    """The editor after one of its buttons."""
    return editor.answered(builder(page), page)


def told(page: ListPage) -> HttpResponse:
    """What the filter says now, and how many rows of the list hold it."""
    return HttpResponse(builder(page).told(page.request.POST))


def apply(page: ListPage) -> HttpResponse:
    """Go to the list with the condition that was sent."""
    own, sent = builder(page), page.request.POST
    try:
        tree = own.read(sent)
    except Refused as refusal:
        return _dialog(page, own.again(sent, refusal.message), status=422)
    return htmx.redirect(page.request, page.address.url(f=compact(joined(tree))))


def builder(page: ListPage) -> Builder:
    """The editor over the rows that the list shows without a filter of one's own."""

    def rows(condition: conditions.Condition) -> QuerySet[Any]:
        return page.selection.rows_of(condition)

    return Builder(page.actor, page.record, NAME, url=page.address.part("edit"), rows=rows, is_alone=True)


def _dialog(page: ListPage, widget: SafeString, status: int = 200) -> HttpResponse:
    context = {"post_url": page.address.part("apply"), "clear_url": page.address.url(f=None), "widget": widget}
    return page.answer("kit/filter_form.html", {"filter": context}, status)
