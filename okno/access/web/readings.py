"""The access log with its filters, and which rows are guarded."""

from __future__ import annotations

from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.utils.translation import gettext as _

from okno.access import commands, queries
from okno.access.models import Reading
from okno.access.web import guards
from okno.kit import days, formats
from okno.kit.ids import id_of
from okno.kit.registry import registry
from okno.kit.web import htmx
from okno.kit.web.pages.base import Page

Context = dict[str, Any]
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
        titles = queries.titles_read(self.actor, lines)
        kept = {name: value for name, value in given.items() if value and name != "before"}
        more = urlencode({**kept, "before": lines[-1].pk}) if len(lines) == queries.LOG_PAGE else ""
        context = {
            "lines": [self._line(one, titles[one.pk]) for one in lines],
            "next_url": f"?{more}" if more else "",
            "given": given.dict(),
            "people": [
                {"value": str(user_id), "label": name} for user_id, name in queries.people_to_choose(self.actor)
            ],
            "records": [{"value": one.name, "label": str(one.plural)} for one in registry.records.values()],
            "kinds": [{"value": value, "label": label} for value, label in Reading.Kind.choices],
            "guards": [guards.shown(self.actor, one) for one in queries.watches()],
            "page_title": _("Access log"),
        }
        return self.answer("settings/readings.html", context)

    def stop(self, **_address: Any) -> HttpResponse:
        """No longer guard some rows."""
        commands.stop_watching.run(self.actor, watch_id=self.request.GET.get("watch", ""))
        return htmx.redirect(self.request, guards.READINGS)

    def _line(self, line: Reading, title: str) -> Context:
        record = registry.records.get(line.record)
        return {
            "when": formats.moment_text(line.at, self.moment.at, self.moment.zone),
            "title_when": formats.moment_full(line.at, self.moment.zone),
            "kind": Reading.Kind(line.kind).label,
            "due": DUE.get(Reading.Kind(line.kind), "grey"),
            "who": line.user_name,
            "who_url": f"/settings/users/{line.user_id}/" if line.user_id else "",
            "looker": line.looker,
            "what": title,
            "url": record.url_of(line.row_id) if record and line.row_id else "",
            "record": str(record.label if line.row_id else record.plural) if record else "",
            "why": line.why,
            "rows": formats.quantity_text(line.rows) if line.rows is not None else "",
        }


def asked(given: Any, today: date) -> queries.Asked:
    """What the address asks for; what cannot be read is not asked. Days are typed as `today` has them."""
    return queries.Asked(
        user_id=id_of(given.get("who", "")),
        record=given.get("record", ""),
        row_id=id_of(given.get("row", "")),
        kind=given.get("kind", ""),
        since=_day(given.get("since", ""), today),
        until=_day(given.get("until", ""), today),
        before=id_of(given.get("before", "")),
    )


def _day(text: str, today: date) -> date | None:
    return days.parse_day(text, today) if text else None
