"""Writes of segments: what they are, who is in them, and keeping the dynamic ones up to date."""

from okno.engines.segments.commands.following import follow, follow_forever, recount, recount_due, tidy
from okno.engines.segments.commands.making import add, combine, delete, set_condition, snapshot, update
from okno.engines.segments.commands.marking import mark, mark_rows
from okno.engines.segments.commands.membership import exclude, include, paste

__all__ = [
    "add",
    "combine",
    "delete",
    "exclude",
    "follow",
    "follow_forever",
    "include",
    "mark",
    "mark_rows",
    "paste",
    "recount",
    "recount_due",
    "set_condition",
    "snapshot",
    "tidy",
    "update",
]
