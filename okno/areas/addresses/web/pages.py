"""Pages of addresses: suggestions while one types, and the administrator's page of classifiers."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django import forms
from django.conf import settings
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


def folder() -> Path:
    """Where the administrator puts files of classifiers."""
    return Path(settings.OKNO_DATA_DIR) / "addresses"


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
            "folder": str(folder()),
            "found": [{"name": one.name, "url": f"/settings/addresses/load/?name={one.name}"} for one in held()],
            "job": job_pages.context(job, self) if job else None,
            "page_title": _("Classifier of addresses"),
        }
        return self.answer("addresses/classifiers.html", context)


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

    def arguments(self, cleaned: Any) -> dict[str, Any]:
        """The file by its name: only those of the folder are read. :raises Refused: it is not there."""
        found = next((one for one in held() if one.name == cleaned["name"]), None)
        if found is None:
            raise Refused("addresses.no_file", _("There is no such file in the folder any more."))
        return {"path": str(found), "regions": cleaned["regions"] or None}

    def succeed(self, result: Any, row: Any, key: str) -> HttpResponse:
        """To the page of the job."""
        return htmx.redirect(self.request, f"/jobs/{result.pk}/")


def held() -> Iterator[Path]:
    """Archives of the folder and the folders in it."""
    place = folder()
    if place.is_dir():
        yield from sorted(one for one in place.iterdir() if one.is_dir() or one.suffix.lower() == ".zip")


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
