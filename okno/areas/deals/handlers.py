"""What deals do when lower areas tell their news."""

from __future__ import annotations

from okno.areas.calendar.events import TaskEnded, TaskPlanned
from okno.areas.calendar.models import Task
from okno.areas.deals import commands
from okno.areas.documents.events import RatesLoaded
from okno.kit.permissions import SYSTEM
from okno.kit.purging.events import RowBroughtBack, RowMarked


def show_planned_step(event: TaskPlanned) -> None:
    """A task about a deal was planned: its card shows the nearest one."""
    _refresh(event.about_id)


def show_next_step(event: TaskEnded) -> None:
    """A task about a deal ended: its card shows the next one."""
    _refresh(event.about_id)


def drop_step(event: RowMarked) -> None:
    """A task was marked for deletion: it is no deal's next step."""
    _refresh_by_task(event.row_id)


def bring_step_back(event: RowBroughtBack) -> None:
    """A task is there again: it may be the next step of its deal."""
    _refresh_by_task(event.row_id)


def value_anew(_event: RatesLoaded) -> None:
    """Exchange rates came: open deals in other currencies are worth another sum."""
    commands.value_anew(actor=SYSTEM)


def _refresh(deal_id: int | None) -> None:
    if deal_id is not None:
        commands.refresh_next_step.run(SYSTEM, deal=deal_id)


def _refresh_by_task(task_id: int) -> None:
    about = Task.objects.filter(pk=task_id, about_record="deals.deal").values_list("about_id", flat=True)
    _refresh(about.first())
