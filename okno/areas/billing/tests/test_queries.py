"""Sums of invoices and payments of several currencies, and the letter with an invoice."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from django.db.models import Sum

from okno.access.tests.cast import Cast
from okno.areas.billing import commands, queries
from okno.areas.billing.models import Invoice
from okno.areas.billing.tests.factories import an_invoice
from okno.areas.documents import commands as documents
from okno.kit.errors import Refused
from okno.kit.models import CurrencyRate
from okno.kit.permissions import SYSTEM

pytestmark = pytest.mark.django_db

MARCH = (dt.date(2026, 3, 1), dt.date(2026, 3, 31))


def an_invoice_in(currency: str, cast: Cast) -> Invoice:
    made = an_invoice(cast.anna, date=dt.date(2026, 3, 10))
    Invoice.objects.filter(pk=made.pk).update(currency=currency)
    return Invoice.objects.get(pk=made.pk)


def paid(currency: str, amount: int, day: int, cast: Cast) -> None:
    invoice = an_invoice_in(currency, cast)
    commands.record_payment(actor=SYSTEM, invoice=invoice, amount=Decimal(amount), date=dt.date(2026, 3, day))


@pytest.fixture
def rates() -> None:
    for since, value in ((dt.date(2026, 3, 5), "100"), (dt.date(2026, 3, 20), "110")):
        CurrencyRate.objects.create(currency="EUR", since=since, value=Decimal(value))
    CurrencyRate.objects.create(currency="KZT", since=dt.date(2026, 3, 1), nominal=100, value=Decimal("17.5"))


@pytest.mark.usefixtures("rates")
@pytest.mark.parametrize(
    ("currency", "amount", "day", "roubles"),
    [
        ("RUB", 1000, 10, "1000"),
        ("EUR", 10, 10, "1000"),
        ("EUR", 10, 20, "1100"),
        # Before the first rate that is known, that one.
        ("EUR", 10, 1, "1000"),
        ("KZT", 1000, 10, "175"),
        ("XXX", 10, 10, "0"),
    ],
)
def test_received_counts_in_roubles_by_the_rate_of_the_day(
    cast: Cast, currency: str, amount: int, day: int, roubles: str
) -> None:
    paid(currency, amount, day, cast)

    assert queries.received(cast.actor("anna"), *MARCH) == Decimal(roubles)


@pytest.mark.usefixtures("rates")
def test_received_adds_currencies_up_and_leaves_out_what_is_out_of_reach(cast: Cast) -> None:
    paid("RUB", 500, 10, cast)
    paid("EUR", 10, 10, cast)

    assert queries.received(cast.actor("anna"), *MARCH) == Decimal(1500)
    assert queries.received(cast.actor("boris"), *MARCH) == 0


@pytest.mark.usefixtures("rates")
def test_what_is_owed_is_counted_in_roubles(cast: Cast) -> None:
    for currency in ("RUB", "EUR"):
        an_invoice_in(currency, cast)

    owed = queries.unpaid(cast.actor("anna")).order_by().aggregate(sum=Sum(queries.OWED))["sum"]

    assert owed == Decimal("5699.97") * 101


def test_the_letter_is_that_of_the_default_template(cast: Cast) -> None:
    documents.set_template(
        actor=SYSTEM, record="billing.invoice", name="Счёт", subject="№ {{ number }}", body="Ваш счёт", is_default=True
    )

    letter = queries.letter(an_invoice(cast.anna))

    assert (letter.subject, letter.text) == ("№ ОК-1", "Ваш счёт")


def test_a_broken_template_is_not_sent(cast: Cast) -> None:
    documents.set_template(
        actor=SYSTEM, record="billing.invoice", name="Счёт", subject="{{ nothing }}", body="", is_default=True
    )

    with pytest.raises(Refused):
        queries.letter(an_invoice(cast.anna))
