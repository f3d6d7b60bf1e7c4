"""What an offer fills a line of a document with."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from okno.areas.catalog import queries
from okno.areas.catalog.models import Item, Offer, Price, PriceType
from okno.areas.catalog.queries import Terms
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

    line = queries.line_of(SYSTEM, offer.pk, Terms())

    assert (line["price"], line["unit"], line["vat"]) == ("1000,00", "шт", "22")


def test_line_of_takes_another_price_rather_than_none(offer: Offer) -> None:
    PriceType.objects.create(name="Розничная", is_default=True)
    Price.objects.create(offer=offer, price_type=PriceType.objects.create(name="Оптовая"), value=900)

    line = queries.line_of(SYSTEM, offer.pk, Terms())
    assert line["price"] == "900,00"
    assert ("Оптовая" in line["note"], "Розничная" in line["note"]) == (True, True)


def test_line_of_does_not_know_what_is_marked_for_deletion(offer: Offer) -> None:
    Offer.objects.update(is_deleted=True)

    with pytest.raises(Missing):
        queries.line_of(SYSTEM, offer.pk, Terms())


def test_line_of_exchanges_the_price_by_the_rate_of_the_day(offer: Offer) -> None:
    kind = PriceType.objects.create(name="Импорт", currency="USD", is_default=True)
    Price.objects.create(offer=offer, price_type=kind, value=10, currency="USD")
    for since, value in ((dt.date(2026, 1, 1), 80), (dt.date(2026, 2, 1), 90)):
        CurrencyRate.objects.create(currency="USD", since=since, value=value)

    prices = [
        queries.line_of(SYSTEM, offer.pk, Terms(currency=currency, on=on))["price"]
        for currency, on in (
            ("RUB", dt.date(2026, 1, 31)),
            ("RUB", dt.date(2026, 2, 1)),
            ("RUB", dt.date.max),
            ("USD", dt.date.max),
        )
    ]

    assert prices == ["800,00", "900,00", "900,00", "10,00"]


def test_line_of_leaves_out_a_price_that_cannot_be_exchanged(offer: Offer) -> None:
    kind = PriceType.objects.create(name="Импорт", currency="USD", is_default=True)
    Price.objects.create(offer=offer, price_type=kind, value=10, currency="USD")

    assert queries.line_of(SYSTEM, offer.pk, Terms())["price"] == ""


def test_filled_leaves_alone_what_is_typed_and_takes_the_rest_from_the_catalogue(offer: Offer) -> None:
    wanted = PriceType.objects.create(name="Оптовая")
    Price.objects.create(offer=offer, price_type=wanted, value=900)
    Price.objects.create(offer=offer, price_type=wanted, value=800, min_quantity=10)
    typed = {"offer": offer.pk, "name": "Терминал с доставкой", "quantity": "1", "price": "1"}

    found = queries.filled([typed, {"offer": offer.pk, "quantity": "12"}], Terms(price_type=wanted, on=TODAY))

    assert found[0] == typed
    assert {name: str(found[1][name]) for name in ("name", "unit", "vat", "price")} == {
        "name": "Терминал", "unit": "шт", "vat": "22", "price": "800.00"
    }  # fmt: skip


@pytest.mark.parametrize("line", [{"quantity": "1"}, {"name": "Доставка", "quantity": "1"}], ids=["name", "price"])
def test_filled_refuses_what_neither_the_line_nor_the_catalogue_tells(line: dict[str, str]) -> None:
    with pytest.raises(Refused):
        queries.filled([line], Terms(on=TODAY))


def test_filled_refuses_goods_without_a_price(offer: Offer) -> None:
    with pytest.raises(Refused, match="Терминал"):
        queries.filled([{"offer": offer.pk, "quantity": "1"}], Terms(on=TODAY))


@pytest.mark.parametrize(
    ("is_inside", "mode", "vat", "price", "turn"),
    [
        (True, "included", "22", "100,01", 0),
        (True, "on_top", "22", "81,98", -22),
        (True, "on_top", "10", "90,92", -10),
        (True, "on_top", "0", "100,01", 0),
        (True, "on_top", "none", "100,01", 0),
        (True, "on_top", "", "81,98", -22),
        (True, "none", "22", "100,01", 0),
        (False, "included", "22", "122,01", 22),
        (False, "included", "10", "110,01", 10),
        (False, "included", "0", "100,01", 0),
        (False, "included", "none", "100,01", 0),
        (False, "included", "", "122,01", 22),
        (False, "on_top", "22", "100,01", 0),
        (False, "none", "10", "100,01", 0),
    ],
)
def test_a_price_goes_into_a_document_with_vat_as_its_sums_have_it(
    offer: Offer, *, is_inside: bool, mode: str, vat: str, price: str, turn: int
) -> None:
    Item.objects.update(vat=vat)
    kind = PriceType.objects.create(name="Розничная", is_default=True, includes_vat=is_inside)
    Price.objects.create(offer=offer, price_type=kind, value=Decimal("100.01"))

    line = queries.line_of(SYSTEM, offer.pk, Terms(vat=mode, on=TODAY))

    assert (line["price"], line["vat_turn"]) == (price, turn)
    assert (str(abs(turn)) in line["note"]) is bool(turn)
    assert queries.filled([{"offer": offer.pk, "quantity": "1"}], Terms(vat=mode, on=TODAY))[0]["price"] == Decimal(
        price.replace(",", ".")
    )


def test_the_rate_that_a_line_has_goes_before_that_of_its_goods(offer: Offer) -> None:
    kind = PriceType.objects.create(name="Розничная", is_default=True, includes_vat=False)
    Price.objects.create(offer=offer, price_type=kind, value=100)

    (found,) = queries.filled([{"offer": offer.pk, "quantity": "1", "vat": "10"}], Terms(vat="included", on=TODAY))

    assert (found["price"], found["vat"], found["vat_turn"]) == (Decimal(110), "10", 10)


def test_a_price_for_another_quantity_is_told_both_ways_and_one_typed_by_hand_is_left(offer: Offer) -> None:
    kind = PriceType.objects.create(name="Розничная", is_default=True, includes_vat=False)
    for value, least in ((100, 0), (90, 10)):
        Price.objects.create(offer=offer, price_type=kind, value=value, min_quantity=least)
    terms = Terms(vat="included", on=TODAY)

    def told(quantity: str, price: str) -> list[str]:
        line = {"offer": offer.pk, "name": "Терминал", "quantity": quantity, "price": price, "vat": "22"}
        return ["".join(one.split()) for one in queries.told_by_quantity([line], terms)]

    assert told("9", "122") == told("10", "109,80") == told("10", "100") == []
    assert "109,80₽" in told("10", "122")[0]
    assert "122,00₽" in told("9", "109,80")[0]
