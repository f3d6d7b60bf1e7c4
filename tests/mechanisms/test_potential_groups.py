"""A client has a potential in each product group: formulas of its own, the card as a whole, whom to call by group."""

from __future__ import annotations

import datetime as dt
import io
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client as Browser
from django.utils import timezone
from python_calamine import CalamineWorkbook

from okno.access.tests.cast import Cast
from okno.areas.catalog.models import Group
from okno.areas.clients.models import Client
from okno.areas.clients.record import CLIENT
from okno.areas.clients.tests.factories import a_client
from okno.areas.deals import commands as deals
from okno.areas.deals.models import Deal
from okno.engines.potential import commands, queries
from okno.engines.potential.models import Estimate, Formula
from okno.engines.potential.queries import When
from okno.kit.errors import Missing, Refused
from okno.kit.fields import following
from okno.kit.merging import mergeable
from okno.kit.models.rates import CurrencyRate
from okno.kit.permissions import SYSTEM
from okno.kit.testing.forms import filled
from okno.kit.testing.query_counts import check_few, statements
from tests.mechanisms.test_potential import CLIENTS, MOST_STATEMENTS, answer, estimate_of, told, trade, won
from tests.mechanisms.test_product_groups import group, offer
from tests.mechanisms.test_product_groups import won as sold_to

__all__ = ["trade"]


@pytest.fixture
def groups(trade: Cast) -> Cast:
    """Beside stores, packing for everybody: ten thousand a month, and for people first of all one thousand."""
    people = {"field": "kind", "op": "in", "value": ["person"]}
    said: dict[str, Any] = {"record": CLIENTS, "group": group("Упаковка").pk, "period": "month"}
    commands.set_formula(actor=SYSTEM, name="Людям", expression="1000", condition=people, **said)
    commands.set_formula(actor=SYSTEM, name="Всем", expression="10000", **said)
    return trade


def sheets(content: bytes) -> dict[str, list[list[Any]]]:
    """Rows of a workbook by the name of their sheet."""
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    return {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}


def parts_of(row: Client) -> dict[str, Decimal | None]:
    following.catch_up()
    found = queries.estimates_of(CLIENT, row.pk)[1]
    names = {**queries.names_of(SYSTEM, [one.group for one in found]), 0: ""}
    return {names[one.group]: one.value for one in found}


def test_each_product_group_has_a_potential_and_the_card_all_of_them(groups: Cast) -> None:
    row, person = a_client(groups.anna), a_client(groups.anna, kind="person", name="Лучев Пётр")
    answer(row, x_stores=4, x_trade="1")
    won(groups, row, 150_000)

    assert parts_of(row) == {"": Decimal(600_000), "Упаковка": Decimal(120_000)}
    assert told(row) == (Decimal(720_000), Decimal(150_000), Decimal(570_000), Decimal("20.83"))
    assert parts_of(person) == {"": None, "Упаковка": Decimal(12_000)}
    assert told(person)[0] == Decimal(12_000)


def test_a_group_without_a_formula_any_more_is_gone_from_the_card(groups: Cast) -> None:
    row = a_client(groups.anna)
    assert set(parts_of(row)) == {"", "Упаковка"}

    for one in Formula.objects.filter(group__isnull=False):
        commands.drop_formula(actor=SYSTEM, formula=one)
    commands.estimate_all(CLIENT, When(timezone.now(), timezone.get_default_timezone()), lambda *_told: None)

    assert set(parts_of(row)) == {""}
    assert estimate_of(row).value is None


def test_a_potential_in_another_currency_is_told_in_roubles(trade: Cast) -> None:
    formula, row = Formula.objects.get(), a_client(trade.anna)
    said = {"record": CLIENTS, "name": "В долларах", "expression": "1000", "currency": "USD", "formula": formula}
    commands.set_formula(actor=SYSTEM, **said)
    now = When(timezone.now(), timezone.get_default_timezone())
    commands.keep(CLIENT, [row.pk], now)
    without = Estimate._base_manager.get(row_id=row.pk, is_whole=True)

    CurrencyRate.objects.create(currency="USD", since=dt.date(2026, 1, 1), value=Decimal(90))
    commands.keep(CLIENT, [row.pk], now)

    assert without.value is None
    assert "USD" in without.problem
    assert told(row)[0] == Decimal(90_000)
    with pytest.raises(Refused):
        commands.set_formula(actor=SYSTEM, **{**said, "currency": "ZZZ"})


def test_rows_of_a_product_group_go_from_the_largest_reserve_down(groups: Cast, client: Browser) -> None:
    for number in range(3):
        answer(a_client(groups.anna, name=f"ООО «{number}»"), x_stores=number + 1, x_trade="1")
    a_client(groups.boris, name="ООО «Чужое»")
    following.catch_up()

    products = {one["label"]: one for one in client.get("/potential/").context["products"]}
    first = client.get(products["Упаковка"]["url"]).context
    own = client.get(products["без товарной группы"]["url"]).context
    page = client.get(f"/api/v1/potential/{CLIENTS}/reserves?limit=2").json()
    rest = client.get(f"/api/v1/potential/{CLIENTS}/reserves", {"limit": 2, "after": page["next"]}).json()

    assert (products["Упаковка"]["rows"], first["count"], len(first["lines"])) == ("3", "3", 3)
    assert [one["label"] for one in own["lines"]] == ["ООО «2»", "ООО «1»", "ООО «0»"]
    assert [one["title"] for one in (*page["items"], *rest["items"])] == ["ООО «2»", "ООО «1»", "ООО «0»"]
    assert rest["next"] is None
    assert [one["product"] for one in client.get(f"/api/v1/potential/{CLIENTS}").json()["products"]] == ["", "Упаковка"]
    check_few(statements(lambda: client.get(products["Упаковка"]["url"])), MOST_STATEMENTS)
    groups.hide("anna", "clients.client.reserve")
    assert client.get(products["Упаковка"]["url"]).status_code == 404
    assert client.get(f"/api/v1/potential/{CLIENTS}/reserves").status_code == 403


def test_panel_tells_each_product_group(groups: Cast, client: Browser) -> None:
    row = a_client(groups.anna)
    answer(row, x_stores=4, x_trade="1")
    following.catch_up()

    parts = client.get(f"/clients/{row.pk}/?part=panel&panel=potential").context["parts"]
    api = client.get(f"/api/v1/potential/{CLIENTS}/{row.pk}").json()["parts"]

    assert [(one["product"], one["name"]) for one in parts] == [("", "Стеллажи"), ("Упаковка", "Всем")]
    assert [(one["product"], one["formula"], one["period"]) for one in api] == [
        ("", "Стеллажи", "year"),
        ("Упаковка", "Всем", "month"),
    ]


@pytest.fixture
def racks(cast: Cast) -> Formula:
    """A hundred thousand of racks for everybody; what was bought is told by lines of won deals."""
    found = group("Стеллажи")
    said: dict[str, Any] = {"record": CLIENTS, "expression": "100000", "bought": "deals.deal", "group": found.pk}
    made: Formula = commands.set_formula(actor=SYSTEM, name="Стеллажи", **said)
    return made


def test_what_was_bought_of_a_group_is_told_by_lines_of_documents(cast: Cast, racks: Formula) -> None:
    row, today = a_client(cast.anna), timezone.localdate()
    shelves = group("Полочные", parent=Group.objects.get(name="Стеллажи"))
    sold_to(cast.anna, offer(shelves), 20_000, today, client=row)
    sold_to(cast.anna, offer(group("Тара")), 7_000, today, client=row)
    sold_to(cast.anna, offer(shelves), 9_000, today - dt.timedelta(days=400), client=row)
    following.catch_up()

    assert told(row) == (Decimal(100_000), Decimal(20_000), Decimal(80_000), Decimal(20))


def test_sales_are_followed_when_they_are_taken_back_and_when_a_client_is_merged(cast: Cast, racks: Formula) -> None:
    row, other, today = a_client(cast.anna), a_client(cast.anna, name="ООО «Другой»"), timezone.localdate()
    deal = sold_to(cast.anna, offer(Group.objects.get(name="Стеллажи")), 20_000, today, client=row)
    bought = [told(row)[1], told(other)[1]]

    mergeable(CLIENTS).merge(actor=SYSTEM, survivor=other, losers=[row])
    merged = told(other)[1]
    deals.move(actor=SYSTEM, deal=Deal.objects.get(pk=deal.pk), stage="new")

    assert (bought, merged) == ([Decimal(20_000), Decimal(0)], Decimal(20_000))
    assert told(other)[1] == Decimal(0)


@pytest.mark.parametrize(
    ("said", "missing"),
    [
        ({"bought": "access.user"}, "bought"),
        ({"bought": "deals.deal", "fact": "1"}, "fact"),
    ],
)
def test_what_was_bought_is_told_once_by_what_tells_it(cast: Cast, said: dict[str, Any], missing: str) -> None:
    with pytest.raises(Refused) as refused:
        commands.set_formula(actor=SYSTEM, record=CLIENTS, name="Формула", expression="1", **said)

    assert refused.value.params["missing"] == [missing]


def test_a_group_that_is_not_there_is_missing(cast: Cast) -> None:
    with pytest.raises(Missing):
        commands.set_formula(actor=SYSTEM, record=CLIENTS, name="Формула", expression="1", group=999_999)


def test_a_formula_of_a_group_is_set_by_its_form(cast: Cast, racks: Formula, client: Browser) -> None:
    client.force_login(cast.director)
    url = f"/settings/potential/{racks.pk}/"
    sent, boxes = filled(client.get(url)), group("Тара")

    answer = client.post(url, {**sent, "group": str(boxes.pk), "bought": "billing.invoice"})

    assert answer.status_code == 302
    racks.refresh_from_db()
    assert (racks.group, racks.bought) == (boxes.pk, "billing.invoice")
    assert "Тара" in client.get("/settings/potential/").content.decode()


def test_tables_are_taken_away_as_workbooks(groups: Cast, client: Browser) -> None:
    row = a_client(groups.anna, name="ООО «Луч»")
    following.catch_up()
    page = client.get("/potential/").context
    rows = client.get(page["products"][0]["url"]).context

    whole, reserves = (sheets(client.get(one["file_url"]).content) for one in (page, rows))

    assert whole["По товарным группам"][1] == ["Упаковка", 1.0, 120_000.0, 0.0, 0.0, 120_000.0]
    assert reserves["Упаковка"][1:] == [[row.name, 120_000.0, 0.0, 0.0, 120_000.0]]
