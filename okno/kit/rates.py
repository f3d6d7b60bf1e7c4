"""Sums of several currencies as one: amounts in the management currency by the rate of their day."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from django.db.models import Case, DecimalField, F, OuterRef, Q, QuerySet, Subquery, When
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce, Round

from okno.kit import money
from okno.kit.models.rates import CurrencyRate

# The rates of the Bank of Russia are in roubles.
MANAGEMENT = "RUB"


def rate_on(currency: str, on: date) -> money.Rate | None:
    """The rate of a currency that holds on a day; for days before the first known rate that one; None without any."""
    rates = CurrencyRate.objects.filter(currency=currency)
    found = rates.filter(since__lte=on).order_by("-since").first() or rates.order_by("since").first()
    return money.Rate(code=currency, value=found.value, nominal=found.nominal) if found else None


def exchanged(amount: Decimal, have: str, want: str, on: date) -> Decimal | None:
    """An amount of one currency in another by the rates of a day, in hundredths; None when a rate is not known."""
    if have == want:
        return amount
    rates = {one: rate_on(one, on) for one in (have, want) if one != MANAGEMENT}
    if None in rates.values():
        return None
    bought, sold = rates.get(have), rates.get(want)
    managed = money.convert(amount, bought) if bought else amount
    return money.convert_back(managed, sold) if sold else money.round_money(managed)


def in_management(amount: Combinable, currency: str, on: str) -> Case:
    """
    An amount of a row in the management currency, to be summed in SQL; null, which sums leave out, when its currency
    has no rate at all.

    :param currency: the path of the currency of the row.
    :param on: the path of the day whose rate holds.
    """
    rates = CurrencyRate.objects.filter(currency=OuterRef(currency))
    held, first = rates.filter(since__lte=OuterRef(on)).order_by("-since"), rates.order_by("since")
    rate = Coalesce(_price(held), _price(first))
    return Case(
        When(Q(**{currency: MANAGEMENT}), then=amount),
        default=Round(amount * rate, precision=2),
        output_field=DecimalField(max_digits=20, decimal_places=2),
    )


def _price(rates: QuerySet[CurrencyRate]) -> Subquery:
    """The price of one unit by the first of these rates."""
    price = F("value") / F("nominal")
    return Subquery(
        rates.annotate(price=price).values("price")[:1], output_field=DecimalField(max_digits=24, decimal_places=12)
    )
