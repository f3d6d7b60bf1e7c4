"""The access log with its filters, and which rows it watches."""

from __future__ import annotations

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
from okno.access.web.field_lists import told
from okno.kit import formats
from okno.kit.permissions import Actor
from okno.kit.registry import Record, registry
from okno.kit.web import days, htmx
from okno.kit.web.conditions import ConditionField
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
        today = self.moment.at.astimezone(self.moment.zone).date()
        lines = list(queries.readings(asked(given, today)))
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


def asked(given: Any, today: date) -> queries.Asked:
    """What the address asks for; what cannot be read is not asked. Days are typed as `today` has them."""
    return queries.Asked(
        user_id=_number(given.get("who", "")),
        record=given.get("record", ""),
        row_id=_number(given.get("row", "")),
        kind=given.get("kind", ""),
        since=_day(given.get("since", ""), today),
        until=_day(given.get("until", ""), today),
        before=_number(given.get("before", "")),
    )


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 18 else None


def _day(text: str, today: date) -> date | None:
    return days.parse_day(text, today) if text else None


def _watch(watch: SensitiveRows) -> Context:
    record = registry.records.get(watch.record)
    where = ""
    if record and watch.condition is not None:
        where = told(record, watch.condition)
    return {
        "name": watch.name,
        "record": str(record.plural) if record else watch.record,
        "where": where or _("all rows"),
        "stop_url": f"{READINGS}?part=stop&watch={watch.pk}",
    }


class Watch(django_forms.Form):
    """Rows of a record whose reading is kept."""

    def __init__(self, *args: Any, actor: Actor, record: Record, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"] = forms.text(_("Name"), most=100, required=True, placeholder="VIP")
        help_text = _("Without a condition all rows are watched.")
        self.fields["condition"] = ConditionField(actor, record, label=_("Where"), required=False, help_text=help_text)


class WatchRows(CommandPage):
    """Keep the reading of some rows of the record that the address names."""

    command, form = commands.watch_rows, Watch
    title, submit = gettext_lazy("Watch the reading of rows"), gettext_lazy("Watch")

    @property
    def record(self) -> Record:
        """The record. :raises Missing: there is none of this name."""
        return registry.record(self.request.GET.get("record") or "clients.client")

    def make_form(self, row: Model | None, **given: Any) -> django_forms.BaseForm:
        """The form of the record."""
        return Watch(actor=self.actor, record=self.record, **given)

    def initial(self, row: Model | None) -> Context:
        """Named after the record until somebody says better."""
        return {"name": str(self.record.plural)}

    def arguments(self, cleaned: Any) -> Context:
        """With the record of the address."""
        return {"name": cleaned["name"], "record": self.record.name, "condition": cleaned["condition"]}

    def success_url(self, result: Any, row: Model | None) -> str:
        """Back to the log."""
        return READINGS
