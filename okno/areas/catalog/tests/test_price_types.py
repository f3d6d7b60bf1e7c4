"""Price types and prices by hand: made, named, retired, set for goods; left alone where another system keeps them."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.test import Client as Browser

from okno.access.tests.cast import Cast
from okno.areas.catalog import commands
from okno.areas.catalog.models import Offer, Price, PriceType
from okno.kit import journal, masters
from okno.kit.errors import Refused
from okno.kit.models.journal import CommandRun
from okno.kit.permissions import SYSTEM

pytestmark = pytest.mark.django_db
CENTRE = "1С: Центральная"


@pytest.fixture
def anna(cast: Cast, client: Browser) -> Browser:
    client.force_login(cast.anna)
    return client


@pytest.fixture
def retail() -> PriceType:
    return commands.add_price_type(actor=SYSTEM, name="Розничная")


@pytest.fixture
def offer(retail: PriceType) -> Offer:
    return commands.add_item(actor=SYSTEM, name="Стеллаж", price=Decimal(100)).offers.get()


@pytest.fixture
def kept(monkeypatch: pytest.MonkeyPatch) -> dict[str, set[int]]:
    """Rows, by record, that another system says it keeps."""
    found: dict[str, set[int]] = {}
    asked = [lambda record, ids, _column: {one: CENTRE for one in ids if one in found.get(record, set())}]
    monkeypatch.setattr(masters, "_ASKED", asked)
    return found


def prices(offer: Offer) -> list[tuple[str, str, int, int]]:
    rows = Price.objects.filter(offer=offer).order_by("price_type__name", "min_quantity")
    return [(one.price_type.name, one.currency, int(one.min_quantity), int(one.value)) for one in rows]


def test_the_first_price_type_is_the_default_one_and_the_second_is_not(retail: PriceType) -> None:
    second = commands.add_price_type(actor=SYSTEM, name=" Дилерская ", currency="USD", includes_vat=False)

    assert (retail.is_default, second.is_default) == (True, False)
    assert (second.name, second.currency, second.includes_vat) == ("Дилерская", "USD", False)


@pytest.mark.parametrize("name", ["", "  ", "розничная", "я" * 101])
def test_a_name_that_is_none_or_taken_is_refused(retail: PriceType, name: str) -> None:
    with pytest.raises(Refused):
        commands.add_price_type(actor=SYSTEM, name=name)


def test_a_price_type_is_renamed_on_its_card(anna: Browser, retail: PriceType) -> None:
    answer = anna.post(f"/price-types/{retail.pk}/?part=field&name=name", {"name": "Базовая"})

    retail.refresh_from_db()
    assert (answer.status_code, retail.name) == (200, "Базовая")


def test_the_currency_stays_while_there_are_prices_in_it(offer: Offer, retail: PriceType) -> None:
    with pytest.raises(Refused, match="1"):
        commands.update_price_type(actor=SYSTEM, price_type=retail, values={"currency": "USD"})

    commands.set_prices(actor=SYSTEM, offer=offer, prices=[])
    commands.update_price_type(actor=SYSTEM, price_type=retail, values={"currency": "USD"})

    assert PriceType.objects.get().currency == "USD"


def test_the_default_type_is_not_retired_and_another_one_comes_back(retail: PriceType) -> None:
    other = commands.add_price_type(actor=SYSTEM, name="Оптовая")
    with pytest.raises(Refused):
        commands.archive_price_type(actor=SYSTEM, price_type=retail)

    commands.archive_price_type(actor=SYSTEM, price_type=other)
    again = commands.add_price_type(actor=SYSTEM, name="Оптовая")
    with pytest.raises(Refused):
        commands.bring_back_price_type(actor=SYSTEM, price_type=other)
    commands.archive_price_type(actor=SYSTEM, price_type=again)
    commands.bring_back_price_type(actor=SYSTEM, price_type=other)

    assert list(PriceType.objects.filter(is_deleted=False).order_by("pk")) == [retail, other]


def test_set_prices_replaces_them_by_type_and_quantity(offer: Offer, retail: PriceType) -> None:
    dollars = commands.add_price_type(actor=SYSTEM, name="Импорт", currency="USD")
    told = [
        {"price_type": retail.pk, "value": "90,5", "min_quantity": "10"},
        {"price_type": retail.pk, "value": "100"},
        {"price_type": dollars.pk, "value": "2", "currency": ""},
    ]

    commands.set_prices(actor=SYSTEM, offer=offer, prices=told)

    assert prices(offer) == [("Импорт", "USD", 0, 2), ("Розничная", "RUB", 0, 100), ("Розничная", "RUB", 10, 90)]


def test_set_prices_is_undone(offer: Offer) -> None:
    commands.set_prices(actor=SYSTEM, offer=offer, prices=[])
    assert prices(offer) == []

    journal.undo(actor=SYSTEM, run_id=CommandRun.objects.get(name="catalog.set_prices").pk)

    assert prices(offer) == [("Розничная", "RUB", 0, 100)]


def test_a_price_keeps_all_its_digits_on_the_page(anna: Browser, offer: Offer, retail: PriceType) -> None:
    commands.set_prices(actor=SYSTEM, offer=offer, prices=[{"price_type": retail.pk, "value": "0.0125"}])

    assert 'value="0,0125"' in anna.get(f"/offers/{offer.pk}/prices/").content.decode()


@pytest.mark.parametrize(
    "wrong",
    [{"price_type": 0}, {"value": "-1"}, {"value": "дорого"}, {"min_quantity": "-5"}, {"currency": "рубчик"}],
    ids=lambda one: next(iter(one)),
)
def test_a_price_that_makes_no_sense_is_refused(offer: Offer, retail: PriceType, wrong: dict[str, Any]) -> None:
    with pytest.raises(Refused):
        commands.set_prices(actor=SYSTEM, offer=offer, prices=[{"price_type": retail.pk, "value": "1", **wrong}])


def test_two_prices_of_a_type_from_the_same_quantity_are_refused(offer: Offer, retail: PriceType) -> None:
    with pytest.raises(Refused, match="Розничная"):
        commands.set_prices(actor=SYSTEM, offer=offer, prices=[{"price_type": retail.pk, "value": "1"}] * 2)


def test_what_another_system_keeps_is_not_changed_here(
    offer: Offer, retail: PriceType, kept: dict[str, set[int]]
) -> None:
    kept |= {"catalog.price_type": {retail.pk}, "catalog.offer": {offer.pk}}
    own = commands.add_price_type(actor=SYSTEM, name="Акция")

    for refused in (
        lambda: commands.update_price_type(actor=SYSTEM, price_type=retail, values={"name": "Наша"}),
        lambda: commands.set_prices(actor=SYSTEM, offer=offer, prices=[{"price_type": retail.pk, "value": "1"}]),
        lambda: commands.set_price(actor=SYSTEM, offer=offer, price=Decimal(1)),
    ):
        with pytest.raises(Refused, match=CENTRE):
            refused()
    commands.set_prices(actor=SYSTEM, offer=offer, prices=[{"price_type": own.pk, "value": "80"}])

    assert prices(offer) == [("Акция", "RUB", 0, 80), ("Розничная", "RUB", 0, 100)]


def test_goods_of_our_own_have_prices_of_a_type_that_another_system_keeps(
    offer: Offer, retail: PriceType, kept: dict[str, set[int]]
) -> None:
    kept |= {"catalog.price_type": {retail.pk}}

    commands.set_price(actor=SYSTEM, offer=offer, price=Decimal(70))

    assert prices(offer) == [("Розничная", "RUB", 0, 70)]


def test_prices_are_set_on_the_page_of_an_offer(anna: Browser, offer: Offer, retail: PriceType) -> None:
    url = f"/offers/{offer.pk}/prices/"
    shown = anna.get(url).content.decode()
    sent = {"prices-0-price_type": retail.pk, "prices-0-value": "1 250,50", "prices-0-min_quantity": "5"}

    answer = anna.post(url, sent)

    assert "100,00" in shown
    assert (answer.status_code, answer.headers["Location"]) == (302, f"/items/{offer.item_id}/")
    assert prices(offer) == [("Розничная", "RUB", 5, 1250)]


def test_without_price_types_pages_of_prices_say_what_to_do(anna: Browser, offer: Offer, retail: PriceType) -> None:
    PriceType.objects.update(is_deleted=True)

    for url in (f"/offers/{offer.pk}/prices/", "/price-types/rules/"):
        page = anna.get(url).content.decode()
        assert 'href="/price-types/new/"' in page
        assert "<select" not in page


def test_where_another_system_keeps_all_prices_the_page_names_it(
    anna: Browser, offer: Offer, retail: PriceType, kept: dict[str, set[int]]
) -> None:
    kept |= {"catalog.price_type": {retail.pk}, "catalog.offer": {offer.pk}}

    page = anna.get(f"/offers/{offer.pk}/prices/").content.decode()

    assert CENTRE in page
    assert 'name="prices-0-value"' not in page


def test_the_page_tells_prices_that_another_system_keeps(
    anna: Browser, offer: Offer, retail: PriceType, kept: dict[str, set[int]]
) -> None:
    kept |= {"catalog.price_type": {retail.pk}, "catalog.offer": {offer.pk}}
    commands.add_price_type(actor=SYSTEM, name="Акция")

    page = anna.get(f"/offers/{offer.pk}/prices/")

    assert CENTRE in page.context["form_page"]["table_note"]
    assert "Розничная" in page.context["form_page"]["table_note"]
    assert "prices-0-value" in page.content.decode()
