"""The access log with its filters, and which rows it watches."""

from __future__ import annotations

import json
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django import forms as django_forms
from django.db.models import Model
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from okno.access import commands, queries
from okno.access.models import Reading, SensitiveRows
from okno.access.web import forms
from okno.kit import conditions, formats
from okno.kit.errors import Refused
from okno.kit.registry import registry
from okno.kit.web import days, htmx
from okno.kit.web.pages import CommandPage
from okno.kit.web.pages.base import Page

Context = dict[str, Any]
READINGS = "/settings/readings/"
DUE = {Reading.Kind.MASS: "red", Reading.Kind.EXPORT: "yellow", Reading.Kind.LOOK: "yellow"}


class Readings(Page):
    """Who read what, newest first."""

    permission = queries.READS_LOG
    actions = {"stop": "stop"}

    def show(self, **_address: Any) -> HttpResponse:
        """A page of the log."""
        given = self.request.GET
        lines = list(queries.readings(asked(given)))
        kept = {name: value for name, value in given.items() if value and name != "before"}
        more = urlencode({**kept, "before": lines[-1].pk}) if len(lines) == queries.LOG_PAGE else ""
        context = {
            "lines": [self._line(one) for one in lines],
            "next_url": f"?{more}" if more else "",
            "given": given.dict(),
            "people": [{"value": str(user_id), "label": name} for user_id, name in queries.people_by_name()],
            "records": [{"value": one.name, "label": str(one.plural)} for one in registry.records.values()],
            "kinds": [{"value": value, "label": label} for value, label in Reading.Kind.choices],
            "watches": [_watch(one) for one in queries.watches()],
            "page_title": _("Access log"),
        }
        return self.answer("settings/readings.html", context)

    def stop(self, **_address: Any) -> HttpResponse:
        """No longer watch some rows."""
        commands.stop_watching.run(self.actor, watch_id=self.request.GET.get("watch", ""))
        return htmx.redirect(self.request, READINGS)

    def _line(self, line: Reading) -> Context:
        record = registry.records.get(line.record)
        return {
            "when": formats.moment_text(line.at, self.moment.at, self.moment.zone),
            "title_when": formats.moment_full(line.at, self.moment.zone),
            "kind": Reading.Kind(line.kind).label,
            "due": DUE.get(Reading.Kind(line.kind), "grey"),
            "who": line.user_name,
            "who_url": f"/settings/users/{line.user_id}/" if line.user_id else "",
            "looker": line.looker,
            "what": line.title,
            "url": record.url_of(line.row_id) if record and line.row_id else "",
            "record": str(record.label if line.row_id else record.plural) if record else "",
            "why": line.why,
            "rows": formats.quantity_text(line.rows) if line.rows is not None else "",
        }


def asked(given: Any) -> queries.Asked:
    """What the address asks for; what cannot be read is not asked."""
    return queries.Asked(
        user_id=_number(given.get("who", "")),
        record=given.get("record", ""),
        row_id=_number(given.get("row", "")),
        kind=given.get("kind", ""),
        since=_day(given.get("since", "")),
        until=_day(given.get("until", "")),
        before=_number(given.get("before", "")),
    )


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 18 else None


def _day(text: str) -> date | None:
    return days.parse_day(text, date.today()) if text else None  # noqa: DTZ011 - "today" as people type it


def _watch(watch: SensitiveRows) -> Context:
    record = registry.records.get(watch.record)
    where = ""
    if record and watch.condition is not None:
        where = conditions.sentence(conditions.parse(watch.condition), record)
    return {
        "name": watch.name,
        "record": str(record.plural) if record else watch.record,
        "where": where or _("all rows"),
        "stop_url": f"{READINGS}?part=stop&watch={watch.pk}",
    }


class Watch(django_forms.Form):
    """Rows whose reading is kept."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = sorted(((one.name, str(one.plural)) for one in registry.records.values()), key=lambda one: one[1])
        self.fields["name"] = forms.text(_("Name"), most=100, required=True, placeholder="VIP")
        self.fields["record"] = django_forms.ChoiceField(
            label=_("Record"), choices=known, widget=django_forms.Select({"class": "form-select"})
        )
        self.fields["condition"] = django_forms.CharField(
            label=_("Where"),
            required=False,
            widget=django_forms.Textarea({"class": "form-control", "rows": 3, "spellcheck": "false"}),
            help_text=_("A condition as JSON; left empty, all rows of the record are watched."),
        )


class WatchRows(CommandPage):
    """Keep the reading of some rows."""

    command, form = commands.watch_rows, Watch
    title, submit = gettext_lazy("Watch the reading of rows"), gettext_lazy("Watch")

    def arguments(self, cleaned: Any) -> Context:
        """The condition as a tree."""
        text = cleaned["condition"].strip()
        try:
            condition = json.loads(text) if text else None
        except ValueError as error:
            raise Refused("access.bad_json", _("This is not JSON."), missing=["condition"]) from error
        return {"name": cleaned["name"], "record": cleaned["record"], "condition": condition}

    def success_url(self, result: Any, row: Model | None) -> str:
        """Back to the log."""
        return READINGS
