"""The dialog of a bulk command: what is asked once for all rows, then the job."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

from django import forms
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from okno.kit import formats, jobs, permissions
from okno.kit.arguments import plain
from okno.kit.errors import Missing, Refused
from okno.kit.rows import totals
from okno.kit.web import form_context, htmx
from okno.kit.web.pages.bulk import WORK, Bulk
from okno.kit.web.pages.list_rows import count_text

if TYPE_CHECKING:
    from okno.kit.web.pages.list import ListPage

SENT = "sent"


def run(page: ListPage) -> HttpResponse:
    """Ask for what the command needs; once it was asked, start."""
    bulk = _asked(page)
    permissions.check_may(page.actor, bulk.command.name)
    is_sent = SENT in page.request.POST
    form = _form(page, bulk, bound=is_sent)
    if not is_sent or (form is not None and not form.is_valid()):
        return _dialog(page, bulk, form, status=422 if is_sent else 200)
    return _start(page, bulk, form)


def _start(page: ListPage, bulk: Bulk, form: forms.BaseForm | None) -> HttpResponse:
    ids, key = _ids(page), uuid.uuid4().hex
    cleaned = form.cleaned_data if form is not None else {}
    args = {
        "list": page.name(),
        "record": page.record.name,
        "params": {} if ids else page.address.params(),
        "ids": ids,
        "command": bulk.command.name,
        "on": bulk.on,
        "given": {
            **(bulk.given or {}),
            **{name: plain(value) for name, value in cleaned.items() if value is not None},
        },
        "key": key,
    }
    job = jobs.start.once(key)(actor=page.actor, work=WORK, label=bulk.title, args=args)
    return htmx.redirect(page.request, f"/jobs/{job.pk}/")


def _asked(page: ListPage) -> Bulk:
    name = page.request.GET.get("do", "")
    found = next((one for one in page.bulk if one.command.name == name), None)
    if found is None:
        raise Missing("not_found", _("There is no such page."))
    return found


def _ids(page: ListPage) -> list[int]:
    """The ticked rows; empty when all rows of the filter are meant."""
    if page.request.POST.get("all"):
        return []
    ids = [int(one) for one in page.request.POST.getlist("ids") if one.isdigit()]
    if not ids:
        raise Refused("nothing_selected", _("Select rows first."))
    return ids


def _form(page: ListPage, bulk: Bulk, *, bound: bool) -> forms.BaseForm | None:
    if bulk.form is None:
        return None
    wants_actor = "actor" in bulk.form.__init__.__code__.co_varnames
    given: dict[str, Any] = {"actor": page.actor} if wants_actor else {}
    return bulk.form(page.request.POST if bound else None, **given)


def _dialog(page: ListPage, bulk: Bulk, form: forms.BaseForm | None, status: int) -> HttpResponse:
    ids = _ids(page)
    count = len(ids)
    shown = formats.quantity_text(count)
    if not ids:
        summed = totals.capped(page.selection.rows(narrow=True), ())
        count, shown = summed.count, count_text(summed)
    text = ngettext("It will be done for %(count)s row.", "It will be done for %(count)s rows.", count)
    hidden = [{"name": SENT, "value": "1"}, {"name": "all", "value": "" if ids else "1"}]
    context = {
        "title": bulk.title,
        "text": text % {"count": shown},
        "errors": form_context.errors_of(form) if form is not None and form.is_bound else [],
        "fields": form_context.fields_of(form) if form is not None else [],
        "hidden": [*hidden, *({"name": "ids", "value": one} for one in ids)],
        "post_url": page.address.part("bulk", do=bulk.command.name),
        "submit": bulk.title,
        "danger": bulk.is_danger,
    }
    return page.answer("kit/dialog.html", {"dialog": context}, status)
