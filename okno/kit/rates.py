"""Sums of several currencies as one: amounts in the management currency by the rate of their day."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from django.db import connection
from django.db.models import Case, DateField, DecimalField, F, Func, Value, When
from django.db.models.functions import Cast, Round
from django.db.models.lookups import Exact
from django.utils.translation import gettext as _

from okno.kit import money
from okno.kit.errors import Refused

# The rates of the Bank of Russia are in roubles. `okno_rate` of kit/sql/functions.sql knows them.
MANAGEMENT = "RUB"


def cross(have: str, want: str, on: date) -> Decimal | None:
    """
    How much of one currency a unit of another is by the rates of a day; None when a rate is not known.

    For days before the first known rate of a currency that one holds.
    """
    if have == want:
        return Decimal(1)
    with connection.cursor() as cursor:
        cursor.execute("select okno_rate(%s, %s), okno_rate(%s, %s)", [have, on, want, on])
        bought, sold = cursor.fetchone()
    return None if bought is None or sold is None else bought / sold


def the_cross(have: str, want: str, on: date) -> Decimal:
    """The same. :raises Refused: a rate is not known."""
    rate = cross(have, want, on)
    if rate is None:
        foreign = have if want == MANAGEMENT else want
        raise Refused(
            "money.no_rate",
            _("The rate of “%(name)s” is not known: load exchange rates first."),
            name=foreign,
            missing=["currency"],
        )
    return rate


def exchanged(amount: Decimal, have: str, want: str, on: date) -> Decimal | None:
    """An amount of one currency in another by the rates of a day, in hundredths; None when a rate is not known."""
    if have == want:
        return amount
    rate = cross(have, want, on)
    return None if rate is None else money.round_money(amount * rate)


def in_management(amount: Any, currency: Any, on: str) -> Case:
    """
    An amount of a row in the management currency, to be summed in SQL; null, which sums leave out, when its currency
    has no rate at all.

    :param currency: the path of the currency of the row, or an expression of it.
    :param on: the path of the day whose rate holds.
    """
    told = F(currency) if isinstance(currency, str) else currency
    rate: Func = Func(told, Cast(on, DateField()), function="okno_rate", output_field=DecimalField())
    return Case(
        When(Exact(told, Value(MANAGEMENT)), then=amount),
        default=Round(amount * rate, precision=2),
        output_field=DecimalField(max_digits=20, decimal_places=2),
    )
