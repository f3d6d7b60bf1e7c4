"""Writes of handovers: plans, their run and the way back."""

from okno.engines.handover.commands.planning import begin, begin_due, bring_back, cancel, plan, start
from okno.engines.handover.commands.running import PREVIEW_WORK, RETURN_WORK, RUN_WORK, end, note_rows

__all__ = [
    "PREVIEW_WORK",
    "RETURN_WORK",
    "RUN_WORK",
    "begin",
    "begin_due",
    "bring_back",
    "cancel",
    "end",
    "note_rows",
    "plan",
    "start",
]
