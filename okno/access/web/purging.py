"""The page of what is marked for deletion: what may go, what holds the rest, the way back, the job that deletes."""

from __future__ import annotations

from typing import Any, ClassVar

from django.http import HttpResponse
from django.utils.translation import gettext as _

from okno.kit.errors import Refused
from okno.kit.ids import id_of
from okno.kit.purging import commands, reading
from okno.kit.registry import registry
from okno.kit.web import htmx
from okno.kit.web.pages.base import Page

MOST = 100


class Purge(Page):
    """Everything that is marked, by record, judged now."""

    permission = commands.start.name
    actions: ClassVar[dict[str, str]] = {"start": "start", "back": "bring_back"}

    def show(self, **_address: Any) -> HttpResponse:
        """What would be deleted, and what not and why."""
        counts = reading.counts()
        plan = reading.plan(list(counts))
        wanted = set(plan.held) | {one for holders in plan.held.values() for one in holders[:5]}
        names = reading.titles(wanted)
        groups = [
            {
                "name": name,
                "title": str(registry.record(name).plural),
                "url": f"?record={name}" if reading.may_mark(self.actor, registry.record(name)) else "",
                "count": count,
                "free": len(plan.free.get(name, ())),
                "held": count - len(plan.free.get(name, ())),
            }
            for name, count in sorted(counts.items(), key=lambda one: str(registry.record(one[0]).plural))
        ]
        held = [
            {"row": _link(row, names), "by": [_link(one, names) for one in holders[:5]], "more": len(holders) - 5}
            for row, holders in list(plan.held.items())[:MOST]
        ]
        context = {"groups": groups, "held": held, "left": max(len(plan.held) - MOST, 0), "free": plan.count}
        context |= self._shown()
        return self.answer("settings/purge.html", {**context, "page_title": _("Deletion of what is marked")})

    def _shown(self) -> dict[str, Any]:
        """The marked rows of the record that was asked for, each with its way back."""
        record = registry.records.get(self.request.GET.get("record", ""))
        if record is None or not reading.may_mark(self.actor, record):
            return {}
        rows = reading.marked(self.actor, record, most=MOST)
        names = reading.titles(rows)
        return {
            "shown": {"name": record.name, "title": str(record.plural), "rows": [(row[1], names[row]) for row in rows]}
        }

    def bring_back(self, **_address: Any) -> HttpResponse:
        """Take the mark off one row. :raises Missing: it is not marked any more."""
        asked = self.request.POST
        row_id = id_of(asked.get("row")) or 0
        commands.bring_back.run(self.actor, record=asked.get("record", ""), row_id=row_id)
        url = f"/settings/purge/?record={asked.get('record', '')}"
        return htmx.redirect(self.request, url, toast=_("Brought back."))

    def start(self, **_address: Any) -> HttpResponse:
        """Start the job. :raises Refused: nothing was chosen."""
        known = {one.name for one in reading.purged()}
        chosen = [one for one in self.request.POST.getlist("record") if one in known]
        if not chosen:
            raise Refused("purging.nothing", _("Choose what to delete."))
        job = commands.start.run(self.actor, records=chosen)
        return htmx.redirect(self.request, f"/jobs/{job.pk}/", toast=_("The deletion has started."))


def _link(row: reading.Row, names: dict[reading.Row, str]) -> dict[str, str]:
    record = registry.record(row[0])
    return {"title": names.get(row, str(row[1])), "what": str(record.label), "url": record.url_of(row[1])}
