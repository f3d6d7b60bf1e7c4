"""Addresses of the rows behind numbers: a list with the very condition that the number was counted under."""

from __future__ import annotations

from datetime import date
from typing import Any
from urllib.parse import urlencode

from okno.areas.deals.models import Stage
from okno.fronts.home import queries
from okno.fronts.home.queries import Figures
from okno.fronts.home.rules import Period
from okno.kit.web.pages.address import compact

Tree = dict[str, Any]
NOW, TODAY = {"rel": "now"}, {"rel": "today"}
ME = {"me": True}


def leaf(field: str, op: str, value: Any = None) -> Tree:
    """One comparison."""
    return {"field": field, "op": op} if value is None else {"field": field, "op": op, "value": value}


def rows(path: str, *leaves: Tree, **params: str) -> str:
    """A list under the condition that all these hold."""
    return f"{path}?{urlencode({'tab': 'all', **params, 'f': compact({'all': leaves})})}"


def deals(*leaves: Tree) -> str:
    """Deals as a list rather than a board."""
    return rows("/deals/", *leaves, mode="list")


def within(field: str, since: date, until: date) -> Tree:
    """A day or moment between two days, both included."""
    return leaf(field, "between", [since.isoformat(), until.isoformat()])


def closed(period: Period) -> Tree:
    """Closed in the period."""
    return within("closed_at", period.since, period.until)


def of_kind(kind: str) -> Tree:
    """Deals whose stage is of this kind."""
    return leaf("stage_kind", "eq", str(kind))


def standing_on(figures: Figures, stage: Stage) -> str:
    """Deals that stand on an open stage."""
    return deals(leaf("stage_code", "eq", stage.code), _of_scenario(figures), of_kind(Stage.Kind.OPEN))


def that_reached(figures: Figures, stage: Stage, path: list[Stage]) -> str:
    """Deals closed in the period that were on this stage of the path or on one further on."""
    further = [one.code for one in path if one.position >= stage.position]
    passed = {"some": "stays", "where": leaf("stage_code", "in", further)}
    return deals(closed(figures.period), _of_scenario(figures), passed)


def _of_scenario(figures: Figures) -> Tree:
    return leaf("scenario", "eq", figures.scenario.name if figures.scenario else "")


def forecast(figures: Figures) -> str:
    """Deals won in the period and open ones expected in it."""
    period = figures.period
    won = {"all": [of_kind(Stage.Kind.WON), closed(period)]}
    awaited = {"all": [of_kind(Stage.Kind.OPEN), within("expected_date", period.since, period.until)]}
    return deals({"any": [won, awaited]})


def payments(since: date, until: date) -> str:
    """Money that came between two days."""
    return rows("/payments/", within("date", since, until), tab="received")


def new_leads() -> str:
    """Enquiries that nobody has taken yet."""
    return rows("/leads/", leaf("state", "in", [str(one) for one in queries.WAITING]))


def late_leads(*whose: Tree) -> str:
    """Enquiries to which nobody has reacted in time."""
    waiting = (leaf("reacted_at", "empty"), leaf("closed_at", "empty"), leaf("react_by", "lt", NOW))
    return rows("/leads/", *waiting, *whose, sort="react_by")


def late_tasks(*whose: Tree) -> str:
    """Open tasks whose deadline has passed."""
    return rows("/tasks/all/", leaf("state", "eq", "open"), leaf("due_at", "lt", NOW), *whose, sort="due_at")


def my_tasks() -> str:
    """The actor's own open tasks of today and earlier."""
    mine = (leaf("owner", "eq", ME), leaf("state", "eq", "open"), leaf("due_at", "le", TODAY))
    return rows("/tasks/all/", *mine, sort="due_at")


def owner(user_id: int | None) -> Tree:
    """Whose the rows are; nobody's when there is no id."""
    return leaf("owner", "empty") if user_id is None else leaf("owner", "eq", user_id)


def unpaid(*leaves: Tree) -> str:
    """Invoices that wait for money."""
    waiting = (leaf("paid", "lt", {"field": "total"}), leaf("state", "ne", "cancelled"))
    return rows("/invoices/", *waiting, *leaves, sort="due_date")


def late_invoices() -> str:
    """Invoices whose day of payment has passed."""
    return unpaid(leaf("due_date", "lt", TODAY))
