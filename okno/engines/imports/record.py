"""How imports and their kept settings are read everywhere."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from okno.engines.imports.models import Import, ImportSettings
from okno.kit.kinds import Kind
from okno.kit.registry import Field, Record

IMPORT = Record(
    name="imports.import",
    model=Import,
    label=_("Import"),
    plural=_("Imports"),
    title="name",
    subtitle="state",
    url="/imports/{id}/",
    icon="file-import",
    lacks={
        "card": "its pages are the steps of the import",
        "create": "an import begins with its file, on a page of its own",
        "change": "an import is set up on its pages, step by step",
        "import": "an import begins with its file, on a page of its own",
        "mark": "an import is taken back, and stays as what was done",
        "search": "imports are found in their own list",
        "tree": "what an import has made is told on its page",
    },
    fields={
        "name": Field(_("File"), "name"),
        "record": Field(_("What"), "record"),
        "kind": Field(_("Format"), "kind"),
        "state": Field(_("State"), "state", Kind.CHOICE, choices=Import.State.choices),
        "total": Field(_("Rows"), "total", Kind.INTEGER),
        "done": Field(_("Rows done"), "done", Kind.INTEGER),
        "refused": Field(_("Refused rows"), "refused", Kind.INTEGER),
        "counts": Field(_("Counts"), "counts", Kind.JSON),
        "error": Field(_("Error"), "error"),
        "owner": Field(_("Who"), "owner__name", Kind.PERSON, link="access.user"),
        "created_at": Field(_("When"), "created_at", Kind.MOMENT),
        "finished_at": Field(_("Finished"), "finished_at", Kind.MOMENT),
    },
)

SETTINGS = Record(
    name="imports.settings",
    model=ImportSettings,
    label=_("Import settings"),
    plural=_("Import settings"),
    title="name",
    icon="settings",
    lacks={
        "card": "settings are read in the import that uses them",
        "create": "settings are kept from an import that was set up",
        "change": "settings are kept anew from an import that was set up",
        "import": "settings travel in the file of settings",
        "mark": "its own command marks it in the list of settings",
        "search": "there are few: all stand in one list",
        "tree": "no document comes of settings",
    },
    fields={
        "name": Field(_("Name"), "name"),
        "record": Field(_("What"), "record"),
        "is_shared": Field(_("For all"), "is_shared", Kind.BOOLEAN),
        "owner": Field(_("Who"), "owner__name", Kind.PERSON, link="access.user"),
        "created_at": Field(_("Created"), "created_at", Kind.MOMENT),
    },
)
