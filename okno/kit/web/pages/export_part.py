"""Export of a list: the dialog, and the long work that writes the file batch by batch."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import forms
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from okno.kit import formats, jobs, permissions
from okno.kit.changing.asked import packed
from okno.kit.web import form_context, htmx
from okno.kit.web.pages import bulk_part
from okno.kit.web.pages.export import WORK

if TYPE_CHECKING:
    from okno.kit.web.pages.list import ListPage


class ExportForm(forms.Form):
    format = forms.ChoiceField(
        label=gettext_lazy("File"),
        choices=[("xlsx", gettext_lazy("Excel (.xlsx)")), ("csv", gettext_lazy("Text with commas (.csv)"))],
    )
    is_whole = forms.BooleanField(label=gettext_lazy("All fields, not only the columns shown"), required=False)


def form(page: ListPage, given: ExportForm | None = None) -> HttpResponse:
    """Ask for the format."""
    permissions.check_may(page.actor, f"{page.record.area}.export")
    context = {
        "title": _("Export"),
        "text": _text(page),
        "fields": form_context.fields_of(given or ExportForm()),
        "errors": form_context.errors_of(given) if given is not None else [],
        "hidden": bulk_part.hidden(page) if _is_of_some(page) else [],
        "post_url": page.address.part("export"),
        "submit": _("Make the file"),
    }
    if htmx.is_htmx(page.request):
        return page.answer("kit/dialog.html", {"dialog": context}, 422 if given else 200)
    return page.answer("kit/form.html", {"form_page": context, "page_title": context["title"]})


def start(page: ListPage) -> HttpResponse:
    """Start the export in the worker and go to its page; rows that were ticked are asked for the format first."""
    permissions.check_may(page.actor, f"{page.record.area}.export")
    if "format" not in page.request.POST:
        return form(page)
    given = ExportForm(page.request.POST)
    if not given.is_valid():
        return form(page, given)
    args = {"list": page.name(), "params": page.address.params(), **given.cleaned_data}
    if _is_of_some(page):
        args["ids"] = packed(bulk_part.ticked(page) or ())
    label = _("Export: %(what)s") % {"what": page.record.plural}
    job = jobs.start(actor=page.actor, work=WORK, label=label, args=args)
    return htmx.redirect(page.request, f"/jobs/{job.pk}/")


def _is_of_some(page: ListPage) -> bool:
    """Whether rows were ticked, and not all of the filter are meant."""
    return "ids" in page.request.POST and bulk_part.ticked(page) is not None


def _text(page: ListPage) -> str:
    if not _is_of_some(page):
        return _("The file will hold all rows of this filter. You will be told when it is ready.")
    count = len(bulk_part.ticked(page) or ())
    text = ngettext("The file will hold %(count)s selected row.", "The file will hold %(count)s selected rows.", count)
    return text % {"count": formats.quantity_text(count)}
