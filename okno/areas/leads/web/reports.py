"""Reports on enquiries as pages: figures that open their rows, charts, and the same as a workbook."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Sequence
from typing import Any, ClassVar
from urllib.parse import urlencode

import xlsxwriter
from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from okno.areas.leads import queries
from okno.areas.leads.models import Lead, LeadSource
from okno.areas.leads.queries import Line
from okno.areas.leads.queries.reports import BY, DONE, PERIODS
from okno.areas.leads.record import LEAD
from okno.areas.leads.web import look
from okno.kit import formats, permissions, results
from okno.kit.permissions import Actor
from okno.kit.web import days
from okno.kit.web.pages.address import compact
from okno.kit.web.pages.base import Page

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MOST_IN_CHART = 31
USUAL_DAYS = 30
HEADS = {
    "source": gettext_lazy("Source"),
    "channel": gettext_lazy("Channel"),
    "campaign": gettext_lazy("Campaign"),
    "owner": gettext_lazy("Responsible"),
    "kind": gettext_lazy("Kind of enquiry"),
    "day": pgettext_lazy("a part of a period", "Day"),
    "week": pgettext_lazy("a part of a period", "Week"),
    "month": pgettext_lazy("a part of a period", "Month"),
}
COLUMNS = (
    ("received", gettext_lazy("Received")),
    ("taken", gettext_lazy("Taken")),
    ("converted", gettext_lazy("Turned into deals")),
    ("rejected", gettext_lazy("Rejected")),
    ("spam", gettext_lazy("Spam")),
    ("late", gettext_lazy("Late reactions")),
)
DEEDS = {
    "taken": gettext_lazy("Taken"),
    "converted": gettext_lazy("Turned into deals"),
    "calls": gettext_lazy("Calls"),
    "meetings": gettext_lazy("Meetings"),
    "letters": gettext_lazy("Letters"),
}
# What each figure counts, as a filter of the list.
FILTERS: dict[str, list[dict[str, Any]]] = {
    "received": [],
    "taken": [{"field": "reacted_at", "op": "not_empty"}],
    "converted": [{"field": "state", "op": "in", "value": ["converted"]}],
    "rejected": [{"field": "state", "op": "in", "value": ["rejected"]}],
    "spam": [{"field": "state", "op": "in", "value": ["spam"]}],
}
NOT_JOINED = {"field": "state", "op": "not_in", "value": ["merged"]}
LATE: list[dict[str, Any]] = [
    {"field": "state", "op": "not_in", "value": ["spam"]},
    {
        "any": [
            {"field": "reacted_at", "op": "gt", "value": {"field": "react_by"}},
            {
                "all": [
                    {"field": "reacted_at", "op": "empty"},
                    {"field": "closed_at", "op": "empty"},
                    {"field": "react_by", "op": "lt", "value": {"rel": "now"}},
                ]
            },
        ]
    },
]
FILTERS["late"] = LATE


class Reports(Page):
    """Four reports of a period: analysis, reasons of rejection, productivity, enquiries that are being lost."""

    permission = "leads.view"
    parts: ClassVar[dict[str, str]] = {"file": "file"}

    def show(self, **_address: Any) -> HttpResponse:
        """The page."""
        since, until, by = self.asked()
        lines = queries.analysis(self.actor, since, until, by, self.moment.at)
        found = self.reasons(since, until)
        context = {
            "page_title": _("Reports on enquiries"),
            "since": days.day_text(since),
            "until": days.day_text(until),
            "choices": [{"key": one, "label": HEADS[one], "chosen": one == by} for one in self.choices()],
            "file_url": self.file_url(since, until, by) if self.actor.may("leads.export") else "",
            "head": HEADS[by],
            "columns": [label for _key, label in COLUMNS],
            "lines": [_shown(one, by, since, until) for one in lines],
            "chart": _chart(lines[:-1], by, since, until),
            "reasons": [_reason(one, since, until) for one in found],
            "reasons_chart": _reasons_chart(found, since, until),
            "deeds": [DEEDS[one] for one in DONE],
            "people": [_day(one) for one in self.productivity(since, until)],
            "lost": [_lost(self.actor, one, self.moment) for one in queries.lost(self.actor, self.moment.at)],
        }
        return self.answer("leads/reports.html", context)

    def file(self, **_address: Any) -> HttpResponse:
        """All four as a workbook. :raises Denied: without the right to export."""
        permissions.check_may(self.actor, "leads.export")
        since, until, by = self.asked()
        sheets = self._sheets(since, until, by)
        told = {"report": "leads", "by": by, "since": since.isoformat(), "until": until.isoformat()}
        results.note_taken_out(self.actor, LEAD, told, rows=sum(len(rows) for _title, _heads, rows in sheets))
        response = HttpResponse(_workbook(sheets), content_type=XLSX)
        response.headers["Content-Disposition"] = f'attachment; filename="enquiries-{since}-{until}.xlsx"'
        return response

    def asked(self) -> tuple[dt.date, dt.date, str]:
        """The period and the grouping of the address; by default the last 30 days by source."""
        given, today = self.request.GET, timezone.localdate(self.moment.at, self.actor.zone)
        until = days.parse_day(given.get("until", ""), today) or today
        since = days.parse_day(given.get("since", ""), today) or until - dt.timedelta(days=USUAL_DAYS - 1)
        choices = self.choices()
        by = given.get("by", "")
        return min(since, until), max(since, until), by if by in choices else choices[0]

    def choices(self) -> list[str]:
        """Groupings whose field is open to the actor."""
        return [*(key for key, field in BY.items() if self.sees(field)), *PERIODS]

    def sees(self, field: str) -> bool:
        """Whether a field of enquiries is open to the actor."""
        return self.actor.sees_field(LEAD.name, field)

    def reasons(self, since: dt.date, until: dt.date) -> list[dict[str, Any]]:
        """Why enquiries were rejected, without the people or at all as far as it is open to the actor."""
        found = queries.reasons(self.actor, since, until) if self.sees("reject_reason") else []
        if self.sees("owner"):
            return found
        return [{**one, "people": [{"id": None, "name": "", "count": one["count"]}]} for one in found]

    def productivity(self, since: dt.date, until: dt.date) -> list[dict[str, Any]]:
        """Who did what; nothing when people are hidden from the actor."""
        return queries.productivity(self.actor, since, until) if self.sees("owner") else []

    def file_url(self, since: dt.date, until: dt.date, by: str) -> str:
        """The address of the workbook."""
        return f"?{urlencode({'part': 'file', 'since': since.isoformat(), 'until': until.isoformat(), 'by': by})}"

    def _sheets(self, since: dt.date, until: dt.date, by: str) -> list[tuple[str, list[str], list[list[Any]]]]:
        lines = queries.analysis(self.actor, since, until, by, self.moment.at)
        found = self.reasons(since, until)
        done = self.productivity(since, until)
        late = queries.lost(self.actor, self.moment.at)
        heads = [*(str(label) for _key, label in COLUMNS), _("To react, min"), _("To handle, min"), _("Conversion, %")]
        return [
            (_("Analysis"), [str(HEADS[by]), *heads], [_cells(one, by) for one in lines]),
            (
                _("Reasons of rejection"),
                [_("Reason"), _("Responsible"), _("Enquiries"), _("Share, %")],
                [
                    [one["name"], who["name"], who["count"], round(one["share"] * 100 * who["count"] / one["count"], 1)]
                    for one in found
                    for who in one["people"]
                ],
            ),
            (
                _("Productivity"),
                [_("Day"), _("Responsible"), *(str(DEEDS[one]) for one in DONE)],
                [[one["day"], one["name"], *(one[what] for what in DONE)] for one in done],
            ),
            (
                _("Being lost"),
                [_("Number"), _("Subject"), _("Received"), _("Responsible")],
                [
                    [
                        one.number,
                        _open(self.actor, one),
                        one.received_at.date(),
                        _who(one) if self.sees("owner") else "",
                    ]
                    for one in late
                ],
            ),
        ]


def _label(line: Line, by: str) -> str:
    """What a group is called."""
    if line.label is None:
        return _("All") if line.key is None else _("Not set")
    if by in PERIODS:
        return days.day_text(line.label.date())
    if by == "channel":
        return str(LeadSource.Kind(line.label).label)
    if by == "kind":
        return str(Lead.Kind(line.label).label)
    return str(line.label) or _("Not set")


def _url(since: dt.date, until: dt.date, *leaves: dict[str, Any]) -> str:
    """The rows behind a figure."""
    period = {"field": "received_at", "op": "between", "value": [since.isoformat(), until.isoformat()]}
    return f"/leads/?{urlencode({'tab': 'all', 'f': compact({'all': [period, NOT_JOINED, *leaves]})})}"


def _group(line: Line, by: str, since: dt.date, until: dt.date) -> tuple[dt.date, dt.date, list[dict[str, Any]]]:
    """The period and the conditions of one group."""
    if by in PERIODS and line.label is not None:
        first = line.label.date()
        length = {"day": 0, "week": 6, "month": 31}[by]
        last = first + dt.timedelta(days=length)
        last = last.replace(day=1) - dt.timedelta(days=1) if by == "month" else last
        return max(first, since), min(last, until), []
    if by == "owner":
        return since, until, [_leaf("owner", "in", [line.key]) if line.key else {"field": "owner", "op": "empty"}]
    if line.label in (None, ""):
        return since, until, [{"field": BY[by], "op": "empty"}]
    is_choice = by in {"channel", "kind"}
    return since, until, [_leaf(BY[by], "in", [line.label]) if is_choice else _leaf(BY[by], "eq", line.label)]


def _leaf(field: str, op: str, value: Any) -> dict[str, Any]:
    return {"field": field, "op": op, "value": value}


def _shown(line: Line, by: str, since: dt.date, until: dt.date) -> dict[str, Any]:
    """A line with its figures as text, each leading to its rows."""
    is_total = line.key is None and line.label is None
    first, last, leaves = (since, until, []) if is_total else _group(line, by, since, until)
    figures = [
        {
            "text": formats.quantity_text(getattr(line, key)),
            "url": _url(first, last, *leaves, *FILTERS[key]) if getattr(line, key) else "",
            "is_late": key == "late" and line.late,
        }
        for key, _label_of in COLUMNS
    ]
    return {
        "label": _label(line, by),
        "is_total": is_total,
        "figures": figures,
        "react": _time(line.react),
        "handle": _time(line.handle),
        "conversion": "—" if line.conversion is None else f"{formats.quantity_text(round(line.conversion * 100))} %",
    }


def _time(seconds: float | None) -> str:
    return "—" if seconds is None else formats.duration_text(dt.timedelta(seconds=max(round(seconds), 60)))


def _chart(lines: Sequence[Line], by: str, since: dt.date, until: dt.date) -> dict[str, Any]:
    shown = lines[:MOST_IN_CHART] if by not in PERIODS else lines[-MOST_IN_CHART:]
    series = (("received", _("Received"), 4), ("converted", _("Turned into deals"), 6), ("rejected", _("Rejected"), 9))
    labels = [_label(one, by) for one in shown]
    urls = []
    for one in shown:
        first, last, leaves = _group(one, by, since, until)
        urls.append(_url(first, last, *leaves))
    return {
        "id": "chart-analysis",
        "kind": "bar",
        "title": _("Analysis of enquiries"),
        "data": {
            "labels": labels,
            "urls": urls,
            "series": [
                {"name": name, "values": [getattr(one, key) for one in shown], "stage": stage}
                for key, name, stage in series
            ],
        },
        "columns": [name for _key, name, _stage in series],
        "rows": [
            {"label": label, "cells": [getattr(one, key) for key, _name, _stage in series]}
            for label, one in zip(labels, shown, strict=True)
        ],
    }


def _rejected(name: str) -> list[dict[str, Any]]:
    reason = _leaf("reject_reason", "eq", name) if name else {"field": "reject_reason", "op": "empty"}
    return [*FILTERS["rejected"], reason]


def _reasons_chart(found: Sequence[dict[str, Any]], since: dt.date, until: dt.date) -> dict[str, Any] | None:
    if not found:
        return None
    names = [one["name"] or _("Not set") for one in found]
    counts = [one["count"] for one in found]
    return {
        "id": "chart-reasons",
        "kind": "pie",
        "title": _("Reasons of rejection"),
        "data": {
            "labels": names,
            "urls": [_url(since, until, *_rejected(one["name"])) for one in found],
            "series": [{"name": _("Enquiries"), "values": counts}],
        },
        "columns": [_("Enquiries")],
        "rows": [{"label": name, "cells": [count]} for name, count in zip(names, counts, strict=True)],
    }


def _reason(one: dict[str, Any], since: dt.date, until: dt.date) -> dict[str, Any]:
    people = [
        {
            "name": who["name"] or _("Nobody"),
            "count": formats.quantity_text(who["count"]),
            "url": _url(
                since, until, *_rejected(one["name"]), *([_leaf("owner", "in", [who["id"]])] if who["id"] else [])
            ),
        }
        for who in one["people"]
    ]
    return {
        "name": one["name"] or _("Not set"),
        "count": formats.quantity_text(one["count"]),
        "share": f"{formats.quantity_text(round(one['share'] * 100))} %",
        "url": _url(since, until, *_rejected(one["name"])),
        "people": people,
    }


def _day(one: dict[str, Any]) -> dict[str, Any]:
    figures = [formats.quantity_text(one[what]) if one[what] else "" for what in DONE]
    return {"day": days.day_text(one["day"]), "name": one["name"], "figures": figures}


def _lost(actor: Actor, lead: Lead, moment: Any) -> dict[str, Any]:
    values = [getattr(lead, name) for name in look.CLOCK]
    return {
        "url": LEAD.url_of(lead.pk),
        "number": lead.number,
        "title": _open(actor, lead) or lead.number,
        "age": look.age_cell([lead.received_at], moment),
        "deadline": look.deadline_cell(values, moment),
        "owner": _who(lead) if actor.sees_field(LEAD.name, "owner") else "",
        "last": formats.moment_text(lead.updated_at, moment.at, moment.zone),
    }


def _who(lead: Lead) -> str:
    return lead.owner.name if lead.owner else ""


def _open(actor: Actor, lead: Lead) -> str:
    return lead.subject if actor.sees_field(LEAD.name, "subject") else ""


def _cells(line: Line, by: str) -> list[Any]:
    times = [None if value is None else round(value / 60, 1) for value in (line.react, line.handle)]
    share = None if line.conversion is None else round(line.conversion * 100, 1)
    return [_label(line, by), *(getattr(line, key) for key, _label_of in COLUMNS), *times, share]


def _workbook(sheets: Sequence[tuple[str, list[str], list[list[Any]]]]) -> bytes:
    """A workbook with a sheet for each report; texts are never formulas."""
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    bold, day = book.add_format({"bold": True}), book.add_format({"num_format": "dd.mm.yyyy"})
    for name, heads, rows in sheets:
        sheet = book.add_worksheet(name)
        sheet.freeze_panes(1, 0)
        sheet.set_column(0, len(heads) - 1, 18)
        for column, head in enumerate(heads):
            sheet.write_string(0, column, head, bold)
        for number, row in enumerate(rows, 1):
            for column, value in enumerate(row):
                if isinstance(value, dt.date):
                    sheet.write_datetime(number, column, dt.datetime.combine(value, dt.time.min), day)
                elif value is not None:
                    sheet.write(number, column, value)
    book.close()
    return buffer.getvalue()
