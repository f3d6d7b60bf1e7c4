"""Reports on enquiries as a page: what they are of, figures that open their rows, charts, and a workbook of them."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from functools import cached_property
from typing import Any, ClassVar
from urllib.parse import urlencode

from django import forms
from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from okno.access import queries as access
from okno.access.record import USER
from okno.areas.leads import queries
from okno.areas.leads.queries import Refusals, Scope
from okno.areas.leads.queries.reports import BY, DONE, MOST_LOST, PERIODS
from okno.areas.leads.record import LEAD
from okno.areas.leads.web import distribution, report_rows, report_sheets
from okno.areas.leads.web.report_rows import COLUMNS, DEEDS, HEADS, Rows, leaf
from okno.kit import conditions, days, formats
from okno.kit.conditions import Condition
from okno.kit.errors import Refused
from okno.kit.ids import id_of
from okno.kit.naming import titles
from okno.kit.permissions import Actor
from okno.kit.web import form_context, workbook
from okno.kit.web.days import DayField
from okno.kit.web.pages.address import compact, joined
from okno.kit.web.pages.base import Page

USUAL_DAYS = 30
SELECT = {"class": "form-select w-auto"}
LATE = {
    "any": [
        {"all": [leaf("reacted_at", "empty"), leaf("react_by", "lt", {"rel": "now"})]},
        leaf("handle_by", "lt", {"rel": "now"}),
    ]
}
LOST = (leaf("closed_at", "empty"), leaf("state", "ne", "postponed"), LATE)


class Asked(forms.Form):
    """What the reports are of; what is left out or cannot be read is as usual."""

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        groups = [key for key, field in BY.items() if actor.sees_field(LEAD.name, field)]
        self.groups = [*groups, *PERIODS]
        by = [(one, HEADS[one]) for one in self.groups]
        self._add("by", forms.ChoiceField(label=_("Put together by"), choices=by, required=False))
        self.fields["since"] = DayField(label=_("From"), required=False)
        self.fields["until"] = DayField(label=_("To"), required=False)
        if actor.sees_field(LEAD.name, "source"):
            names = sorted({one.name for one in queries.sources()})
            choices = [("", _("all sources")), *((one, one) for one in names)]
            self._add("source", forms.ChoiceField(label=_("Source"), choices=choices, required=False))
        if actor.sees_field(LEAD.name, "owner"):
            people = [("", _("all people")), *_people(actor, str(self.data.get("owner", ""))).items()]
            self._add(
                "owner", forms.TypedChoiceField(label=_("Responsible"), choices=people, coerce=int, required=False)
            )

    def _add(self, name: str, field: forms.ChoiceField) -> None:
        field.widget.attrs.update(SELECT)
        self.fields[name] = field

    def said(self) -> dict[str, Any]:
        """What was asked and could be read."""
        self.full_clean()
        return {name: value for name, value in self.cleaned_data.items() if value not in (None, "")}


class Reports(Page):
    """Four reports of a period: analysis, reasons of rejection, productivity, enquiries that are being lost."""

    permission = "leads.view"
    parts: ClassVar[dict[str, str]] = {"file": "file"}

    def show(self, **_address: Any) -> HttpResponse:
        """The page."""
        return self.answer("leads/reports.html", {**self._head(), **self._figures()})

    def file(self, **_address: Any) -> HttpResponse:
        """All four as a workbook. :raises Denied: without the right to export."""
        lost = list(queries.lost(self.actor, self.scope, self.moment.at)[:MOST_LOST])
        sheets = [
            report_sheets.analysis(queries.analysis(self.actor, self.scope, self.by, self.moment.at), self.by),
            report_sheets.reasons(self.reasons()),
            report_sheets.productivity(self.productivity, self.worked),
            report_sheets.lost(self.actor, lost, queries.last_deeds(self.actor, lost), self.moment),
        ]
        name = f"enquiries-{self.scope.since}-{self.scope.until}"
        return workbook.answer(self.actor, LEAD, name, sheets, self.params)

    @cached_property
    def said(self) -> dict[str, Any]:
        """What was asked in the head of the page."""
        return self.asked.said()

    @cached_property
    def asked(self) -> Asked:
        """The form in the head of the page."""
        return Asked(self.request.GET, actor=self.actor)

    @cached_property
    def by(self) -> str:
        """By what enquiries are put together; by source unless that is hidden."""
        return str(self.said.get("by") or self.asked.groups[0])

    @cached_property
    def days(self) -> tuple[dt.date, dt.date]:
        """The period: the last 30 days unless it was asked otherwise."""
        until = self.said.get("until") or timezone.localdate(self.moment.at, self.actor.zone)
        since = self.said.get("since") or until - dt.timedelta(days=USUAL_DAYS - 1)
        return min(since, until), max(since, until)

    @cached_property
    def filter(self) -> tuple[dict[str, Any] | None, str]:
        """The filter that came from the list, and what is wrong with it: then it is left out."""
        tree = distribution.tree_of(self.request.GET.get("f", ""))
        if tree is None:
            return None, ""
        try:
            wrong = conditions.problems(conditions.parse(tree), LEAD)
        except Refused as refusal:
            return None, refusal.message
        return (None, wrong[0].message) if wrong else (tree, "")

    @cached_property
    def parts_of_filter(self) -> list[dict[str, Any]]:
        """What enquiries are narrowed to besides the days and the person."""
        source = self.said.get("source")
        parts: list[dict[str, Any]] = joined(self.filter[0], leaf("source", "eq", source) if source else None)["all"]
        return parts

    @cached_property
    def scope(self) -> Scope:
        """What the reports are of."""
        since, until = self.days
        where: Condition = conditions.parse({"all": self.parts_of_filter})
        return Scope(since=since, until=until, where=where, owner=self.said.get("owner"))

    @cached_property
    def rows(self) -> Rows:
        """The rows behind the figures."""
        owner = [leaf("owner", "in", [self.scope.owner])] if self.scope.owner else []
        return Rows(self.scope.since, self.scope.until, (*self.parts_of_filter, *owner))

    @cached_property
    def params(self) -> dict[str, str]:
        """The parameters of the address that say all of this."""
        tree = self.filter[0]
        return {
            "by": self.by,
            "since": self.scope.since.isoformat(),
            "until": self.scope.until.isoformat(),
            **{name: str(self.said[name]) for name in ("source", "owner") if name in self.said},
            **({"f": compact(tree)} if tree else {}),
        }

    def url(self, **other: str) -> str:
        """The address of this page with other parameters; an empty one goes."""
        return f"?{urlencode({name: value for name, value in {**self.params, **other}.items() if value})}"

    def sees(self, field: str) -> bool:
        """Whether a field of enquiries is open to the actor."""
        return self.actor.sees_field(LEAD.name, field)

    def reasons(self) -> list[Refusals]:
        """Why enquiries were rejected, without people, amounts or at all as far as it is open to the actor."""
        found = queries.reasons(self.actor, self.scope) if self.sees("reject_reason") else []
        if not self.sees("owner"):
            found = [replace(one, people=(replace(one, key=None, name="", people=()),)) for one in found]
        return found if self.sees("amount") else [_without_amount(one) for one in found]

    @cached_property
    def productivity(self) -> list[dict[str, Any]]:
        """Who did what; nothing when people are hidden from the actor."""
        return queries.productivity(self.actor, self.scope) if self.sees("owner") else []

    @cached_property
    def worked(self) -> dict[tuple[dt.date, int], int]:
        """How many minutes each of them works each day."""
        people = {one["id"] for one in self.productivity}
        return queries.working(self.actor, people, self.scope.since, self.scope.until)

    def _head(self) -> dict[str, Any]:
        """The period, the filters and where they lead."""
        tree, wrong = self.filter
        since, until = self.days
        # What cannot be read gives way to what the figures are of.
        self.asked.data = {**self.params, "since": days.day_text(since), "until": days.day_text(until)}
        self.asked.full_clean()
        return {
            "page_title": _("Reports on enquiries"),
            "fields": form_context.fields_of(self.asked),
            "periods": [
                {
                    "label": label,
                    "url": self.url(since=first.isoformat(), until=last.isoformat()),
                    "active": (first, last) == self.days,
                }
                for label, first, last in periods_of(timezone.localdate(self.moment.at, self.actor.zone))
            ],
            "filter": distribution.sentence(self.actor, tree) if tree else "",
            "filter_value": compact(tree) if tree else "",
            "filter_trouble": wrong,
            "filter_url": f"/leads/?{urlencode({'tab': 'all', 'f': compact(tree or {'all': []})})}",
            "drop_url": self.url(f=""),
            "file_url": self.url(part="file") if self.actor.may("leads.export") else "",
        }

    def _figures(self) -> dict[str, Any]:
        """The four reports."""
        lines = queries.analysis(self.actor, self.scope, self.by, self.moment.at)
        found, late = self.reasons(), queries.lost(self.actor, self.scope, self.moment.at)
        of_one, shown = self.scope.owner is not None, list(late[:MOST_LOST])
        deeds = queries.last_deeds(self.actor, shown)
        people = report_rows.people(self.productivity, self.worked, self.rows, by_day=of_one)
        return {
            "head": HEADS[self.by],
            "columns": [label for _key, label in COLUMNS],
            "lines": [report_rows.shown(one, self.by, self.rows) for one in lines],
            "chart": report_rows.chart(lines[:-1], self.by, self.rows),
            "reasons": [report_rows.reason(one, self.rows) for one in found],
            "reasons_chart": report_rows.reasons_chart(found, self.rows),
            "deeds": [DEEDS[one] for one in DONE],
            "people_head": _("Day") if of_one else _("Responsible"),
            "people": [{**one, "url": self.url(owner=str(one["id"] or "")) if one["id"] else ""} for one in people],
            "is_over": any(one["load"]["is_over"] for one in people),
            "people_chart": report_rows.people_chart(people[::-1] if of_one else people),
            "lost": [report_rows.lost_line(self.actor, one, deeds.get(one.pk), self.moment) for one in shown],
            "lost_count": formats.quantity_text(late.count()),
            "lost_url": Rows.listed("/leads/", *LOST, *self.rows.parts),
        }


def _people(actor: Actor, asked: str) -> dict[int, str]:
    """People to choose from; whoever was asked for may sign in no more, and has done something still."""
    found = dict(access.people_to_choose(actor))
    known = id_of(asked)
    return found if known is None or known in found else {**found, **titles(actor, USER, {known})}


def periods_of(today: dt.date) -> list[tuple[str, dt.date, dt.date]]:
    """Periods that are asked for most, up to today."""
    month = today.replace(day=1)
    before = month - dt.timedelta(days=1)
    return [
        (_("Today"), today, today),
        (_("7 days"), today - dt.timedelta(days=6), today),
        (_("30 days"), today - dt.timedelta(days=USUAL_DAYS - 1), today),
        (_("This month"), month, today),
        (_("Last month"), before.replace(day=1), before),
    ]


def _without_amount(one: Refusals) -> Refusals:
    people = tuple(_without_amount(who) for who in one.people)
    return replace(one, amount=one.amount * 0, people=people)
