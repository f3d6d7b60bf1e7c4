"""Pages of addresses: suggestions while one types, and the administrator's page of classifiers."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from okno.areas.addresses import commands, queries
from okno.kit import formats, results
from okno.kit.errors import Refused
from okno.kit.registry import SettingsPage
from okno.kit.web import htmx, job_pages
from okno.kit.web.pages import CommandPage
from okno.kit.web.pages.base import Page

SOURCES = {"gar": "ГАР", "kladr": "КЛАДР", "demo": gettext_lazy("demo data")}
LONGEST = 500


class Suggest(Page):
    """Addresses that go on from what is typed."""

    permission = "addresses.view"

    def show(self, **_address: Any) -> HttpResponse:
        """Options of the list under the box, whatever its name is."""
        found = queries.suggestions(str(next(self.request.GET.values(), ""))[:LONGEST])
        return self.answer("addresses/suggestions.html", {"found": found})


class Classifiers(Page):
    """What is loaded, and the files that can be."""

    permission = commands.load.name

    def show(self, **_address: Any) -> HttpResponse:
        """Regions with their counts, files of the folder, the loading that is under way."""
        own = (one for one in results.own_jobs(self.actor) if one.work == commands.LOAD)
        job = next((one for one in own if one.state in job_pages.RUNNING), None)
        loaded = [
            {
                "region": one.region,
                "name": one.name,
                "source": SOURCES.get(one.source, one.source),
                "places": formats.quantity_text(one.places),
                "houses": formats.quantity_text(one.houses),
                "when": formats.moment_text(one.loaded_at, self.moment.at, self.moment.zone),
            }
            for one in queries.loaded()
        ]
        context = {
            "loaded": loaded,
            "folder": str(commands.folder()),
            "largest": commands.LARGEST >> 30,
            "found": [_file(one) for one in held()],
            "job": job_pages.context(job, self) if job else None,
            "page_title": _("Classifier of addresses"),
        }
        return self.answer("addresses/classifiers.html", context)


class UploadFile(Page):
    """Takes an archive in, to choose regions of it."""

    permission = commands.load.name

    def act(self, **_address: Any) -> HttpResponse:
        """Keep the file and go on to its regions; what cannot be taken is told on the page."""
        sent: Any = self.request.FILES.get("file")
        if sent is None:
            raise Refused("addresses.no_upload", _("Choose a file."))
        name = commands.taken_in(self.actor, sent.file, sent.name or "", sent.size)
        return htmx.redirect(self.request, _load_url(name), toast=_("The file is here: choose what to load."))


class DropFile(Page):
    """Deletes an archive that is needed no more."""

    permission = commands.load.name

    def act(self, **_address: Any) -> HttpResponse:
        """Delete it."""
        commands.drop_file(actor=self.actor, name=self.request.POST.get("name", ""))
        return htmx.redirect(self.request, "/settings/addresses/", toast=_("The file is deleted."))


class LoadForm(forms.Form):
    """Which file, and which regions of it."""

    name = forms.CharField(max_length=250, widget=forms.HiddenInput)
    regions = forms.CharField(
        label=gettext_lazy("Codes of regions"),
        required=False,
        max_length=400,
        help_text=gettext_lazy("With commas: 69, 77. Empty: all that are in the file."),
    )

    def clean_regions(self) -> list[str]:
        """Two-digit codes."""
        return [one.zfill(2) for one in self.cleaned_data["regions"].replace(",", " ").split()]


class LoadAddresses(CommandPage):
    """Load regions of a file in a job."""

    command, form = commands.load, LoadForm
    title, submit = gettext_lazy("Load addresses"), gettext_lazy("Load")

    def make_form(self, row: Any, **given: Any) -> forms.BaseForm:
        """The form with the codes of the regions that the file has."""
        form = super().make_form(row, **given)
        found = next((one for one in held() if one.name == self.request.GET.get("name")), None)
        if found is not None:
            codes = ", ".join(commands.chosen(found, None)[1])
            form.fields["regions"].help_text = _("In the file: %(codes)s. Empty: all of them.") % {"codes": codes}
        return form

    def arguments(self, cleaned: Any) -> dict[str, Any]:
        """The file by its name: only those of the folder are read. :raises Refused: it is not there."""
        found = next((one for one in held() if one.name == cleaned["name"]), None)
        if found is None:
            raise Refused("addresses.no_file", _("There is no such file in the folder any more."))
        return {"path": str(found), "regions": cleaned["regions"] or None}

    def succeed(self, result: Any, row: Any, key: str) -> HttpResponse:
        """To the page of the job."""
        return htmx.redirect(self.request, f"/jobs/{result.pk}/")


def _file(path: Path) -> dict[str, Any]:
    size = formats.size_text(path.stat().st_size) if _is_archive(path) else ""
    return {"name": path.name, "url": _load_url(path.name), "size": size, "is_archive": _is_archive(path)}


def _load_url(name: str) -> str:
    return f"/settings/addresses/load/?{urlencode({'name': name})}"


def _is_archive(path: Path) -> bool:
    return path.is_file() and path.suffix.lower() == ".zip" and not path.name.startswith(".")


def held() -> Iterator[Path]:
    """Archives of the folder and the folders in it."""
    place = commands.folder()
    if place.is_dir():
        yield from sorted(one for one in place.iterdir() if one.is_dir() or _is_archive(one))


PAGES = (
    SettingsPage(
        gettext_lazy("System"),
        gettext_lazy("Classifier of addresses"),
        gettext_lazy("ГАР and КЛАДР from files, by regions: suggestions and parts of addresses"),
        "/settings/addresses/",
        icon="map-pin",
        permission=commands.load.name,
        position=420,
    ),
)
