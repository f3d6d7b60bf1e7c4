"""Commands of documents: rates of a day, kept once and only when they can be used."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from okno.areas.documents import commands
from okno.kit.errors import Refused
from okno.kit.models import CurrencyRate
from okno.kit.permissions import SYSTEM
from okno.kit.testing.query_counts import statements

pytestmark = pytest.mark.django_db

DAY = dt.date(2026, 3, 2)


def load(*rates: tuple[str, int, str]) -> int:
    named = [{"currency": code, "nominal": nominal, "value": value} for code, nominal, value in rates]
    return commands.load_rates(actor=SYSTEM, on=DAY, rates=named)


def test_load_rates_replaces_those_of_the_day() -> None:
    load(("USD", 1, "80"), ("KZT", 100, "17.5"))

    load(("USD", 1, "81.25"))

    kept = {one.currency: (one.nominal, one.value) for one in CurrencyRate.objects.all()}
    assert kept == {"USD": (1, Decimal("81.25")), "KZT": (100, Decimal("17.5"))}


def test_load_rates_takes_the_same_number_of_statements_for_any_number_of_rates() -> None:
    few = statements(lambda: load(("USD", 1, "80")))

    many = statements(lambda: load(*((code, 1, "80") for code in ("USD", "EUR", "KZT", "CNY", "TRY"))))

    assert len(many) == len(few)


@pytest.mark.parametrize("wrong", [("USD", 0, "80"), ("USD", 1, "0"), ("USD", 1, "NaN"), ("1", 1, "80")], ids=str)
def test_a_rate_that_cannot_be_used_is_refused_with_the_whole_list(wrong: Any) -> None:
    with pytest.raises(Refused):
        load(("EUR", 1, "90"), wrong)

    assert not CurrencyRate.objects.exists()
