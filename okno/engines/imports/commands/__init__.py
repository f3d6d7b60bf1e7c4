"""Writes of the import: setting up, the dry run and the run by batches, taking back, settings kept by name."""

from okno.engines.imports.commands.batches import check_batch, take_batch
from okno.engines.imports.commands.errors import taken_errors
from okno.engines.imports.commands.running import WORKS, finish, is_job_lost, run_now, start_check, start_run
from okno.engines.imports.commands.setting import (
    LARGEST_FILE,
    add_options,
    begin,
    changed,
    drop_settings,
    guessed_keys,
    keep_settings,
    may_add_options,
    set_up,
    taken_in,
)
from okno.engines.imports.commands.taking_back import take_back, take_back_batch, take_back_row

__all__ = [
    "LARGEST_FILE",
    "WORKS",
    "add_options",
    "begin",
    "changed",
    "check_batch",
    "drop_settings",
    "finish",
    "guessed_keys",
    "is_job_lost",
    "keep_settings",
    "may_add_options",
    "run_now",
    "set_up",
    "start_check",
    "start_run",
    "take_back",
    "take_back_batch",
    "take_back_row",
    "take_batch",
    "taken_errors",
    "taken_in",
]
