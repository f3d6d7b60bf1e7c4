"""Writes of potential: formulas, tables, estimates."""

from okno.engines.potential.commands.estimating import FOLLOWER, estimate_all, keep, recount, recount_all
from okno.engines.potential.commands.setting_up import (
    drop_formula,
    drop_table,
    order_formulas,
    set_formula,
    set_table,
    take_shipped,
)

__all__ = [
    "FOLLOWER",
    "drop_formula",
    "drop_table",
    "estimate_all",
    "keep",
    "order_formulas",
    "recount",
    "recount_all",
    "set_formula",
    "set_table",
    "take_shipped",
]
