"""The list of imports, a new one, and settings kept by name."""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import Any, BinaryIO, ClassVar

from django import forms as django_forms
from django.http import HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from okno.engines.imports import commands, queries
from okno.engines.imports.models import Import
from okno.engines.imports.record import IMPORT, SETTINGS
from okno.engines.imports.web import forms, look
from okno.kit.errors import Missing, Refused
from okno.kit.web import form_context, htmx, pages
from okno.kit.web.pages.base import Page

ALL = pages.Tab("all", gettext_lazy("All"))
State = Import.State
SETTING_UP = frozenset({State.SETUP, State.CHECKING, State.CHECKED})


class ImportList(pages.ListPage):
    """Imports, the latest first."""

    record, query = IMPORT, queries.imports
    columns = ("name", look.RECORD, "state", "total", "done", "refused", "owner", "created_at")
    tabs = (ALL,)
    sort = "-created_at"
    create_url, create_label, create_permission = "/imports/new/", gettext_lazy("Import"), "imports.begin"
    more = (
        pages.Action(
            gettext_lazy("Kept settings"), icon="settings", url="/imports/settings/", permission="imports.begin"
        ),
    )

    @property
    def empty(self) -> Mapping[str, Any]:  # type: ignore[override]
        """What the list says before the first import."""
        return {
            "title": _("Nothing has been imported yet"),
            "text": _("Bring clients, contacts, goods or deals from Excel, CSV, 1C or an address book."),
            "icon": IMPORT.icon,
            "doors": [
                {
                    "label": _("Import a file"),
                    "text": _("It is checked first, and can be taken back within 30 days"),
                    "url": "/imports/new/",
                    "icon": "file-import",
                }
            ],
        }


class SettingsList(pages.ListPage):
    """Settings of imports kept by name."""

    record, query = SETTINGS, queries.settings_within_reach
    columns = ("name", look.RECORD, "is_shared", "owner")
    tabs = (ALL,)
    row_actions = (
        pages.Action(
            gettext_lazy("Delete"),
            icon="trash",
            url="/imports/settings/{id}/drop/",
            permission="imports.drop_settings",
        ),
    )


class DropSettings(pages.CommandPage):
    """Delete kept settings."""

    command, form, on, query = commands.drop_settings, forms.Nothing, "settings", queries.settings_for_drop
    stays = is_danger = True
    text = gettext_lazy("Imports that were made by them stay as they are.")


class NewImport(Page):
    """The first step: the file."""

    permission: ClassVar[str] = "imports.begin"

    def show(self, **_address: Any) -> HttpResponse:
        """The form; from a list the record is chosen already."""
        if htmx.is_htmx(self.request):
            return htmx.redirect(self.request, self.request.get_full_path())
        initial = {name: self.request.GET.get(name, "") for name in ("record", "like")}
        return self.render(forms.File(actor=self.actor, initial=initial))

    def act(self, **_address: Any) -> HttpResponse:
        """Take the file in and go to its columns."""
        form = forms.File(self.request.POST, self.request.FILES, actor=self.actor)
        if not form.is_valid():
            return self.render(form, 422)
        try:
            row = self._taken_in(form.cleaned_data)
        except Refused as refusal:
            form.add_error("file" if form.cleaned_data.get("file") else "pasted", refusal.message)
            return self.render(form, 422)
        return htmx.redirect(self.request, f"/imports/{row.pk}/columns/")

    def _taken_in(self, given: Mapping[str, Any]) -> Import:
        kept = next((one for one in queries.saved_settings(self.actor) if str(one.pk) == given["like"]), None)
        record = kept.record if kept is not None else given["record"]
        file = given.get("file")
        stream: BinaryIO = file.file if file else io.BytesIO(given["pasted"].encode())
        name = file.name if file else _("Pasted rows.tsv")
        like = kept.config if kept is not None else None
        return commands.taken_in(self.actor, record, stream, name, is_pasted=not file, like=like)

    def render(self, form: django_forms.Form, status: int = 200) -> HttpResponse:
        """The form as a page."""
        if not form.fields["record"].choices:  # type: ignore[attr-defined]
            raise Missing("imports.nothing_importable", _("There is nothing that you may import."))
        context = {
            "title": _("New import"),
            "text": _("Nothing is written until you have seen the check of the file."),
            "fields": form_context.fields_of(form),
            "errors": form_context.errors_of(form) if form.is_bound else [],
            "post_url": "/imports/new/",
            "submit": _("Next: columns"),
            "multipart": True,
            "cancel_url": "/imports/",
        }
        return self.answer("kit/form.html", {"form_page": context, "page_title": context["title"]}, status)


class ImportPage(Page):
    """Where an import stands: the step that comes next."""

    permission: ClassVar[str] = "imports.view"

    def show(self, *, id: int, **_address: Any) -> HttpResponse:  # noqa: A002 - named so in every address
        """Go to the step that comes next. :raises Missing: the import is out of reach."""
        row = queries.import_for_page(self.actor, id)
        if row is None:
            raise Missing("not_found", _("Not found, or out of your reach."))
        if row.done or row.state not in SETTING_UP:
            step = "result"
        else:
            step = "columns" if row.state == State.SETUP else "check"
        return HttpResponseRedirect(f"/imports/{id}/{step}/")
