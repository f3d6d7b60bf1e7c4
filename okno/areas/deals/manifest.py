"""What the deals area puts on the shelf."""

from okno.areas.calendar.events import TaskEnded, TaskPlanned
from okno.areas.deals import commands, handlers
from okno.areas.deals.record import DEAL
from okno.kit.registry import registry

registry.add_record(DEAL)
registry.on(TaskPlanned, handlers.show_planned_step)
registry.on(TaskEnded, handlers.show_next_step)

__all__ = ["commands"]
