"""Writes of segments: what they are, who is in them, and keeping the dynamic ones up to date."""

from okno.engines.segments.commands.imported import take_import
from okno.engines.segments.commands.keeping import FOLLOWER, recount, recount_due, tidy
from okno.engines.segments.commands.listening import is_heard, listen, unlisten
from okno.engines.segments.commands.making import add, combine, delete, set_condition, snapshot, update
from okno.engines.segments.commands.membership import exclude, include, paste

__all__ = [
    "FOLLOWER",
    "add",
    "combine",
    "delete",
    "exclude",
    "include",
    "is_heard",
    "listen",
    "paste",
    "recount",
    "recount_due",
    "set_condition",
    "snapshot",
    "take_import",
    "tidy",
    "unlisten",
    "update",
]
