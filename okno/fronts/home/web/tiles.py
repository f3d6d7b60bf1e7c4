"""The strip of key numbers; a number that has no data behind it is not there at all."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from okno.fronts.home import rules
from okno.fronts.home.queries import LOST, OPEN, WON, Figures
from okno.fronts.home.rules import Period
from okno.fronts.home.web import links
from okno.kit import formats

Context = dict[str, Any]


def tiles(figures: Figures) -> Context | None:
    """All numbers that the actor may see and that have something to say."""
    found = [tile for _permission, tile in _allowed(figures)]
    return {"tiles": found} if found else None


def _allowed(figures: Figures) -> Iterator[tuple[str, Context]]:
    for permission, fields, make in KINDS:
        sees = all(figures.actor.sees_field(*field.rsplit(".", 1)) for field in fields)
        tile = make(figures) if sees and figures.actor.may(permission) else None
        if tile is not None:
            yield permission, tile


def _sold(figures: Figures) -> Context | None:
    won = figures.of_kind(WON)
    if not (won.closed_count or won.before_count):
        return None
    return {
        "label": _("Sold"),
        "value": formats.short_money(won.closed),
        "note": _joined(_deals(won.closed_count), _grown(won.closed, won.before, figures.period)),
        "title": formats.money_text(won.closed),
        "url": links.deals(links.of_kind(WON), links.closed(figures.period)),
        "rows": won.closed_count,
    }


def _received(figures: Figures) -> Context | None:
    now = sum((month.now for month in figures.months), Decimal(0))
    before = sum((month.before for month in figures.months), Decimal(0))
    if not (now or before):
        return None
    return {
        "label": _("Money received"),
        "value": formats.short_money(now),
        "note": _grown(now, before, figures.period),
        "title": formats.money_text(now),
        "url": links.payments(figures.period.since, figures.period.until),
        "rows": sum(month.now_count for month in figures.months),
    }


def _forecast(figures: Figures) -> Context | None:
    awaited, won = figures.of_kind(OPEN), figures.of_kind(WON)
    if figures.period.is_over or not awaited.expected_count:
        return None
    value = figures.forecast()
    weighted = formats.short_money(value - won.closed)
    return {
        "label": _("Forecast"),
        "value": formats.short_money(value),
        "note": _("%(sum)s by probability, %(deals)s in work") % {"sum": weighted, "deals": awaited.expected_count},
        "title": formats.money_text(value),
        "url": links.forecast(figures),
        "rows": awaited.expected_count + won.closed_count,
    }


def _average(figures: Figures) -> Context | None:
    won = figures.of_kind(WON)
    if not won.closed_count:
        return None
    average = won.closed / won.closed_count
    before = won.before / won.before_count if won.before_count else Decimal(0)
    return {
        "label": _("Average deal"),
        "value": formats.short_money(average),
        "note": _grown(average, before, figures.period) or _deals(won.closed_count),
        "title": formats.money_text(average),
        "url": links.deals(links.of_kind(WON), links.closed(figures.period)),
        "rows": won.closed_count,
    }


def _conversion(figures: Figures) -> Context | None:
    won, closed = figures.of_kind(WON), figures.of_kind(WON, LOST)
    share = rules.share(won.closed_count, closed.closed_count)
    if share is None:
        return None
    counts = {"won": won.closed_count, "closed": closed.closed_count}
    before = rules.share(won.before_count, closed.before_count)
    was = "" if before is None else _("was %(share)s %%") % {"share": before}
    return {
        "label": _("Closed with success"),
        "value": _percent(share),
        "note": _joined(_("%(won)s of %(closed)s") % counts, was),
        "url": links.deals(links.closed(figures.period)),
        "rows": closed.closed_count,
    }


def _in_work(figures: Figures) -> Context | None:
    work = figures.of_kind(OPEN)
    if not work.deals:
        return None
    return {
        "label": _("Deals in work"),
        "value": formats.quantity_text(work.deals),
        "note": formats.short_money(work.amount) if _sees_amounts(figures) else "",
        "url": links.deals(links.of_kind(OPEN)),
        "rows": work.deals,
    }


def _new_leads(figures: Figures) -> Context | None:
    new = sum(one.new for one in figures.people)
    if not new:
        return None
    return {"label": _("New enquiries"), "value": formats.quantity_text(new), "url": links.new_leads(), "rows": new}


def _late_leads(figures: Figures) -> Context | None:
    late = sum(one.late_leads for one in figures.people)
    return _late(_("Enquiries without an answer in time"), late, links.late_leads())


def _late_tasks(figures: Figures) -> Context | None:
    return _late(_("Overdue tasks"), sum(one.late_tasks for one in figures.people), links.late_tasks())


def _owed(figures: Figures) -> Context | None:
    owed = figures.owed()
    if not owed.invoices:
        return None
    return {
        "label": _("Waiting for payment"),
        "value": formats.short_money(owed.amount),
        "note": _invoices(owed.invoices),
        "title": formats.money_text(owed.amount),
        "url": links.unpaid(),
        "rows": owed.invoices,
    }


def _owed_late(figures: Figures) -> Context | None:
    owed = figures.owed()
    if not owed.late_count:
        return None
    return {
        "label": _("Payment is overdue"),
        "value": formats.short_money(owed.late),
        "note": _invoices(owed.late_count),
        "title": formats.money_text(owed.late),
        "due": "red",
        "url": links.late_invoices(),
        "rows": owed.late_count,
    }


AMOUNT, CLOSED = "deals.deal.amount", "deals.deal.closed_at"
STAGE_KIND, PAYMENT = "deals.deal.stage_kind", "billing.payment.amount"
OWED = ("billing.invoice.total", "billing.invoice.paid")
# The right, the fields that must be open, and what is shown.
KINDS: tuple[tuple[str, tuple[str, ...], Callable[[Figures], Context | None]], ...] = (
    ("deals.view", (AMOUNT, CLOSED, STAGE_KIND), _sold),
    ("billing.view", (PAYMENT, "billing.payment.date"), _received),
    ("deals.view", (AMOUNT, CLOSED, STAGE_KIND, "deals.deal.expected_date"), _forecast),
    ("deals.view", (AMOUNT, CLOSED, STAGE_KIND), _average),
    ("deals.view", (CLOSED, STAGE_KIND), _conversion),
    ("deals.view", (STAGE_KIND,), _in_work),
    ("billing.view", OWED, _owed),
    ("billing.view", (*OWED, "billing.invoice.due_date"), _owed_late),
    ("leads.view", ("leads.lead.state",), _new_leads),
    ("leads.view", ("leads.lead.react_by", "leads.lead.reacted_at", "leads.lead.closed_at"), _late_leads),
    ("calendar.view", ("calendar.task.due_at", "calendar.task.state"), _late_tasks),
)


def _sees_amounts(figures: Figures) -> bool:
    return figures.actor.sees_field("deals.deal", "amount")


def _late(label: str, count: int, url: str) -> Context | None:
    if not count:
        return None
    return {"label": label, "value": formats.quantity_text(count), "due": "red", "url": url, "rows": count}


def _grown(now: Decimal, before: Decimal, period: Period) -> str:
    """How it changed against the days that the period is compared with."""
    percent = rules.change(now, before)
    if percent is None:
        return ""
    days = f"{_day(period.before_since)}–{_day(period.before_until)}"
    return _("%(percent)s %% to %(days)s") % {"percent": f"{percent:+d}".replace("-", "−"), "days": days}


def _day(day: date) -> str:
    return f"{day:%d.%m}"


def _percent(share: int) -> str:
    return f"{share}{formats.THIN}%"


def _joined(*parts: str) -> str:
    return " · ".join(part for part in parts if part)


def _deals(count: int) -> str:
    return ngettext("%(count)s deal", "%(count)s deals", count) % {"count": formats.quantity_text(count)}


def _invoices(count: int) -> str:
    return ngettext("%(count)s invoice", "%(count)s invoices", count) % {"count": formats.quantity_text(count)}
