"""What exchange rates may be kept. Pure: no writes, no clock, no request."""

from __future__ import annotations

from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from okno.kit import money
from okno.kit.errors import Refused


def check_rate(currency: str, nominal: int, value: Decimal) -> money.Rate:
    """The rate of a currency by its ISO code. :raises Refused: the code is none, or a number is not above zero."""
    code = money.currency_code(currency)
    if nominal <= 0 or not value.is_finite() or value <= 0:
        raise Refused("money.bad_rate", _("The rate of “%(name)s” cannot be used."), name=code)
    return money.Rate(code=code, value=value, nominal=nominal)
