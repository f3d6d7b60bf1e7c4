"""Writes of robots: what they are, and what they do."""

from okno.engines.automation.commands.acting import act, try_out
from okno.engines.automation.commands.making import add, delete, set_condition, update

__all__ = ["act", "add", "delete", "set_condition", "try_out", "update"]
