"""A client has a potential in each product group: formulas of its own, the card as a whole, whom to call by group."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from django.test import Client as Browser
from django.utils import timezone

from okno.access.tests.cast import Cast
from okno.areas.clients.models import Client
from okno.areas.clients.record import CLIENT
from okno.areas.clients.tests.factories import a_client
from okno.engines.potential import commands, queries
from okno.engines.potential.models import Estimate, Formula
from okno.engines.potential.queries import When
from okno.kit.errors import Refused
from okno.kit.fields import following
from okno.kit.models.rates import CurrencyRate
from okno.kit.permissions import SYSTEM
from okno.kit.testing.query_counts import check_few, statements
from tests.mechanisms.test_potential import CLIENTS, MOST_STATEMENTS, answer, estimate_of, told, trade, won

__all__ = ["trade"]


@pytest.fixture
def groups(trade: Cast) -> Cast:
    """Beside stores, packing for everybody: ten thousand a month, and for people first of all one thousand."""
    people = {"field": "kind", "op": "in", "value": ["person"]}
    said = {"record": CLIENTS, "product": "Упаковка", "period": "month"}
    commands.set_formula(actor=SYSTEM, name="Людям", expression="1000", condition=people, **said)
    commands.set_formula(actor=SYSTEM, name="Всем", expression="10000", **said)
    return trade


def parts_of(row: Client) -> dict[str, Decimal | None]:
    following.catch_up()
    return {one.product: one.value for one in queries.estimates_of(CLIENT, row.pk)[1]}


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

    for one in Formula.objects.filter(product="Упаковка"):
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
