"""What the calendar puts on the shelf."""

from okno.areas.calendar import commands
from okno.areas.calendar.record import TASK
from okno.kit.registry import registry

registry.add_record(TASK)

__all__ = ["commands"]
