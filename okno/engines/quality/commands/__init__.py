"""Writes of quality: criteria, and what rows have come to by them."""

from okno.engines.quality.commands.norms import drop_all, drop_norm, set_norm, take_shipped
from okno.engines.quality.commands.scoring import FOLLOWER, judge_all, recount, recount_all, snap

__all__ = [
    "FOLLOWER",
    "drop_all",
    "drop_norm",
    "judge_all",
    "recount",
    "recount_all",
    "set_norm",
    "snap",
    "take_shipped",
]
