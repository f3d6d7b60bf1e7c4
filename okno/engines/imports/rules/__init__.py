"""What is true of imports: settings, what columns are for, how cells are read, what becomes of a row. Pure."""

from okno.engines.imports.rules.guessing import guessed_columns, header_of
from okno.engines.imports.rules.permits import (
    BUSY,
    DAYS_TO_TAKE_BACK,
    check_can_run,
    check_can_set,
    check_can_take_back,
    check_may_import,
)
from okno.engines.imports.rules.planning import Planned, Policy, plan, stand
from okno.engines.imports.rules.settings import Settings
from okno.engines.imports.rules.targets import Target
from okno.engines.imports.rules.values import parts_of, read_cell, shown, text_of

__all__ = [
    "BUSY",
    "DAYS_TO_TAKE_BACK",
    "Planned",
    "Policy",
    "Settings",
    "Target",
    "check_can_run",
    "check_can_set",
    "check_can_take_back",
    "check_may_import",
    "guessed_columns",
    "header_of",
    "parts_of",
    "plan",
    "read_cell",
    "shown",
    "stand",
    "text_of",
]
