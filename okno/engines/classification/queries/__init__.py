"""Reads of classification: what rows came to, matrices, migrations, and rows behind each of their cells."""

from okno.engines.classification.queries.found import (
    Cell,
    after,
    classes_of_row,
    countings,
    cursor_of,
    dynamics,
    matrix,
    migration,
    present_ids,
    rows,
    stages,
    totals,
    where,
)
from okno.engines.classification.queries.sales import sales_of
from okno.engines.classification.queries.schemes import (
    SHOWN,
    counting_for_page,
    is_open,
    latest,
    scheme_for_page,
    schemes,
    the_record,
    uncounted,
)

__all__ = [
    "SHOWN",
    "Cell",
    "after",
    "classes_of_row",
    "counting_for_page",
    "countings",
    "cursor_of",
    "dynamics",
    "is_open",
    "latest",
    "matrix",
    "migration",
    "present_ids",
    "rows",
    "sales_of",
    "scheme_for_page",
    "schemes",
    "stages",
    "the_record",
    "totals",
    "uncounted",
    "where",
]
