"""Tables of coefficients, as whoever computes gives them: a potential has some, a formula field has none."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from okno.kit.expressions.catalog import Context, function


@function(
    "coefficient",
    "коэффициент",
    "text, any -> number",
    _("The number that a table of coefficients has for a value; empty where it has none."),
    asks=True,
)
def coefficient(context: Context, table: str, value: Any) -> Decimal | None:
    return context.tables.get(table.strip().lower(), {}).get(str(value).strip().lower())
