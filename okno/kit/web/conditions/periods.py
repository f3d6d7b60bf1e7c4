"""Periods people ask for most, by name: each an operator and its relative value."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Period:
    """A period in words, and what it says to a condition."""

    label: object
    op: str
    value: Any


def _within(name: str, steps: str = "") -> list[dict[str, str]]:
    return [{"rel": f"start_of_{name}{steps}"}, {"rel": f"end_of_{name}{steps}"}]


PERIODS: dict[str, Period] = {
    "today": Period(_("Today"), "eq", {"rel": "today"}),
    "yesterday": Period(_("Yesterday"), "eq", {"rel": "yesterday"}),
    "tomorrow": Period(_("Tomorrow"), "eq", {"rel": "tomorrow"}),
    "week": Period(_("This week"), "between", _within("week")),
    "last_week": Period(_("Last week"), "between", _within("week", "-1w")),
    "month": Period(_("This month"), "between", _within("month")),
    "quarter": Period(_("This quarter"), "between", _within("quarter")),
    "year": Period(_("This year"), "between", _within("year")),
    "last7": Period(_("The last 7 days"), "ge", {"rel": "today-7d"}),
    "last30": Period(_("The last 30 days"), "ge", {"rel": "today-30d"}),
    "next7": Period(_("The next 7 days"), "between", [{"rel": "today"}, {"rel": "today+7d"}]),
    "past": Period(_("Already past"), "lt", {"rel": "now"}),
}


def period_of(op: str, value: Any) -> str:
    """The name of the period that an operator and a value make; empty when they make none."""
    return next((name for name, one in PERIODS.items() if one.op == op and one.value == value), "")
