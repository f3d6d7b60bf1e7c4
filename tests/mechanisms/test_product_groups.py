"""Groups of goods by growth and share: sales now and before within reach, quarters, and the lines behind a figure."""

from __future__ import annotations

import datetime as dt
import io
from decimal import Decimal
from urllib.parse import parse_qs, urlparse

import pytest
from django.test import Client as Browser
from django.utils import timezone
from python_calamine import CalamineWorkbook

from okno.access.models import User
from okno.access.tests.cast import Cast
from okno.areas.billing.models import Invoice, InvoiceLine
from okno.areas.billing.tests.factories import an_invoice
from okno.areas.catalog.models import Group, Item, Offer
from okno.areas.clients.models import Client
from okno.areas.clients.tests.factories import a_client
from okno.areas.deals import commands as deals
from okno.areas.deals.models import Deal
from okno.areas.deals.tests.factories import a_deal
from okno.engines.classification import queries, rules
from okno.engines.classification.rules import Place, Turnover
from okno.kit import sold
from okno.kit.errors import Missing
from okno.kit.models.journal import CommandRun
from okno.kit.models.rates import CurrencyRate
from okno.kit.permissions import SYSTEM
from okno.kit.testing.query_counts import check_few, statements

pytestmark = pytest.mark.django_db

URL = "/classification/groups/"
WON = "deals.deal"


def turned(group: int, now: int, before: int) -> Turnover:
    return Turnover(group, Decimal(now), Decimal(before), 1, 1)


def group(name: str, parent: Group | None = None) -> Group:
    made = Group.objects.create(name=name, parent=parent)
    made.path = f"{parent.path if parent else '/'}{made.pk}/"
    made.save()
    return made


def offer(where: Group | None, name: str = "Стеллаж") -> Offer:
    return Offer.objects.create(item=Item.objects.create(name=name, group=where), name=name)


def month(back: int) -> dt.date:
    """A day in the middle of a month so many months ago."""
    return rules.month_start(timezone.localdate(), back) + dt.timedelta(days=14)


def won(owner: User, what: Offer | None, price: int, on: dt.date, client: Client | None = None, **more: str) -> Deal:
    line = {"offer": what.pk if what else None, "name": "Товар", "unit": "шт", "quantity": "1", "price": str(price)}
    deal = deals.set_lines(actor=SYSTEM, deal=a_deal(owner, client=client, **more), lines=[line])
    deals.move(actor=SYSTEM, deal=deal, stage="won")
    Deal.objects.filter(pk=deal.pk).update(closed_at=dt.datetime(on.year, on.month, on.day, 12, tzinfo=dt.UTC))
    return deal


@pytest.fixture
def trade(cast: Cast, client: Browser) -> Cast:
    """Racks grow from 100 to 300, with shelves among them; boxes fall from 200 to 50; lamps are new with 20."""
    racks, boxes, lamps = group("Стеллажи"), group("Тара"), group("Свет")
    shelves = group("Полочные", racks)
    won(cast.anna, offer(racks), 100, month(8))
    won(cast.anna, offer(shelves), 250, month(2))
    won(cast.anna, offer(racks), 50, month(1))
    won(cast.anna, offer(boxes), 200, month(7))
    won(cast.anna, offer(boxes), 50, month(3))
    won(cast.anna, offer(lamps), 20, month(1))
    won(cast.anna, None, 10, month(1))
    won(cast.boris, offer(racks, "Чужой"), 9_000, month(1))
    client.force_login(cast.anna)
    return cast


def test_quarters_are_parted_by_medians() -> None:
    found, bounds = rules.placed([turned(1, 100, 50), turned(2, 80, 100), turned(3, 10, 5), turned(4, 20, 40)])

    assert [(one.turnover.group, one.place) for one in found] == [(1, "star"), (2, "cow"), (4, "dog"), (3, "question")]
    assert (bounds.share, bounds.growth) == (Decimal(50), Decimal(40))
    assert [(one.share, one.growth) for one in found][:2] == [(Decimal(100), Decimal(100)), (Decimal(80), Decimal(-20))]


def test_given_bounds_part_the_quarters_instead() -> None:
    found, bounds = rules.placed([turned(1, 100, 50), turned(2, 80, 100)], Decimal(90), Decimal(-30))

    assert [one.place for one in found] == [Place.STAR, Place.QUESTION]
    assert (bounds.share, bounds.growth) == (Decimal(90), Decimal(-30))


@pytest.mark.parametrize(
    ("now", "before", "growth"), [(150, 100, "50.0"), (0, 100, "-100.0"), (50, 0, None), (10, -40, "125.0")]
)
def test_growth_is_told_in_per_cent_of_what_was(now: int, before: int, growth: str | None) -> None:
    found = rules.grown(Decimal(now), Decimal(before))

    assert found == (Decimal(growth) if growth else None)


def test_what_has_begun_to_sell_grows_and_nothing_sold_has_no_share() -> None:
    found, bounds = rules.placed([turned(1, 0, 10), turned(2, 0, 0)])

    assert [(one.share, one.growth) for one in found] == [(Decimal(0), Decimal(-100)), (Decimal(0), None)]
    assert rules.placed([])[0] == []
    assert bounds.growth == -100


@pytest.mark.parametrize(
    ("months", "than_year", "wanted"),
    [
        (3, False, ("2026-08-01", "2026-11-01", "2026-05-01", "2026-08-01")),
        (3, True, ("2026-08-01", "2026-11-01", "2025-08-01", "2025-11-01")),
        (12, True, ("2025-11-01", "2026-11-01", "2024-11-01", "2025-11-01")),
    ],
)
def test_periods_are_whole_months(months: int, than_year: bool, wanted: tuple[str, ...]) -> None:  # noqa: FBT001
    found = queries.span(dt.date(2026, 11, 22), months, than_year=than_year)

    told = (found.since, found.until, found.back_since, found.back_until)
    assert tuple(one.isoformat() for one in told) == wanted


def lines_of(client: Browser, url: str = URL) -> dict[str, dict[str, str]]:
    return {one["label"]: one for one in client.get(url).context["lines"]}


def test_upper_groups_add_up_what_is_inside_them_within_reach(trade: Cast, client: Browser) -> None:
    lines = lines_of(client)

    assert [(name, one["now"], one["before"], one["growth"]) for name, one in lines.items()] == [
        ("Стеллажи", "300,00\u202f₽", "100,00\u202f₽", "+200,0\u00a0%"),
        ("Тара", "50,00\u202f₽", "200,00\u202f₽", "−75,0\u00a0%"),
        ("Свет", "20,00\u202f₽", "0,00\u202f₽", "новая"),
        ("Без группы", "10,00\u202f₽", "0,00\u202f₽", "новая"),
    ]
    assert lines["Стеллажи"]["share"] == "100,0\u00a0%"
    assert lines["Тара"]["share"] == "16,7\u00a0%"


def test_a_group_opens_those_inside_it(trade: Cast, client: Browser) -> None:
    inside = lines_of(client, lines_of(client)["Стеллажи"]["url"])

    assert {name: one["now"] for name, one in inside.items()} == {
        "Полочные": "250,00\u202f₽",
        "Стеллажи: прямо в группе": "50,00\u202f₽",
    }


def test_figures_open_the_lines_that_they_add_up(trade: Cast, client: Browser) -> None:
    racks = lines_of(client)["Стеллажи"]
    own = lines_of(client, racks["url"])["Стеллажи: прямо в группе"]

    now, before, right = (client.get(url).context for url in (racks["now_url"], racks["before_url"], own["now_url"]))

    assert [one["sum"] for one in now["lines"]] == ["250,00\u202f₽", "50,00\u202f₽"]
    assert (now["count"], now["total"]) == ("2", racks["now"])
    assert [one["sum"] for one in before["lines"]] == [racks["before"]]
    assert [one["sum"] for one in right["lines"]] == [own["now"]]
    assert client.get(now["lines"][0]["url"]).status_code == 200
    nobody = client.get(lines_of(client)["Без группы"]["now_url"]).context
    assert [one["sum"] for one in nobody["lines"]] == ["10,00\u202f₽"]


def test_lines_go_on_from_a_cursor(trade: Cast) -> None:
    one, actor = sold.KNOWN[WON], trade.actor("director")
    every = queries.lines_behind(actor, one, month(12), month(0), "")
    first = every[0]

    rest = queries.after_line(every, f"{first.sum}|{first.pk}")

    assert first.sum == 9_000
    assert queries.lines_together(rest)[0] == queries.lines_together(every)[0] - 1
    assert queries.after_line(every, "мусор").count() == every.count()


def test_only_paid_invoices_are_sales(trade: Cast, client: Browser) -> None:
    trade_group = group("Тележки")
    for state in (Invoice.State.PAID, Invoice.State.SENT):
        made = an_invoice(trade.anna)
        InvoiceLine.objects.filter(invoice=made).update(offer=offer(trade_group), total=Decimal(700))
        Invoice.objects.filter(pk=made.pk).update(state=state, date=month(1))

    lines = lines_of(client, f"{URL}?of=billing.invoice")

    assert [(name, one["now"], one["documents"]) for name, one in lines.items()] == [("Тележки", "700,00\u202f₽", "1")]


def test_another_currency_is_told_in_roubles(trade: Cast, client: Browser) -> None:
    CurrencyRate.objects.create(currency="USD", since=dt.date(2020, 1, 1), value=Decimal(90))
    won(trade.anna, offer(group("Импорт")), 10, month(1), currency="USD")

    assert lines_of(client)["Импорт"]["now"] == "900,00\u202f₽"


def test_one_buyer_of_two_deals_is_counted_once(trade: Cast, client: Browser) -> None:
    buyer, what = a_client(trade.anna), offer(group("Весы"))
    for _number in range(2):
        won(trade.anna, what, 5, month(1), client=buyer)

    line = lines_of(client)["Весы"]

    assert (line["buyers"], line["documents"]) == ("1", "2")


def test_bounds_stay_in_the_address_and_words_that_are_none_are_left_out(trade: Cast, client: Browser) -> None:
    page = client.get(f"{URL}?share=90&growth=12,5&months=12&than=year").context
    usual = client.get(f"{URL}?share=много&growth=NaN&months=7&of=access.user").context

    assert page["bounds"] == {"share": "90,0\u00a0%", "growth": "12,5\u00a0%"}
    told = parse_qs(urlparse(page["file_url"] or page["lines"][0]["url"]).query)
    assert told.get("of") == [WON]
    assert (usual["share"], usual["growth"], usual["is_year"]) == ("", "", False)


def test_whoever_may_not_see_amounts_sees_no_sales(trade: Cast, client: Browser) -> None:
    trade.hide("anna", "deals.deal.amount", "billing.invoice.total")

    assert client.get(URL).status_code == 404
    assert client.get(f"{URL}rows/?since=2026-01-01&until=2026-02-01").status_code == 404
    assert client.get("/api/v1/product-groups").status_code == 404


@pytest.mark.parametrize("tail", ["?inside=999999", "rows/?since=x&until=y", "rows/?group=x&since=2026-01-01&until="])
def test_what_is_not_there_is_missing(trade: Cast, client: Browser, tail: str) -> None:
    assert client.get(f"{URL}{tail}").status_code == 404


def test_pages_ask_little(trade: Cast, client: Browser) -> None:
    rows = lines_of(client)["Стеллажи"]["now_url"]

    check_few(statements(lambda: client.get(URL)))
    check_few(statements(lambda: client.get(rows)))


def test_the_table_is_taken_away_and_that_is_noted(trade: Cast, client: Browser) -> None:
    taken = client.get(client.get(URL).context["file_url"])

    assert taken.headers["Content-Disposition"] == 'attachment; filename="groups.xlsx"'
    (sheet,) = CalamineWorkbook.from_filelike(io.BytesIO(taken.content)).sheet_names
    rows = CalamineWorkbook.from_filelike(io.BytesIO(taken.content)).get_sheet_by_name(sheet).to_python()
    assert rows[1][:5] == ["Стеллажи", "Звёзды", 300.0, 100.0, 200.0]
    assert CommandRun.objects.get(name="deals.export").args["report"] == "groups"


def test_api_tells_the_same(trade: Cast, client: Browser) -> None:
    told = client.get("/api/v1/product-groups").json()

    assert [(one["now"], one["place"]) for one in told["groups"]][:2] == [("300.00", "star"), ("50.00", "cow")]
    assert told["of"] == WON
    assert client.get("/api/v1/product-groups?inside=999999").status_code == 404
    assert client.get("/api/v1/product-groups?months=5").status_code == 422


def test_a_group_that_is_no_more_is_missing(trade: Cast) -> None:
    with pytest.raises(Missing):
        queries.group_of(trade.actor("anna"), 999_999)
