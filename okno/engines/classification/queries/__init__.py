"""Reads of classification: what rows came to, matrices, migrations, and rows behind each of their cells."""

from okno.engines.classification.queries.found import (
    Cell,
    after,
    classes_of_row,
    countings,
    dynamics,
    matrix,
    migration,
    present_ids,
    rows,
    stages,
    totals,
)
from okno.engines.classification.queries.sales import sales_of
from okno.engines.classification.queries.schemes import latest, scheme_for_page, schemes, uncounted

__all__ = [
    "Cell",
    "after",
    "classes_of_row",
    "countings",
    "dynamics",
    "latest",
    "matrix",
    "migration",
    "present_ids",
    "rows",
    "sales_of",
    "scheme_for_page",
    "schemes",
    "stages",
    "totals",
    "uncounted",
]
