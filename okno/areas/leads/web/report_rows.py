"""Lines of the reports on enquiries: figures as text, each with the address of the rows behind it, and charts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from okno.areas.leads.models import Lead, LeadSource
from okno.areas.leads.queries import Line, Refusals
from okno.areas.leads.queries.reports import BY, DONE, PERIODS
from okno.areas.leads.record import LEAD
from okno.areas.leads.web import look
from okno.kit import days, formats
from okno.kit.models import Entry
from okno.kit.permissions import Actor
from okno.kit.rows.cells import Moment
from okno.kit.timeline import kinds
from okno.kit.web.pages.address import compact

Context = dict[str, Any]
Leaf = dict[str, Any]
# Working minutes by day and person.
Worked = Mapping[tuple[dt.date, int], int]
MOST_IN_CHART = 31
WHOLE = 100
SUMMED = (*DONE, "busy")
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
    "calls_in": gettext_lazy("Incoming calls"),
    "calls_out": gettext_lazy("Outgoing calls"),
    "meetings": gettext_lazy("Meetings"),
    "letters": gettext_lazy("Letters"),
}


def leaf(field: str, op: str, value: Any = None) -> Leaf:
    """A comparison of the condition language."""
    return {"field": field, "op": op} if value is None else {"field": field, "op": op, "value": value}


# What each figure counts, as a filter of the list.
FILTERS: dict[str, list[Leaf]] = {
    "received": [],
    "taken": [leaf("reacted_at", "not_empty")],
    "converted": [leaf("state", "in", ["converted"])],
    "rejected": [leaf("state", "in", ["rejected"])],
    "spam": [leaf("state", "in", ["spam"])],
    "late": [
        leaf("state", "not_in", ["spam"]),
        {
            "any": [
                leaf("reacted_at", "gt", {"field": "react_by"}),
                {
                    "all": [
                        leaf("reacted_at", "empty"),
                        leaf("closed_at", "empty"),
                        leaf("react_by", "lt", {"rel": "now"}),
                    ]
                },
            ]
        },
    ],
}
NOT_JOINED = leaf("state", "not_in", ["merged"])
DONE_CALL = (leaf("state", "in", ["done"]), leaf("kind", "in", ["call"]))
# Which list, which of its rows and which moment of theirs stand behind what a person did.
BEHIND: dict[str, tuple[str, list[Leaf], str]] = {
    "taken": ("/leads/", [], "taken_at"),
    "converted": ("/leads/", FILTERS["converted"], "closed_at"),
    "calls_in": ("/tasks/all/", [*DONE_CALL, leaf("direction", "in", ["in"])], "done_at"),
    "calls_out": ("/tasks/all/", [*DONE_CALL, leaf("direction", "in", ["out"])], "done_at"),
    "meetings": ("/tasks/all/", [leaf("state", "in", ["done"]), leaf("kind", "in", ["meeting"])], "done_at"),
    "letters": ("/mail/", [leaf("direction", "in", ["out"]), leaf("state", "in", ["sent"])], "at"),
}


@dataclass(frozen=True, slots=True)
class Rows:
    """The rows behind figures: days, both included, and what the report is narrowed to."""

    since: dt.date
    until: dt.date
    parts: tuple[Leaf, ...] = ()

    def within(self, since: dt.date, until: dt.date) -> Rows:
        """Those of a part of the days."""
        return Rows(max(since, self.since), min(until, self.until), self.parts)

    def url(self, *leaves: Leaf) -> str:
        """Enquiries received in these days."""
        return self.listed("/leads/", self.between("received_at"), NOT_JOINED, *self.parts, *leaves)

    def done_url(self, what: str, person: int) -> str:
        """What a person did in these days."""
        path, leaves, moment = BEHIND[what]
        parts = self.parts if path == "/leads/" else ()
        return self.listed(path, self.between(moment), leaf("owner", "in", [person]), *parts, *leaves)

    def busy_url(self, person: int) -> str:
        """Tasks that take a person's time in these days: done, or planned for them."""
        done = {"all": [leaf("state", "in", ["done"]), self.between("done_at")]}
        planned = {"all": [leaf("state", "in", ["open"]), self.between("due_at")]}
        of_person = leaf("owner", "in", [person])
        return self.listed("/tasks/all/", of_person, leaf("duration", "not_empty"), {"any": [done, planned]})

    def between(self, moment: str) -> Leaf:
        """That a moment falls into these days."""
        return leaf(moment, "between", [self.since.isoformat(), self.until.isoformat()])

    @staticmethod
    def listed(path: str, *leaves: Leaf) -> str:
        """A list with this filter."""
        return f"{path}?{urlencode({'tab': 'all', 'f': compact({'all': list(leaves)})})}"


def label_of(line: Line, by: str) -> str:
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


def shown(line: Line, by: str, rows: Rows) -> Context:
    """A line of the analysis with its figures as text, each leading to its rows."""
    is_total = line.key is None and line.label is None
    part, leaves = (rows, []) if is_total else _group(line, by, rows)
    figures = [
        {
            "text": formats.quantity_text(getattr(line, key)),
            "url": part.url(*leaves, *FILTERS[key]) if getattr(line, key) else "",
            "is_late": key == "late" and line.late,
        }
        for key, _label in COLUMNS
    ]
    return {
        "label": label_of(line, by),
        "is_total": is_total,
        "figures": figures,
        "react": _time(line.react),
        "handle": _time(line.handle),
        "conversion": "—" if line.conversion is None else f"{formats.quantity_text(round(line.conversion * 100))} %",
    }


def chart(lines: Sequence[Line], by: str, rows: Rows) -> Context:
    """What came and what became of it, group by group."""
    seen = lines[:MOST_IN_CHART] if by not in PERIODS else lines[-MOST_IN_CHART:]
    series = (("received", _("Received"), 4), ("converted", _("Turned into deals"), 6), ("rejected", _("Rejected"), 9))
    groups = [_group(one, by, rows) for one in seen]
    return _chart(
        "chart-analysis",
        "bar",
        _("Analysis of enquiries"),
        labels=[label_of(one, by) for one in seen],
        urls=[part.url(*leaves) for part, leaves in groups],
        series=[(name, [getattr(one, key) for one in seen], stage) for key, name, stage in series],
    )


def reason(one: Refusals, rows: Rows) -> Context:
    """A reason of rejection with the people who gave it."""
    own = _rejected(one.name)
    return {
        "name": one.name or _("Not set"),
        "count": formats.quantity_text(one.count),
        "share": f"{formats.quantity_text(round(one.share * 100))} %",
        "amount": formats.money_text(one.amount) if one.amount else "",
        "url": rows.url(*own),
        "people": [
            {
                "name": who.name or _("Nobody"),
                "count": formats.quantity_text(who.count),
                "amount": formats.money_text(who.amount) if who.amount else "",
                "url": rows.url(*own, *([leaf("owner", "in", [who.key])] if who.key else [])),
            }
            for who in one.people
        ],
    }


def reasons_chart(found: Sequence[Refusals], rows: Rows) -> Context | None:
    """Shares of the reasons."""
    if not found:
        return None
    return _chart(
        "chart-reasons",
        "pie",
        _("Reasons of rejection"),
        labels=[one.name or _("Not set") for one in found],
        urls=[rows.url(*_rejected(one.name)) for one in found],
        series=[(_("Enquiries"), [one.count for one in found], None)],
    )


def people(found: Sequence[Context], worked: Worked, rows: Rows, *, by_day: bool) -> list[Context]:
    """What people did: each person in a line, or each day of one of them."""
    if by_day:
        return [
            _person(one | {"working": worked.get((one["day"], one["id"]), 0)}, rows.within(one["day"], one["day"]))
            | {"label": days.day_text(one["day"]), "id": None}
            for one in found
        ]
    summed: dict[int, Context] = {}
    for one in found:
        line = summed.setdefault(one["id"], {"id": one["id"], "name": one["name"], **dict.fromkeys(SUMMED, 0)})
        line.update({what: line[what] + one[what] for what in SUMMED})
    for (_day, person), minutes in worked.items():
        summed[person]["working"] = summed[person].get("working", 0) + minutes
    lines = sorted(summed.values(), key=lambda line: line["name"])
    return [_person(line, rows) | {"label": line["name"], "id": line["id"]} for line in lines]


def share_of(busy: int, working: int) -> int | None:
    """How many hundredths of the working time are taken; nothing when nobody works then."""
    return round(busy * 100 / working) if working else None


def people_chart(lines: Sequence[Context]) -> Context | None:
    """What people did, one bar each."""
    if not lines:
        return None
    seen = lines[:MOST_IN_CHART]
    return _chart(
        "chart-people",
        "stacked",
        _("Productivity"),
        labels=[one["label"] for one in seen],
        urls=[],
        series=[
            (str(DEEDS[what]), [one["figures"][number]["count"] for one in seen], None)
            for number, what in enumerate(DONE)
        ],
    )


def lost_line(actor: Actor, lead: Lead, deed: Entry | None, moment: Moment) -> Context:
    """An enquiry that waits longer than its norm, and what was done about it last."""
    values = [getattr(lead, name) for name in look.CLOCK]
    return {
        "url": LEAD.url_of(lead.pk),
        "number": lead.number,
        "title": look.open_value(actor, lead, "subject") or lead.number,
        "age": look.age_cell([lead.received_at], moment),
        "deadline": look.deadline_cell(values, moment),
        "owner": person_of(actor, lead),
        "last": deed_text(deed),
        "last_when": formats.moment_text(deed.at, moment.at, moment.zone) if deed else "",
        "last_title": formats.moment_full(deed.at, moment.zone) if deed else "",
    }


def deed_text(deed: Entry | None) -> str:
    """What was done, as the feed tells it."""
    return capfirst(kinds.told(deed.kind, deed.payload)) if deed else ""


def person_of(actor: Actor, lead: Lead) -> str:
    """Who takes care of an enquiry, as far as it is open to the actor."""
    return lead.owner.name if lead.owner and actor.sees_field(LEAD.name, "owner") else ""


def _group(line: Line, by: str, rows: Rows) -> tuple[Rows, list[Leaf]]:
    """The days and the conditions of one group."""
    if by in PERIODS and line.label is not None:
        first = line.label.date()
        length = {"day": 0, "week": 6, "month": 31}[by]
        last = first + dt.timedelta(days=length)
        last = last.replace(day=1) - dt.timedelta(days=1) if by == "month" else last
        return rows.within(first, last), []
    if by == "owner":
        return rows, [leaf("owner", "in", [line.key]) if line.key else leaf("owner", "empty")]
    if line.label in (None, ""):
        return rows, [leaf(BY[by], "empty")]
    is_choice = by in {"channel", "kind"}
    return rows, [leaf(BY[by], "in", [line.label]) if is_choice else leaf(BY[by], "eq", line.label)]


def _rejected(name: str) -> list[Leaf]:
    return [*FILTERS["rejected"], leaf("reject_reason", "eq", name) if name else leaf("reject_reason", "empty")]


def _person(one: Context, rows: Rows) -> Context:
    return {"figures": _deeds(one, rows), "load": _load(one["busy"], one.get("working", 0), rows.busy_url(one["id"]))}


def _load(busy: int, working: int, url: str) -> Context:
    """How much of the working time is taken, in words behind the figure; what is above it is told plainly."""
    share = share_of(busy, working)
    told = _("%(busy)s of %(working)s hours of work") % {"busy": _hours(busy), "working": _hours(working)}
    idle = _("No working time in these days; %(busy)s hours taken") % {"busy": _hours(busy)}
    return {
        "text": "—" if share is None else f"{formats.quantity_text(share)} %",
        "title": idle if share is None else told,
        "url": url if busy else "",
        "is_over": share is not None and share > WHOLE,
    }


def _hours(minutes: int) -> str:
    return formats.quantity_text(round(Decimal(minutes) / 60, 1))


def _deeds(one: Context, rows: Rows) -> list[Context]:
    return [
        {
            "count": one[what],
            "text": formats.quantity_text(one[what]) if one[what] else "",
            "url": rows.done_url(what, one["id"]) if one[what] else "",
        }
        for what in DONE
    ]


def _time(seconds: float | None) -> str:
    return "—" if seconds is None else formats.duration_text(dt.timedelta(seconds=max(round(seconds), 60)))


def _chart(
    name: str,
    kind: str,
    title: str,
    *,
    labels: list[str],
    urls: list[str],
    series: Sequence[tuple[str, list[int], int | None]],
) -> Context:
    data = [{"name": label, "values": values, **({"stage": stage} if stage else {})} for label, values, stage in series]
    cells = zip(*(values for _label, values, _stage in series), strict=True)
    return {
        "id": name,
        "kind": kind,
        "title": title,
        "data": {"labels": labels, "urls": urls, "series": data},
        "columns": [label for label, _values, _stage in series],
        "rows": [{"label": label, "cells": list(row)} for label, row in zip(labels, cells, strict=True)],
    }
