"""Reads of potential: formulas, tables, what rows come to, the whole."""

from okno.engines.potential.queries.base import NAME, SHOWN, Whole, estimate_of, past_of, put_together, whole
from okno.engines.potential.queries.estimating import (
    Found,
    When,
    estimates,
    formula_for_page,
    formulas,
    read,
    table_for_page,
    tables,
    the_record,
    valued,
    watches,
)

__all__ = [
    "NAME",
    "SHOWN",
    "Found",
    "When",
    "Whole",
    "estimate_of",
    "estimates",
    "formula_for_page",
    "formulas",
    "past_of",
    "put_together",
    "read",
    "table_for_page",
    "tables",
    "the_record",
    "valued",
    "watches",
    "whole",
]
