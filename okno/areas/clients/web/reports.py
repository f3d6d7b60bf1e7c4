"""Reports on the base as a page: statuses by people, months; every figure opens its clients."""

from __future__ import annotations

import datetime as dt
from functools import cached_property
from typing import Any, ClassVar
from urllib.parse import urlencode

from django import forms
from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from okno.access import queries as access
from okno.access.record import USER
from okno.areas.clients import queries
from okno.areas.clients.queries import Month, Status
from okno.areas.clients.record import CLIENT
from okno.areas.clients.web import report_rows, report_sheets
from okno.areas.clients.web.report_rows import Rows
from okno.kit import permissions
from okno.kit.days import day_text
from okno.kit.ids import id_of
from okno.kit.naming import titles
from okno.kit.permissions import Actor
from okno.kit.web import form_context, workbook
from okno.kit.web.days import DayField
from okno.kit.web.pages.base import Page

MONTHS, USUAL_DAYS = 12, 30
SELECT = {"class": "form-select w-auto"}


class Asked(forms.Form):
    """Of which days and whose clients the reports are; what cannot be read is as usual."""

    since = DayField(label=gettext_lazy("From"), required=False)
    until = DayField(label=gettext_lazy("To"), required=False)

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if actor.sees_field(CLIENT.name, "owner"):
            people = [("", _("all people")), *_people(actor, str(self.data.get("owner", ""))).items()]
            self.fields["owner"] = forms.TypedChoiceField(
                label=gettext_lazy("Responsible"),
                choices=people,
                coerce=int,
                required=False,
                widget=forms.Select(SELECT),
            )

    def said(self) -> dict[str, Any]:
        """What was asked and could be read."""
        self.full_clean()
        return {name: value for name, value in self.cleaned_data.items() if value not in (None, "")}


class Reports(Page):
    """The state of the base in a period, and how it moved month by month."""

    permission = "clients.view"
    parts: ClassVar[dict[str, str]] = {"file": "file"}

    def show(self, **_address: Any) -> HttpResponse:
        """The page; nothing but its head where statuses are hidden."""
        since, until = self.days
        form = Asked({**self.said, "since": day_text(since), "until": day_text(until)}, actor=self.actor)
        context: dict[str, Any] = {"page_title": _("Reports on clients"), "fields": form_context.fields_of(form)}
        if self.actor.sees_field(CLIENT.name, "status"):
            context |= self._figures()
            context["file_url"] = self._file_url() if workbook.may_take(self.actor, CLIENT) else ""
        return self.answer("clients/reports.html", context)

    def file(self, **_address: Any) -> HttpResponse:
        """Both as a workbook. :raises Denied: without the right to export, or where statuses are hidden."""
        if not self.actor.sees_field(CLIENT.name, "status"):
            raise permissions.closed(CLIENT, "status")
        found, months = self._found()
        sheets = [report_sheets.state(found, sees_people=self.sees_people), report_sheets.dynamics(months)]
        since, until = self.days
        told = {"owner": str(self.said.get("owner", ""))}
        return workbook.answer(self.actor, CLIENT, f"clients-{since}-{until}", sheets, told)

    def _file_url(self) -> str:
        asked = {"since": self.days[0].isoformat(), "until": self.days[1].isoformat(), "owner": self.said.get("owner")}
        return f"?{urlencode({'part': 'file', **{name: value for name, value in asked.items() if value}})}"

    @cached_property
    def said(self) -> dict[str, Any]:
        """What was asked in the head of the page."""
        return Asked(self.request.GET, actor=self.actor).said()

    @cached_property
    def today(self) -> dt.date:
        """The day where the actor is."""
        return timezone.localdate(self.moment.at, self.actor.zone)

    @cached_property
    def days(self) -> tuple[dt.date, dt.date]:
        """The period: the last 30 days unless it was asked otherwise."""
        until = self.said.get("until") or self.today
        since = self.said.get("since") or until - dt.timedelta(days=USUAL_DAYS - 1)
        return min(since, until), max(since, until)

    @property
    def sees_people(self) -> bool:
        """Whether it is open to the actor who is responsible."""
        return self.actor.sees_field(CLIENT.name, "owner")

    def _found(self) -> tuple[list[Status], list[Month]]:
        owner = self.said.get("owner")
        found = queries.state_of_base(self.actor, *self.days, owner)
        return found, queries.dynamics(self.actor, _months_before(self.days[1], MONTHS - 1), MONTHS, owner)

    def _figures(self) -> dict[str, Any]:
        rows = Rows(*self.days, self.said.get("owner"))
        found, months = self._found()
        return {
            "statuses": [report_rows.status(one, found, rows, sees_people=self.sees_people) for one in found],
            "state_total": report_rows.total(found, rows),
            "state_chart": report_rows.state_chart(found, rows),
            "months": [report_rows.month(one, rows) for one in reversed(months)],
            "months_chart": report_rows.months_chart(months, rows),
        }


def _months_before(day: dt.date, count: int) -> dt.date:
    """The first day of the month so many months before that of a day."""
    number = day.year * 12 + day.month - 1 - count
    return dt.date(number // 12, number % 12 + 1, 1)


def _people(actor: Actor, asked: str) -> dict[int, str]:
    """People to choose from; whoever was asked for may sign in no more, and has clients still."""
    found = dict(access.people_to_choose(actor))
    known = id_of(asked)
    return found if known is None or known in found else {**found, **titles(actor, USER, {known})}
