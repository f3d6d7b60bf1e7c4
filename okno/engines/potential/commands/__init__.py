"""Writes of potential: formulas, tables, estimates."""

from okno.engines.potential.commands.estimating import estimate_all, follow, keep, recount, recount_all
from okno.engines.potential.commands.setting_up import (
    drop_formula,
    drop_table,
    order_formulas,
    set_formula,
    set_table,
    take_shipped,
)

__all__ = [
    "drop_formula",
    "drop_table",
    "estimate_all",
    "follow",
    "keep",
    "order_formulas",
    "recount",
    "recount_all",
    "set_formula",
    "set_table",
    "take_shipped",
]
