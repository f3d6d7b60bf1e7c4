"""Deals in other currencies: what they are worth in roubles, and what becomes of their numbers in another currency."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from django.test import Client as Browser
from django.utils import timezone

from okno.access.tests.cast import Cast
from okno.areas.catalog import commands as catalog
from okno.areas.catalog.models import PriceType
from okno.areas.deals import commands, handlers
from okno.areas.deals.models import Deal, RefusalReason
from okno.areas.deals.tests.factories import a_deal
from okno.areas.documents import commands as documents
from okno.areas.documents.events import RatesLoaded
from okno.kit import journal
from okno.kit.errors import Refused
from okno.kit.models.journal import CommandRun
from okno.kit.permissions import SYSTEM

pytestmark = pytest.mark.django_db
LONG_AGO = dt.date(2020, 1, 1)
ROW = {"name": "Сервер", "quantity": "2", "price": "1000", "discount": "10"}


def rate(currency: str, value: str, since: dt.date = LONG_AGO) -> None:
    told = {"currency": currency, "nominal": 1, "value": value}
    documents.load_rates(actor=SYSTEM, on=since, rates=[told])


@pytest.fixture
def dollars(cast: Cast) -> Deal:
    """A deal for a hundred dollars, each of which is worth eighty roubles."""
    rate("USD", "80")
    return a_deal(cast.anna, amount=Decimal(100), currency="USD")


def worth(deal: Deal) -> int:
    return int(Deal.objects.get(pk=deal.pk).managed)


def test_a_deal_is_worth_its_amount_in_roubles(cast: Cast, dollars: Deal) -> None:
    assert worth(dollars) == 8000
    assert worth(a_deal(cast.anna, amount=Decimal("12.99"))) == 12


def test_a_deal_without_a_rate_is_worth_nothing_until_it_comes(cast: Cast) -> None:
    deal = a_deal(cast.anna, amount=Decimal(100), currency="CNY")
    before = worth(deal)
    rate("CNY", "11.5")
    handlers.value_anew(RatesLoaded(since="2020-01-01"))

    assert (before, worth(deal)) == (0, 1150)


def test_what_a_deal_is_worth_follows_its_amount_however_it_is_changed(dollars: Deal) -> None:
    commands.update(actor=SYSTEM, deal=dollars, values={"amount": "200"})
    by_command = worth(dollars)
    Deal.objects.update(amount=5)

    assert (by_command, worth(dollars)) == (16000, 400)


def test_new_rates_value_open_deals_and_leave_closed_ones(cast: Cast, dollars: Deal) -> None:
    closed = a_deal(cast.anna, amount=Decimal(100), currency="USD")
    reason = RefusalReason.objects.earliest("pk").pk
    commands.move(actor=SYSTEM, deal=closed, stage="lost", values={"refusal": reason})
    rate("USD", "90", timezone.now().date())
    commands.value_anew(actor=SYSTEM)

    assert (worth(dollars), worth(closed)) == (9000, 8000)


@pytest.mark.parametrize(("how", "amount", "price"), [({}, 144000, 80000), ({"recount": False}, 1800, 1000)])
def test_set_currency_recounts_lines_or_leaves_them(
    dollars: Deal, how: dict[str, bool], amount: int, price: int
) -> None:
    commands.set_lines(actor=SYSTEM, deal=dollars, lines=[ROW])
    commands.set_currency(actor=SYSTEM, deal=dollars, currency="RUB", **how)

    deal = Deal.objects.get(pk=dollars.pk)
    assert (deal.currency, int(deal.amount), int(deal.managed)) == ("RUB", amount, amount)
    assert deal.lines.get().price == price


def test_set_currency_recounts_the_amount_where_there_are_no_lines(dollars: Deal) -> None:
    rate("EUR", "100")
    commands.set_currency(actor=SYSTEM, deal=dollars, currency="EUR")

    deal = Deal.objects.get(pk=dollars.pk)
    assert (deal.currency, int(deal.amount), int(deal.managed)) == ("EUR", 80, 8000)


def test_set_currency_asks_for_a_rate_only_to_recount(dollars: Deal) -> None:
    with pytest.raises(Refused) as refused:
        commands.set_currency(actor=SYSTEM, deal=dollars, currency="KZT")
    commands.set_currency(actor=SYSTEM, deal=dollars, currency="KZT", recount=False)

    assert refused.value.code == "money.no_rate"
    assert Deal.objects.get(pk=dollars.pk).currency == "KZT"


def test_undo_of_another_currency_brings_back_what_the_deal_was_worth(cast: Cast, dollars: Deal) -> None:
    commands.set_currency.run(cast.actor("director"), deal=dollars.pk, currency="RUB", recount=False)
    changed = worth(dollars)
    run = CommandRun.objects.filter(name="deals.set_currency").latest("pk")
    journal.undo.run(cast.actor("director"), run_id=run.pk)

    assert (changed, worth(dollars)) == (100, 8000)


def bare(text: object) -> str:
    return "".join(str(text).split())


def test_the_board_and_the_list_add_up_in_roubles(cast: Cast, client: Browser, dollars: Deal) -> None:
    client.force_login(cast.anna)
    a_deal(cast.anna, amount=Decimal(500))

    foot = client.get("/deals/?mode=list").context["page"]["totals"]
    board = client.get("/deals/?mode=board").content.decode()

    assert "8500,00₽" in [bare(one["text"]) for one in foot]
    assert "8,5т." in bare(board)


def test_the_list_tells_one_currency_in_it(cast: Cast, client: Browser, dollars: Deal) -> None:
    client.force_login(cast.anna)

    foot = client.get("/deals/?mode=list").context["page"]["totals"]

    assert "100,00$" in [bare(one["text"]) for one in foot]


def test_the_form_opens_a_deal_in_the_currency_of_prices(cast: Cast, client: Browser, dollars: Deal) -> None:
    client.force_login(cast.anna)
    PriceType.objects.create(name="Импорт", currency="EUR", is_default=True)

    fields = {one["name"]: one for one in client.get("/deals/new/").context["form_page"]["fields"]}
    client.post("/deals/new/", {"title": "Сканеры", "client": dollars.client_id, "currency": "USD", "amount": "7"})

    assert 'value="EUR" selected' in str(fields["currency"])
    assert Deal.objects.get(title="Сканеры").managed == 560


def test_the_dialog_changes_the_currency(cast: Cast, client: Browser, dollars: Deal) -> None:
    client.force_login(cast.anna)
    client.post(f"/deals/{dollars.pk}/currency/", {"currency": "RUB", "recount": "on"})

    assert Deal.objects.get(pk=dollars.pk).amount == 8000


def test_rows_of_lines_take_prices_in_the_currency_of_the_deal(cast: Cast, client: Browser, dollars: Deal) -> None:
    client.force_login(cast.anna)
    offer = catalog.add_item(actor=SYSTEM, name="Весы", price=Decimal(8000)).offers.get()
    address = f"/deals/{dollars.pk}/lines/"

    row = client.get(f"{address}?part=row&choice={offer.pk}&number=1", headers={"HX-Request": "true"})
    sent = {"lines-0-name": "Весы", "lines-0-quantity": "1", "lines-0-price": "100", "lines-0-vat": ""}
    ((_label, total),) = client.post(f"{address}?part=totals", sent, headers={"HX-Request": "true"}).context["totals"]

    assert 'value="100,00"' in row.content.decode()
    assert bare(total) == "100,00$"
