"""Steps of the wizard that set an import up: the layout of the file, its columns, its values, the rules."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from typing import Any, ClassVar

from django.http import HttpResponse
from django.utils.translation import gettext as _

from okno.engines.imports import commands, queries, rules
from okno.engines.imports.models import Import
from okno.engines.imports.rules import Settings, Target
from okno.engines.imports.web import forms, look
from okno.kit.errors import Missing, Refused
from okno.kit.importing import Importing
from okno.kit.web import form_context, htmx
from okno.kit.web.pages.base import Page

State = Import.State
SAMPLES, PREVIEW_ROWS = 3, 12
MOST_CONSTANTS = 4
ENCODINGS = ("utf-8", "utf-8-sig", "windows-1251", "cp866", "koi8-r", "utf-16")
DELIMITERS = {";": ";", ",": ",", "\t": "Tab", "|": "|"}
SKIP, CREATE = "-", "+"


class Step(Page):
    """A page of one import within reach."""

    permission: ClassVar[str] = "imports.view"
    step: ClassVar[str] = ""
    template: ClassVar[str] = ""

    @cached_property
    def row(self) -> Import:
        """The import. :raises Missing: it is out of reach."""
        found = queries.import_for_page(self.actor, self.kwargs["id"])
        if found is None:
            raise Missing("not_found", _("Not found, or out of your reach."))
        return found

    @property
    def settings(self) -> Settings:
        """The settings as they are."""
        return Settings.of(self.row.settings)

    @cached_property
    def importing(self) -> Importing:
        """How rows of the record are imported."""
        return queries.importing_of(self.row.record)

    @cached_property
    def targets(self) -> list[Target]:
        """Where columns may go."""
        return queries.targets_of(self.actor, self.importing)

    def context(self) -> dict[str, Any]:
        """What the template of the step needs."""
        return {}

    def show(self, **_address: Any) -> HttpResponse:
        """The step."""
        return self.page()

    def page(self, problem: str = "") -> HttpResponse:
        """The step, with what was refused."""
        context = {**look.head(self.row, self.step), "problem": problem, **self.context()}
        return self.answer(self.template, context, 422 if problem else 200)

    def saved(self, settings: Settings, to: str, **more: Any) -> HttpResponse:
        """Keep the settings and go to the next step."""
        commands.set_up(actor=self.actor, row=self.row, settings=settings.plain(), **more)
        return htmx.redirect(self.request, f"/imports/{self.row.pk}/{to}/")

    def elsewhere(self, *given: Any) -> forms.Elsewhere:
        """What is done with rows that stand elsewhere already."""
        return forms.Elsewhere(*given, importing=self.importing, settings=self.settings)

    def checked(self, **changed: Any) -> HttpResponse:
        """Keep what was changed in the settings and check the file."""
        try:
            settings = replace(self.settings, **changed).plain()
            row = commands.set_up(actor=self.actor, row=self.row, settings=settings)
            commands.start_check(actor=self.actor, row=row)
        except Refused as refusal:
            return self.page(refusal.message)
        return htmx.redirect(self.request, f"/imports/{self.row.pk}/check/")


class FileStep(Step):
    """How the file is read: encoding, delimiter, sheet, the row that names the columns."""

    step, template = "file", "imports/file.html"

    def context(self) -> dict[str, Any]:
        """The layout and the first rows."""
        settings = self.settings
        seen = queries.look(self.row.sha256, self.row.name, asked=settings.layout, header=0, is_pasted=self._is_pasted)
        rows = seen.rows[:PREVIEW_ROWS]
        width = min(max((len(cells) for _number, cells in rows), default=0), 30)
        return {
            "layout": settings.layout,
            "is_text": bool(settings.layout.get("delimiter")),
            "encodings": ENCODINGS,
            "delimiters": DELIMITERS.items(),
            "sheets": settings.layout.get("sheets", ()),
            "header": settings.header,
            "letters": [queries.letters(place) for place in range(width)],
            "rows": [(number, [look.sample(cells, place) for place in range(width)]) for number, cells in rows],
        }

    @property
    def _is_pasted(self) -> bool:
        return bool(self.row.kind == "tsv")

    def act(self, **_address: Any) -> HttpResponse:
        """Read the file anew as it was asked, and guess its columns again."""
        given = self.request.POST
        asked = {key: given.get(key, "") for key in ("encoding", "delimiter", "sheet") if given.get(key)}
        if asked.get("encoding", "utf-8") not in ENCODINGS or asked.get("delimiter", ";") not in DELIMITERS:
            return self.page(_("There is no such encoding or delimiter."))
        header = int(given["header"]) if given.get("header", "").isdecimal() else None
        try:
            seen = queries.look(self.row.sha256, self.row.name, asked=asked, header=header, is_pasted=self._is_pasted)
            columns = rules.guessed_columns(seen.names, [cells for _number, cells in seen.rows], self.targets)
            settings = replace(self.settings, layout=seen.layout, header=seen.header, columns=columns)
            return self.saved(settings, "columns", total=len(seen.rows) if seen.is_whole else None)
        except Refused as refusal:
            return self.page(refusal.message)


class ColumnsStep(Step):
    """Where each column goes, and constants for what the file does not tell."""

    step, template = "columns", "imports/columns.html"

    def context(self) -> dict[str, Any]:
        """Columns with samples and targets."""
        settings = self.settings
        seen = queries.look(
            self.row.sha256, self.row.name, asked=settings.layout, header=settings.header,
            is_pasted=self.row.kind == "tsv",
        )  # fmt: skip
        samples = [cells for _number, cells in seen.rows]
        constants = [*settings.constants.items(), *[("", "")] * MOST_CONSTANTS][: max(2, len(settings.constants) + 1)]
        shut = self.shut(samples)
        return {
            "layout": settings.layout,
            "columns": [
                {"name": name, "target": target, "samples": _samples(samples, place), "shut": shut[place]}
                for place, (name, target) in enumerate(settings.columns)
            ],
            "groups": look.target_groups(self.targets),
            "constants": constants,
            "chosen": sum(bool(target) for _name, target in settings.columns),
        }

    def shut(self, samples: Sequence[Sequence[Any]]) -> list[str]:
        """For each column that goes nowhere, the field it seems to be for that is shut to the actor."""
        targets = {one.key: one for one in queries.shut_targets_of(self.actor, self.importing)}
        columns = self.settings.columns
        guessed = rules.guessed_columns([name for name, _target in columns], samples, list(targets.values()))
        return [
            targets[key].full_label if key and not target else ""
            for (_name, target), (_same, key) in zip(columns, guessed, strict=True)
        ]

    def act(self, **_address: Any) -> HttpResponse:
        """Keep where columns go; the keys that are no more told fall away."""
        given, known = self.request.POST, {one.key for one in self.targets}
        settings = self.settings
        columns = [
            (name, target if (target := given.get(f"column-{place}", "")) in known else "")
            for place, (name, _old) in enumerate(settings.columns)
        ]
        chosen = [target for _name, target in columns if target]
        gathers = {one.key for one in self.targets if one.field.many}
        twice = {one for one in chosen if chosen.count(one) > 1} - gathers
        constants = {
            key: text.strip()
            for key, text in zip(given.getlist("constant"), given.getlist("constant-text"), strict=False)
            if key in known and text.strip()
        }
        fresh = replace(settings, columns=columns, constants=constants)
        keys = [one for one in settings.keys if one in {key.code for key in self._told(fresh)}]
        fresh = replace(fresh, keys=keys or commands.guessed_keys(self.importing, fresh))
        if twice:
            labels = ", ".join(one.full_label for one in self.targets if one.key in twice)
            self.row.settings = fresh.plain()
            return self.page(_("Two columns go to one field: %(fields)s.") % {"fields": labels})
        try:
            return self.saved(fresh, "values" if _listed(self.targets, fresh) else "rules")
        except Refused as refusal:
            return self.page(refusal.message)

    def _told(self, settings: Settings) -> Iterable[Any]:
        return [one for one in self.importing.keys if one.is_told(settings.targets)]


class ValuesStep(Step):
    """What texts of the file mean: options, people, rows of other records."""

    step, template = "values", "imports/values.html"

    def context(self) -> dict[str, Any]:
        """Texts of the file with what they were taken for."""
        settings, targets = self.settings, _listed(self.targets, self.settings)
        told = queries.texts_of(self.row, targets)
        texts = look.unknown_texts(settings, told, self.row)
        reader = queries.RowReader(self.actor, self.targets, replace(settings, values={}))
        return {"lists": [self._list(one, texts.get(one.key, {}), reader) for one in targets]}

    def _list(self, target: Target, texts: Mapping[str, int], reader: queries.RowReader) -> dict[str, Any]:
        mapped = self.settings.values.get(target.key, {})
        options = queries.options_of(self.actor, target)
        known = reader.known(target, list(texts))
        return {
            "key": target.key,
            "label": target.full_label,
            "options": options,
            "may_add": commands.may_add_options(self.actor, target),
            "grows": target.field.grows,
            "texts": [
                {
                    "name": f"value-{target.key}-{number}",
                    "text": text,
                    "count": count,
                    "chosen": _chosen(mapped, known, text),
                    "is_known": text in known or text in mapped,
                }
                for number, (text, count) in enumerate(texts.items())
            ],
        }

    def act(self, **_address: Any) -> HttpResponse:
        """Keep what texts mean; what nothing is chosen for stays unknown, and its rows are refused."""
        try:
            values = {one.key: self._meant(one) for one in _listed(self.targets, self.settings)}
            return self.saved(replace(self.settings, values=values), "rules")
        except Refused as refusal:
            return self.page(refusal.message)

    def _meant(self, target: Target) -> dict[str, Any]:
        """Values of a target by the texts of the file. :raises Refused: a text cannot be an option."""
        given, allowed = self.request.POST, {SKIP, *dict(queries.options_of(self.actor, target))}
        chosen = dict(zip(given.getlist(f"text-{target.key}"), given.getlist(f"value-{target.key}"), strict=False))
        fresh = [text for text, one in chosen.items() if one == CREATE]
        known = {text: one for text, one in chosen.items() if one in allowed}
        told = {text: None if one == SKIP else queries.option_value(target, one) for text, one in known.items()}
        return told | (commands.add_options(self.actor, target, fresh) if fresh else {})


class RulesStep(Step):
    """By what rows are known again, and what is done with them."""

    step, template = "rules", "imports/rules.html"

    def context(self) -> dict[str, Any]:
        """Keys that the file tells, and the policies."""
        settings = self.settings
        *policies, loud = form_context.fields_of(forms.Rules(initial=settings.plain()))
        told = [one for one in self.importing.keys if one.is_told(settings.targets)]
        return {
            "keys": [{"code": one.code, "label": one.label, "checked": one.code in settings.keys} for one in told],
            "fields": [*policies, *form_context.fields_of(self.elsewhere()), loud],
        }

    def act(self, **_address: Any) -> HttpResponse:
        """Keep the rules and start the check."""
        form, elsewhere = forms.Rules(self.request.POST), self.elsewhere(self.request.POST)
        if not form.is_valid() or not elsewhere.is_valid():
            return self.page(_("Choose what is to be done with rows."))
        asked = self.request.POST.getlist("keys")
        keys = [one.code for one in self.importing.keys if one.code in asked]
        return self.checked(
            keys=keys, **form.cleaned_data, elsewhere={**self.settings.elsewhere, **elsewhere.answered()}
        )


def _chosen(mapped: Mapping[str, Any], known: Mapping[str, str], text: str) -> str:
    """What a text of the file means, as the form names it."""
    if text not in mapped:
        return known.get(text, "")
    return SKIP if mapped[text] is None else queries.option_key(mapped[text])


def _samples(rows: Sequence[Sequence[Any]], place: int) -> list[str]:
    """The first texts that stand in a column."""
    texts = (look.sample(cells, place) for cells in rows)
    return list(dict.fromkeys(text for text in texts if text))[:SAMPLES]


def _listed(targets: Sequence[Target], settings: Settings) -> list[Target]:
    """Targets of columns whose values are names of something."""
    told = {target for _name, target in settings.columns}
    return [one for one in targets if one.key in told and one.is_listed]
