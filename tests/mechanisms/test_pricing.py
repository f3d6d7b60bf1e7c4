"""Rules of prices: which type a client gets and why, the order of rules, what a broken one does, lines of documents."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client as Browser

from okno.access.tests.cast import Cast
from okno.access.tests.test_api_ruling import V1, script, send
from okno.areas.billing import commands as billing
from okno.areas.billing.tests.factories import an_invoice
from okno.areas.catalog import commands, queries
from okno.areas.catalog.models import Item, Offer, Price, PriceType
from okno.areas.catalog.queries import Why
from okno.areas.clients.models import Client
from okno.areas.deals import commands as deals
from okno.areas.deals.models import Deal
from okno.areas.deals.tests.factories import a_deal
from okno.engines.segments import commands as segments
from okno.kit.errors import Refused
from okno.kit.fields import custom, usage
from okno.kit.permissions import SYSTEM
from okno.kit.testing.query_counts import statements

pytestmark = pytest.mark.django_db
VIP = {"all": [{"field": "is_vip", "op": "eq", "value": True}]}
MOSCOW = {"all": [{"field": "city", "op": "eq", "value": "Москва"}]}
HEADERS = {"HX-Request": "true"}


@pytest.fixture
def types() -> dict[str, PriceType]:
    """Retail by default, wholesale and dealer: of each a price of the only offer."""
    offer = Offer.objects.create(item=Item.objects.create(name="Стеллаж", unit="шт"), name="Стеллаж")
    found = {}
    for name, value in (("Розница", 1000), ("Опт", 900), ("Дилер", 800)):
        found[name] = PriceType.objects.create(name=name, is_default=name == "Розница")
        Price.objects.create(offer=offer, price_type=found[name], value=value)
    return found


@pytest.fixture
def deal(cast: Cast, types: dict[str, PriceType]) -> Deal:
    return a_deal(cast.anna)


def rule(price_type: PriceType, condition: dict[str, Any]) -> PriceType:
    return commands.set_price_rule(actor=SYSTEM, price_type=price_type, condition=condition)


def make_vip(deal: Deal) -> None:
    Client.objects.filter(pk=deal.client_id).update(is_vip=True, city="Москва")


def picked(browser: Browser, url: str, **asked: Any) -> str:
    offer = Offer.objects.get()
    answer = browser.get(url, {"part": "row", "number": 1, "choice": offer.pk, **asked}, headers=HEADERS)
    found = re.search(r'name="lines-1-price"[^>]*value="([^"]*)"', answer.content.decode())
    assert found is not None
    return found[1]


def test_prices_for_takes_the_first_rule_that_the_client_fits(deal: Deal, types: dict[str, PriceType]) -> None:
    rule(types["Дилер"], MOSCOW)
    rule(types["Опт"], VIP)
    assert queries.prices_for(deal.client_id).why is Why.USUAL

    make_vip(deal)
    first = queries.prices_for(deal.client_id)
    commands.order_price_rules(actor=SYSTEM, ids=[types["Опт"].pk, types["Дилер"].pk])

    assert (first.price_type, first.why) == (types["Дилер"], Why.HELD)
    assert queries.prices_for(deal.client_id).price_type == types["Опт"]


def test_prices_for_asks_of_segments_and_says_why(cast: Cast, deal: Deal, types: dict[str, PriceType]) -> None:
    listed = segments.add(actor=SYSTEM, name="Ключевые", record="clients.client")
    rule(types["Опт"], {"all": [{"field": "segment", "op": "in", "value": [listed.pk]}]})
    before = queries.prices_for(deal.client_id).price_type

    segments.include(actor=SYSTEM, segment=listed, row_id=deal.client_id)

    after = queries.prices_for(deal.client_id)
    told = queries.told_prices(cast.actor("anna"), after)
    assert (before, after.price_type) == (types["Розница"], types["Опт"])
    assert "Опт" in told
    assert "Ключевые" in told


def test_what_is_chosen_by_hand_goes_above_the_rules(deal: Deal, types: dict[str, PriceType]) -> None:
    make_vip(deal)
    rule(types["Опт"], VIP)

    found = queries.prices_for(deal.client_id, types["Дилер"])

    assert (found.price_type, found.why) == (types["Дилер"], Why.CHOSEN)


def test_a_broken_rule_gives_its_prices_to_nobody(deal: Deal, types: dict[str, PriceType]) -> None:
    make_vip(deal)
    rule(types["Опт"], VIP)
    PriceType.objects.filter(pk=types["Опт"].pk).update(condition={"field": "gone", "op": "eq", "value": 1})

    assert queries.prices_for(deal.client_id).price_type == types["Розница"]


@pytest.mark.parametrize("condition", [{"all": []}, {"all": [{"field": "no_such", "op": "eq", "value": 1}]}])
def test_set_price_rule_refuses_a_condition_that_says_nothing(
    types: dict[str, PriceType], condition: dict[str, Any]
) -> None:
    with pytest.raises(Refused):
        rule(types["Опт"], condition)


def test_prices_for_takes_two_statements_whatever_the_number_of_rules(deal: Deal, types: dict[str, PriceType]) -> None:
    make_vip(deal)
    for name in ("Опт", "Дилер"):
        rule(types[name], MOSCOW)

    assert len(statements(lambda: queries.prices_for(deal.client_id))) == 2


def test_goods_of_a_deal_come_with_the_prices_of_its_client(
    cast: Cast, client: Browser, deal: Deal, types: dict[str, PriceType]
) -> None:
    make_vip(deal)
    rule(types["Опт"], VIP)
    client.force_login(cast.anna)
    url = f"/deals/{deal.pk}/lines/"

    by_rule = picked(client, url)
    deals.update(actor=cast.actor("anna"), deal=deal, values={"price_type": types["Дилер"].pk})

    assert (by_rule, picked(client, url)) == ("900,00", "800,00")
    assert "Дилер" in client.get(url).content.decode()
    assert "Дилер" in client.get(f"/deals/{deal.pk}/").content.decode()


def test_goods_of_a_new_invoice_come_with_the_prices_of_the_client_that_is_chosen(
    cast: Cast, client: Browser, deal: Deal, types: dict[str, PriceType]
) -> None:
    make_vip(deal)
    rule(types["Опт"], VIP)
    client.force_login(cast.anna)

    prices = [
        picked(client, "/invoices/new/", **asked)
        for asked in (
            {},
            {"client": deal.client_id},
            {"client": deal.client_id, "price_type": types["Дилер"].pk},
        )
    ]
    told = client.post("/invoices/new/?part=totals", {"client": deal.client_id}, headers=HEADERS)

    assert prices == ["1000,00", "900,00", "800,00"]
    assert "Опт" in told.content.decode()


def test_the_rules_of_prices_tell_nothing_of_a_client_out_of_reach(
    cast: Cast, client: Browser, deal: Deal, types: dict[str, PriceType]
) -> None:
    make_vip(deal)
    rule(types["Опт"], VIP)
    client.force_login(cast.boris)

    assert picked(client, "/invoices/new/", client=deal.client_id) == "1000,00"


def line(**more: Any) -> dict[str, Any]:
    return {"name": "Стеллаж", "quantity": "2", "price": "1000", "discount": "10", "vat": "", **more}


def test_reprice_takes_the_prices_of_today_and_leaves_discounts_and_own_lines(
    deal: Deal, types: dict[str, PriceType]
) -> None:
    offer = Offer.objects.get()
    own = line(name="Доставка", price="500", discount="0")
    deals.set_lines(actor=SYSTEM, deal=deal, lines=[line(offer=offer.pk), own])
    make_vip(deal)
    rule(types["Опт"], VIP)

    deals.reprice(actor=SYSTEM, deal=deal)

    lines = [(str(one.price), str(one.total)) for one in deal.lines.order_by("position")]
    assert lines == [("900.00", "1620.00"), ("500.00", "1000.00")]
    deal.refresh_from_db()
    assert deal.amount == Decimal(2620)


def test_reprice_says_so_where_nothing_has_a_price(deal: Deal, types: dict[str, PriceType]) -> None:
    own = line(name="Доставка", price="500", discount="0")
    deals.set_lines(actor=SYSTEM, deal=deal, lines=[own])

    with pytest.raises(Refused, match="каталоге"):
        deals.reprice(actor=SYSTEM, deal=deal)

    deal.refresh_from_db()
    assert deal.amount == Decimal(1000)


def test_reprice_of_an_invoice_counts_its_sums_anew(cast: Cast, types: dict[str, PriceType]) -> None:
    invoice = an_invoice(cast.anna)
    billing.set_lines(actor=SYSTEM, invoice=invoice, lines=[line(offer=Offer.objects.get().pk, discount="0")])
    billing.update(actor=SYSTEM, invoice=invoice, values={"price_type": types["Дилер"].pk})

    billing.reprice(actor=SYSTEM, invoice=invoice)

    invoice.refresh_from_db()
    assert invoice.lines.get().price == Decimal(800)
    assert invoice.total == Decimal(1600)


def test_the_page_of_rules_puts_them_in_order(cast: Cast, client: Browser, types: dict[str, PriceType]) -> None:
    rule(types["Опт"], VIP)
    rule(types["Дилер"], MOSCOW)
    client.force_login(cast.director)

    client.post("/price-types/rules/?part=move", {"line": types["Дилер"].pk, "by": "up"})

    page = client.get("/price-types/rules/")
    assert [one["name"] for one in page.context["rules"]] == ["Дилер", "Опт"]
    assert "Розница" in page.content.decode()


def test_an_invoice_takes_the_price_type_of_its_deal(cast: Cast, deal: Deal, types: dict[str, PriceType]) -> None:
    an_invoice(cast.anna)
    deals.update(actor=SYSTEM, deal=deal, values={"price_type": types["Опт"].pk})

    drawn = billing.draw(actor=SYSTEM, client=deal.client, deal=deal)

    assert drawn.price_type == types["Опт"]


def test_rules_of_prices_over_http(cast: Cast, deal: Deal, types: dict[str, PriceType]) -> None:
    make_vip(deal)
    director, boris = script(cast.director), script(cast.boris)

    send(director, "put", f"/catalog/price-types/{types['Опт'].pk}/rule", {"condition": VIP})

    told = director.get(f"{V1}/catalog/clients/{deal.client_id}/prices").json()
    assert (told["price_type"], told["name"]) == (types["Опт"].pk, "Опт")
    assert [one["name"] for one in director.get(f"{V1}/catalog/price-rules").json()] == ["Опт"]
    assert boris.get(f"{V1}/catalog/clients/{deal.client_id}/prices").status_code == 404
    assert script(cast.stranger).get(f"{V1}/catalog/price-rules").status_code == 403


def test_a_field_that_is_to_be_retired_names_the_rules_and_segments_that_ask_of_it(
    cast: Cast, client: Browser, types: dict[str, PriceType]
) -> None:
    row = custom.add(actor=SYSTEM, record="clients.client", key="dealer", label="Дилер", kind="boolean")
    asks = {"all": [{"field": "x_dealer", "op": "eq", "value": True}]}
    rule(types["Дилер"], asks)
    segments.add(actor=SYSTEM, name="Свои дилеры", record="clients.client", condition=asks)
    retired = segments.add(actor=SYSTEM, name="Бывшие", record="clients.client", condition=asks)
    segments.delete(actor=SYSTEM, segment=retired)

    told = [f"{one.what}: {one.name}" for one in usage.uses(row)]

    assert told == ["Правила цен: Дилер", "Сегменты: Свои дилеры"]
