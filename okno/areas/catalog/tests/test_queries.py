"""What an offer fills a line of a document with."""

from __future__ import annotations

import datetime as dt

import pytest

from okno.areas.catalog import queries
from okno.areas.catalog.models import Item, Offer, Price, PriceType
from okno.kit.errors import Missing, Refused
from okno.kit.models import CurrencyRate
from okno.kit.permissions import SYSTEM

pytestmark = pytest.mark.django_db
TODAY = dt.date(2026, 3, 2)


@pytest.fixture
def offer() -> Offer:
    item = Item.objects.create(name="Терминал", unit="шт", vat="22")
    return Offer.objects.create(item=item, name="Терминал")


def test_line_of_takes_the_price_of_the_default_type(offer: Offer) -> None:
    for name, value, is_default in (("Оптовая", 900, False), ("Розничная", 1000, True)):
        kind = PriceType.objects.create(name=name, is_default=is_default)
        Price.objects.create(offer=offer, price_type=kind, value=value)

    line = queries.line_of(SYSTEM, offer.pk)

    assert (line["price"], line["unit"], line["vat"]) == ("1000,00", "шт", "22")


def test_line_of_takes_another_price_rather_than_none(offer: Offer) -> None:
    PriceType.objects.create(name="Розничная", is_default=True)
    Price.objects.create(offer=offer, price_type=PriceType.objects.create(name="Оптовая"), value=900)

    line = queries.line_of(SYSTEM, offer.pk)
    assert line["price"] == "900,00"
    assert ("Оптовая" in line["note"], "Розничная" in line["note"]) == (True, True)


def test_line_of_does_not_know_what_is_marked_for_deletion(offer: Offer) -> None:
    Offer.objects.update(is_deleted=True)

    with pytest.raises(Missing):
        queries.line_of(SYSTEM, offer.pk)


def test_line_of_exchanges_the_price_by_the_rate_of_the_day(offer: Offer) -> None:
    kind = PriceType.objects.create(name="Импорт", currency="USD", is_default=True)
    Price.objects.create(offer=offer, price_type=kind, value=10, currency="USD")
    for since, value in ((dt.date(2026, 1, 1), 80), (dt.date(2026, 2, 1), 90)):
        CurrencyRate.objects.create(currency="USD", since=since, value=value)

    prices = [
        queries.line_of(SYSTEM, offer.pk, currency=currency, on=on)["price"]
        for currency, on in (
            ("RUB", dt.date(2026, 1, 31)),
            ("RUB", dt.date(2026, 2, 1)),
            ("RUB", None),
            ("USD", None),
        )
    ]

    assert prices == ["800,00", "900,00", "900,00", "10,00"]


def test_line_of_leaves_out_a_price_that_cannot_be_exchanged(offer: Offer) -> None:
    kind = PriceType.objects.create(name="Импорт", currency="USD", is_default=True)
    Price.objects.create(offer=offer, price_type=kind, value=10, currency="USD")

    assert queries.line_of(SYSTEM, offer.pk)["price"] == ""


def test_filled_leaves_alone_what_is_typed_and_takes_the_rest_from_the_catalogue(offer: Offer) -> None:
    wanted = PriceType.objects.create(name="Оптовая")
    Price.objects.create(offer=offer, price_type=wanted, value=900)
    Price.objects.create(offer=offer, price_type=wanted, value=800, min_quantity=10)
    typed = {"offer": offer.pk, "name": "Терминал с доставкой", "quantity": "1", "price": "1"}

    found = queries.filled(
        [typed, {"offer": offer.pk, "quantity": "12"}], client_id=None, price_type=wanted, currency="RUB", on=TODAY
    )

    assert found[0] == typed
    assert {name: str(found[1][name]) for name in ("name", "unit", "vat", "price")} == {
        "name": "Терминал", "unit": "шт", "vat": "22", "price": "800.00"
    }  # fmt: skip


@pytest.mark.parametrize("line", [{"quantity": "1"}, {"name": "Доставка", "quantity": "1"}], ids=["name", "price"])
def test_filled_refuses_what_neither_the_line_nor_the_catalogue_tells(line: dict[str, str]) -> None:
    with pytest.raises(Refused):
        queries.filled([line], client_id=None, price_type=None, currency="RUB", on=TODAY)


def test_filled_refuses_goods_without_a_price(offer: Offer) -> None:
    with pytest.raises(Refused, match="Терминал"):
        queries.filled(
            [{"offer": offer.pk, "quantity": "1"}], client_id=None, price_type=None, currency="RUB", on=TODAY
        )
