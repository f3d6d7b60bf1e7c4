"""What deals do when lower areas tell their news."""

from __future__ import annotations

from okno.areas.calendar.events import TaskEnded, TaskPlanned
from okno.areas.deals import commands
from okno.areas.documents.events import RatesLoaded
from okno.kit.permissions import SYSTEM


def show_planned_step(event: TaskPlanned) -> None:
    """A task about a deal was planned: its card shows the nearest one."""
    _refresh(event.about_record, event.about_id)


def show_next_step(event: TaskEnded) -> None:
    """A task about a deal ended: its card shows the next one."""
    _refresh(event.about_record, event.about_id)


def value_anew(_event: RatesLoaded) -> None:
    """Exchange rates came: open deals in other currencies are worth another sum."""
    commands.value_anew(actor=SYSTEM)


def _refresh(record: str, row_id: int | None) -> None:
    if record == "deals.deal" and row_id is not None:
        commands.refresh_next_step.run(SYSTEM, deal=row_id)
