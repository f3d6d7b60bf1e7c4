"""The blocks of the desktop: what each is called, who may see it, and what it shows of the figures."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from okno.areas.calendar.models import Task
from okno.fronts.home import rules
from okno.fronts.home.queries import Figures, Person
from okno.fronts.home.web import links
from okno.fronts.home.web.tiles import tiles
from okno.kit import formats

Context = dict[str, Any]


@dataclass(frozen=True)
class Block:
    """
    A block: `context` makes what its template shows, None when there is nothing to show. It is there for those who
    hold any of the permissions and may read all the fields, and asks for its content anew when a topic has news.
    A lazy one is asked for when it comes into view: what costs most does not keep the rest waiting.
    """

    key: str
    label: object
    template: str
    context: Callable[[Figures], Context | None]
    permissions: tuple[str, ...]
    topics: str
    fields: tuple[str, ...] = ()
    width: int = 6
    is_lazy: bool = False

    def is_open(self, figures: Figures) -> bool:
        """Whether the actor may see it."""
        actor = figures.actor
        may = any(actor.may(one) for one in self.permissions)
        return may and all(actor.sees_field(*field.rsplit(".", 1)) for field in self.fields)


def _funnel(figures: Figures) -> Context | None:
    """Open deals by stage: how many, for how much, and weighted by probability."""
    steps = figures.funnel()
    most = max((sums.amount for _stage, sums in steps), default=Decimal(0))
    if not any(sums.deals for _stage, sums in steps):
        return None
    weighted = sum((sums.amount * stage.probability / 100 for stage, sums in steps), Decimal(0))
    shown = [
        {
            "label": stage.name,
            "url": links.standing_on(figures, stage),
            "stage": stage.colour,
            "width": _width(sums.amount, most),
            "value": formats.short_money(sums.amount),
            "count": sums.deals,
            "rows": sums.deals,
            "title": _("%(sum)s, by probability %(weighted)s")
            % {
                "sum": formats.money_text(sums.amount),
                "weighted": formats.money_text(sums.amount * stage.probability / 100),
            },
        }
        for stage, sums in steps
    ]
    return {"steps": shown, "note": _of(figures, _("by probability %(sum)s") % {"sum": formats.short_money(weighted)})}


def _closed(figures: Figures) -> Context | None:
    """Deals closed in the period: how many reached each stage, and which share of those on the stage before."""
    steps = [one for one in figures.passed if one["count"]]
    if not steps:
        return None
    path = [one["stage"] for one in figures.passed]
    most = steps[0]["count"]
    shown = [
        {
            "label": one["stage"].name,
            "url": links.that_reached(figures, one["stage"], path),
            "stage": one["stage"].colour,
            "width": _width(Decimal(one["count"]), Decimal(most)),
            "value": "" if one["share"] is None else f"{round(one['share'] * 100)}{formats.THIN}%",
            "count": one["count"],
            "rows": one["count"],
            "title": _("Reached this stage or a further one; percents are of the stage before."),
        }
        for one in figures.passed
    ]
    whole = rules.share(figures.passed[-1]["count"], most)
    return {"steps": shown, "note": _of(figures, _("to success %(share)s %%") % {"share": whole})}


def _of(figures: Figures, note: str) -> str:
    """A note with the name of the scenario where there are several."""
    is_one = len(figures.scenarios) < 2 or figures.scenario is None
    return note if is_one else f"{figures.scenario} · {note}"


def _money(figures: Figures) -> Context | None:
    """Money by month; each bar opens its payments."""
    amounts = {month.first: month for month in figures.months}
    first = rules.moved(figures.today.replace(day=1), -11)
    months = [rules.moved(first, number) for number in range(12)]
    if not any(month in amounts for month in months):
        return None
    title = _("Money received by month")
    values = [int(amounts[month].amount) if month in amounts else 0 for month in months]
    chart = {
        "id": "home-money",
        "kind": "bar",
        "title": title,
        "columns": [_("Received")],
        "rows": [
            {"label": _month(month), "cells": [formats.money_text(value)]}
            for month, value in zip(months, values, strict=True)
        ],
        "data": {
            "labels": [_month(month) for month in months],
            "series": [{"name": title, "values": values}],
            "urls": [_payments_of(month) for month in months],
        },
    }
    return {"chart": chart}


def _payments_of(month: date) -> str:
    return links.payments(month, rules.moved(month, 1) - timedelta(days=1))


def _late(figures: Figures) -> Context | None:
    """Late enquiries and tasks by person."""
    late = [one for one in figures.people if one.late_leads or one.late_tasks]
    if not late:
        return None
    most = max(one.late_leads + one.late_tasks for one in late)
    return {"people": [_person(figures, one, most) for one in late]}


def _person(figures: Figures, one: Person, most: int) -> Context:
    whose = links.owner(one.user_id)
    leads = {"rows": one.late_leads, "url": links.late_leads(whose)}
    tasks = {"rows": one.late_tasks, "url": links.late_tasks(whose)}
    return {
        "name": one.name or _("Nobody’s"),
        "leads": leads if one.late_leads else None,
        "tasks": tasks if one.late_tasks else None,
        "leads_width": _width(Decimal(one.late_leads), Decimal(most)) if one.late_leads else 0,
        "tasks_width": _width(Decimal(one.late_tasks), Decimal(most)) if one.late_tasks else 0,
    }


ICONS = {Task.Kind.CALL: "phone", Task.Kind.MEETING: "users", Task.Kind.LETTER: "mail"}


def _tasks(figures: Figures) -> Context:
    """The actor's own tasks of today, late ones first."""
    zone, rows = figures.actor.zone, figures.tasks
    items = [
        {
            "label": row["title"],
            "url": f"/tasks/{row['id']}/",
            "note": formats.moment_text(row["due_at"], figures.at, zone),
            "note_due": "red" if row["due_at"] < figures.at else "green",
            "icon": ICONS.get(row["kind"], "checkbox"),
            "aside": row["client__name"] or "",
        }
        for row in rows
    ]
    return _listed(items, rows[0]["all"] if rows else 0, links.my_tasks(), _("Nothing for today"))


def _invoices(figures: Figures) -> Context | None:
    """Invoices that wait for money, the oldest deadline first."""
    owed = figures.owed()
    if not owed.invoices:
        return None
    items = [
        {
            "label": f"№ {row['number']} · {row['client__name']}",
            "url": f"/invoices/{row['id']}/",
            "note": _("until %(day)s") % {"day": formats.date_text(row["due_date"])} if row["due_date"] else "",
            "note_due": "red" if row["due_date"] and row["due_date"] < figures.today else "",
            "amount_text": formats.money_text(row["owed"], row["currency"]),
        }
        for row in figures.unpaid
    ]
    return _listed(items, owed.invoices, links.unpaid(), "")


def _listed(items: list[Context], count: int, url: str, nothing: str) -> Context:
    return {"items": items, "nothing": nothing, "all": {"url": url, "rows": count} if count else None}


def _width(value: Decimal, most: Decimal) -> int:
    """Whole percents of the longest bar; what is there at all is seen."""
    if most <= 0 or value <= 0:
        return 0
    return max(1, int(value / most * 100))


def _month(month: date) -> str:
    return f"{MONTHS[month.month - 1]} {month:%y}"


MONTHS: tuple[Any, ...] = (
    gettext_lazy("Jan"),
    gettext_lazy("Feb"),
    gettext_lazy("Mar"),
    gettext_lazy("Apr"),
    gettext_lazy("May"),
    gettext_lazy("Jun"),
    gettext_lazy("Jul"),
    gettext_lazy("Aug"),
    gettext_lazy("Sep"),
    gettext_lazy("Oct"),
    gettext_lazy("Nov"),
    gettext_lazy("Dec"),
)
STAGE_FIELDS = ("deals.deal.stage", "deals.deal.stage_code", "deals.deal.stage_kind", "deals.deal.scenario")
BLOCKS: tuple[Block, ...] = (
    Block(
        "figures",
        gettext_lazy("Key figures"),
        "home/tiles.html",
        tiles,
        ("deals.view", "billing.view", "leads.view", "calendar.view"),
        "deals.deal billing.invoice leads.lead calendar.task",
        width=12,
    ),
    Block(
        "funnel",
        gettext_lazy("Open deals by stage"),
        "home/funnel.html",
        _funnel,
        ("deals.view",),
        "deals.deal",
        (*STAGE_FIELDS, "deals.deal.amount"),
    ),
    Block(
        "closed",
        gettext_lazy("Closed deals: the way they went"),
        "home/funnel.html",
        _closed,
        ("deals.view",),
        "deals.deal",
        (*STAGE_FIELDS, "deals.deal.closed_at"),
        is_lazy=True,
    ),
    Block(
        "late",
        gettext_lazy("Overdue by person"),
        "home/people.html",
        _late,
        ("leads.view", "calendar.view"),
        "leads.lead calendar.task",
        ("leads.lead.react_by", "leads.lead.owner", "calendar.task.due_at", "calendar.task.owner"),
    ),
    Block(
        "tasks",
        gettext_lazy("My tasks for today"),
        "home/list.html",
        _tasks,
        ("calendar.view",),
        "calendar.task",
        ("calendar.task.due_at",),
    ),
    Block(
        "money",
        gettext_lazy("Money received by month"),
        "home/chart.html",
        _money,
        ("billing.view",),
        "billing.invoice",
        ("billing.payment.amount", "billing.payment.date"),
    ),
    Block(
        "invoices",
        gettext_lazy("Invoices waiting for payment"),
        "home/list.html",
        _invoices,
        ("billing.view",),
        "billing.invoice",
        ("billing.invoice.total", "billing.invoice.paid", "billing.invoice.due_date"),
    ),
)
BY_KEY: Mapping[str, Block] = {block.key: block for block in BLOCKS}
