"""What the calendar offers on lists of other records: a task about each of many rows."""

from __future__ import annotations

from collections.abc import Iterator

from okno.areas.calendar import commands
from okno.areas.calendar.web import forms
from okno.kit.permissions import Actor
from okno.kit.registry import Record
from okno.kit.web import pages

# Records whose cards show tasks.
PLANNED_ABOUT = ("deals.deal", "clients.client", "leads.lead")


def for_rows(_actor: Actor, record: Record) -> Iterator[pages.Bulk]:
    """A task about each row."""
    if record.name in PLANNED_ABOUT:
        given = {"about_record": record.name}
        yield pages.Bulk(commands.plan_about, on="about_id", form=forms.PlanAbout, icon="checkbox", given=given)
