"""Writes of classification: schemes, and working them out."""

from okno.engines.classification.commands.counting import WORK, count, count_due, start, tidy
from okno.engines.classification.commands.schemes import add, change, delete

__all__ = ["WORK", "add", "change", "count", "count_due", "delete", "start", "tidy"]
