"""Export of a list: the dialog, and the long work that writes the file batch by batch."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import forms
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from okno.kit import jobs, permissions
from okno.kit.web import form_context, htmx
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
        "text": _("The file will hold all rows of this filter. You will be told when it is ready."),
        "fields": form_context.fields_of(given or ExportForm()),
        "errors": form_context.errors_of(given) if given is not None else [],
        "post_url": page.address.part("export"),
        "submit": _("Make the file"),
    }
    if htmx.is_htmx(page.request):
        return page.answer("kit/dialog.html", {"dialog": context}, 422 if given else 200)
    return page.answer("kit/form.html", {"form_page": context, "page_title": context["title"]})


def start(page: ListPage) -> HttpResponse:
    """Start the export in the worker and go to its page."""
    permissions.check_may(page.actor, f"{page.record.area}.export")
    given = ExportForm(page.request.POST)
    if not given.is_valid():
        return form(page, given)
    args = {"list": page.name(), "params": page.address.params(), **given.cleaned_data}
    label = _("Export: %(what)s") % {"what": page.record.plural}
    job = jobs.start(actor=page.actor, work=WORK, label=label, args=args)
    return htmx.redirect(page.request, f"/jobs/{job.pk}/")
