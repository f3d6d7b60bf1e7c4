"""What deals do when lower areas tell their news."""

from __future__ import annotations

from okno.areas.calendar.events import TaskEnded, TaskPlanned
from okno.areas.deals import commands
from okno.areas.deals.models import Deal
from okno.kit.permissions import SYSTEM


def show_planned_step(event: TaskPlanned) -> None:
    """A task about a deal was planned: its card shows the nearest one."""
    _refresh(event.about_record, event.about_id)


def show_next_step(event: TaskEnded) -> None:
    """A task about a deal ended: its card shows the next one."""
    _refresh(event.about_record, event.about_id)


def _refresh(record: str, row_id: int | None) -> None:
    deal = Deal.objects.filter(pk=row_id).first() if record == "deals.deal" else None
    if deal is not None:
        commands.refresh_next_step(actor=SYSTEM, deal=deal)
