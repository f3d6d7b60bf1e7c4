"""Potentials: formulas, tables of coefficients, the share of wallet and the reserve, and their history."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client as Browser
from django.utils import timezone

from okno.access import commands as access
from okno.access.tests.cast import Cast
from okno.areas.clients import commands as clients
from okno.areas.clients.models import Client
from okno.areas.clients.record import CLIENT
from okno.areas.clients.tests.factories import a_client
from okno.areas.clients.web.pages import ClientList
from okno.areas.deals import commands as deals
from okno.areas.deals.tests.factories import a_deal
from okno.engines.potential import commands, queries, rules
from okno.engines.potential.models import Coefficients, Estimate, Formula, Past
from okno.engines.potential.queries import When
from okno.kit.errors import Refused
from okno.kit.fields import custom, following
from okno.kit.models.rates import CurrencyRate
from okno.kit.models.registry import JobRun
from okno.kit.permissions import SYSTEM
from okno.kit.testing.forms import filled
from okno.kit.testing.query_counts import check_few, statements

CLIENTS = "clients.client"
WON = 'sum(deals, managed, stage_kind = "won")'
MOST_STATEMENTS = 14


@pytest.fixture
def trade(cast: Cast, client: Browser) -> Cast:
    """Clients with stores, and a formula of them: a hundred thousand a store by the coefficient of the industry."""
    custom.add(actor=SYSTEM, record=CLIENTS, key="stores", label="Складов", kind="integer")
    options = [{"id": "1", "label": "Опт"}, {"id": "2", "label": "Розница"}]
    custom.add(actor=SYSTEM, record=CLIENTS, key="trade", label="Торговля", kind="choice", options=options)
    rows = [{"value": "Опт", "number": "1.5"}, {"value": "Розница", "number": "0.5"}]
    commands.set_table(actor=SYSTEM, record=CLIENTS, name="Отрасль", field="x_trade", rows=rows)
    source = 'x_stores * 100000 * coefficient("отрасль", x_trade)'
    commands.set_formula(actor=SYSTEM, record=CLIENTS, name="Стеллажи", expression=source, fact=WON)
    client.force_login(cast.anna)
    return cast


def estimate_of(row: Client) -> Estimate | None:
    """What a row has come to as the worker leaves it."""
    following.catch_up()
    return Estimate._base_manager.filter(record=CLIENTS, row_id=row.pk, is_whole=True).first()


def told(row: Client) -> tuple[Any, ...]:
    found = estimate_of(row)
    return (found.value, found.fact, found.reserve, found.share) if found else ()


def answer(row: Client, **values: Any) -> None:
    clients.update(actor=SYSTEM, client=row, values=values)


def won(cast: Cast, row: Client, amount: int) -> None:
    deal = a_deal(cast.anna, client=row, amount=Decimal(amount))
    deals.move(actor=SYSTEM, deal=deal, stage="won")


@pytest.mark.parametrize(
    ("value", "fact", "share", "reserve"),
    [
        (Decimal(1_000_000), Decimal(250_000), Decimal(25), Decimal(750_000)),
        (Decimal(300), Decimal(100), Decimal("33.33"), Decimal(200)),
        (Decimal(100), Decimal(150), Decimal(150), Decimal(-50)),
        (Decimal(100), None, Decimal(0), Decimal(100)),
        (Decimal(0), Decimal(5), None, Decimal(-5)),
    ],
)
def test_share_and_reserve_follow_from_potential_and_fact(value: Any, fact: Any, share: Any, reserve: Any) -> None:
    found = rules.worth(value, fact)

    assert (found.share, found.reserve) == (share, reserve)


def test_no_potential_has_neither_share_nor_reserve() -> None:
    found = rules.worth(None, Decimal(5))

    assert (found.value, found.share, found.reserve) == (None, None, None)
    assert found.problem


def test_potential_follows_answers_and_deals(trade: Cast) -> None:
    row = a_client(trade.anna)
    answer(row, x_stores=4, x_trade="1")
    answered = told(row)

    won(trade, row, 150_000)

    assert answered == (Decimal(600_000), Decimal(0), Decimal(600_000), Decimal(0))
    assert told(row) == (Decimal(600_000), Decimal(150_000), Decimal(450_000), Decimal(25))


def test_empty_answers_give_no_potential_and_say_why(trade: Cast) -> None:
    row = a_client(trade.anna)

    found = estimate_of(row)

    assert found is not None
    assert (found.value, found.share) == (None, None)
    assert "не заполнено" in found.problem


def test_old_values_stay_in_history(trade: Cast) -> None:
    row = a_client(trade.anna)
    answer(row, x_stores=4, x_trade="1")
    following.catch_up()
    Past._base_manager.filter(row_id=row.pk).update(day=dt.date(2026, 1, 10))

    answer(row, x_stores=6)
    following.catch_up()

    kept = queries.past_of(CLIENT, row.pk)
    assert [one.value for one in kept] == [Decimal(600_000), Decimal(900_000)]


def test_first_formula_that_is_for_a_row_decides(trade: Cast) -> None:
    people = {"field": "kind", "op": "in", "value": ["person"]}
    second = commands.set_formula(actor=SYSTEM, record=CLIENTS, name="Люди", expression="5000", condition=people)
    first = Formula.objects.get(name="Стеллажи")
    commands.order_formulas(actor=SYSTEM, record=CLIENTS, ids=[second.pk, first.pk])

    person, company = a_client(trade.anna, kind="person", name="Лучев Пётр"), a_client(trade.anna)

    assert told(person)[0] == Decimal(5000)
    assert [one.formula for one in queries.estimates_of(CLIENT, company.pk)[1]] == [first]


def test_formula_is_in_force_from_its_day(trade: Cast) -> None:
    tomorrow = timezone.localdate() + dt.timedelta(days=1)
    Formula.objects.update(valid_from=tomorrow)
    row = a_client(trade.anna)

    assert estimate_of(row) is None


def test_changed_table_moves_potentials(trade: Cast) -> None:
    row = a_client(trade.anna)
    answer(row, x_stores=4, x_trade="1")
    table = Coefficients.objects.get()
    rows = [{"value": "Опт", "number": "2"}]
    commands.set_table(actor=SYSTEM, record=CLIENTS, name="Отрасль", field="x_trade", rows=rows, table=table)

    commands.estimate_all(CLIENT, When(timezone.now(), timezone.get_default_timezone()), lambda *_told: None)

    assert told(row)[0] == Decimal(800_000)
    assert JobRun.objects.filter(work="potential.recount").count() == 1


@pytest.mark.parametrize(
    ("said", "missing"),
    [
        ({"expression": "x_stores *"}, "expression"),
        ({"expression": "name"}, "expression"),
        ({"expression": "5", "fact": "nowhere"}, "fact"),
        ({"expression": "5", "name": " "}, "name"),
        ({"expression": "5", "condition": {"field": "nowhere", "op": "empty"}}, "condition"),
    ],
)
def test_wrong_formula_is_refused_beside_its_field(trade: Cast, said: dict[str, Any], missing: str) -> None:
    with pytest.raises(Refused) as refused:
        commands.set_formula(actor=SYSTEM, record=CLIENTS, **{"name": "Новая", **said})

    assert refused.value.params["missing"] == [missing]


def test_table_reads_lines_and_refuses_what_is_no_number() -> None:
    assert rules.read_rows("Опт = 1,5\n\nРозница=0.5") == [
        {"value": "Опт", "number": "1.5"},
        {"value": "Розница", "number": "0.5"},
    ]
    with pytest.raises(Refused):
        rules.read_rows("Опт = много")
    with pytest.raises(Refused):
        rules.check_rows([{"value": "опт", "number": "1"}, {"value": "Опт", "number": "2"}])


def test_list_sorted_by_reserve_is_whom_to_call(trade: Cast) -> None:
    small, large = a_client(trade.anna), a_client(trade.anna, name="ООО «Большие»")
    answer(small, x_stores=1, x_trade="1")
    answer(large, x_stores=9, x_trade="1")

    following.catch_up()
    selection = ClientList.select(trade.actor("anna"), {"sort": "-reserve"})

    assert list(selection.order.apply(selection.rows()).values_list("pk", flat=True)) == [large.pk, small.pk]


def test_page_adds_up_what_is_within_reach(trade: Cast, client: Browser) -> None:
    for owner, stores in ((trade.anna, 2), (trade.anna, 4), (trade.boris, 6)):
        answer(a_client(owner, name=f"ООО «{stores}»"), x_stores=stores, x_trade="1")

    following.catch_up()
    own = client.get("/potential/").context
    client.force_login(trade.director)
    whole = client.get("/potential/").context

    assert own["tiles"][0]["note"] == "карточек: 2"
    assert {one["label"]: one["value"].split("\u202f")[0] for one in whole["lines"]} == {
        "Борисов Борис Борисович": "900",
        "Иванова Анна Петровна": "900",
    }
    check_few(statements(lambda: client.get("/potential/")), MOST_STATEMENTS)


def test_panel_and_api_tell_the_potential(trade: Cast, client: Browser) -> None:
    row = a_client(trade.anna)
    answer(row, x_stores=4, x_trade="1")
    far = a_client(trade.boris)

    following.catch_up()
    panel = client.get(f"/clients/{row.pk}/?part=panel&panel=potential").context["estimate"]
    api = client.get(f"/api/v1/potential/{CLIENTS}/{row.pk}").json()

    assert panel["share"] == "0 %"
    assert (Decimal(api["value"]), Decimal(api["reserve"])) == (Decimal(600_000), Decimal(600_000))
    assert client.get(f"/api/v1/potential/{CLIENTS}/{far.pk}").status_code == 404
    trade.hide("anna", "clients.client.reserve")
    assert client.get(f"/clients/{row.pk}/?part=panel&panel=potential").context["estimate"] is None
    assert client.get(f"/api/v1/potential/{CLIENTS}/{row.pk}").status_code == 403


def test_formula_is_changed_by_its_form(trade: Cast, client: Browser) -> None:
    client.force_login(trade.director)
    formula = Formula.objects.get()

    sent = filled(client.get(f"/settings/potential/{formula.pk}/"))
    answered = client.post(f"/settings/potential/{formula.pk}/", {**sent, "expression": "Складов * 7"})

    formula.refresh_from_db()
    assert answered.status_code == 302
    assert formula.expression == "x_stores * 7"
    assert "Складов * 7" in client.get("/settings/potential/").content.decode()


def test_table_is_added_by_its_form(trade: Cast, client: Browser) -> None:
    client.force_login(trade.director)
    said = {"record": CLIENTS, "name": "Регион", "field": "city", "rows": "Москва = 2\nТула = 0,8"}

    answered = client.post("/settings/potential/tables/new/", said)

    assert answered.status_code == 302
    assert Coefficients.objects.get(name="Регион").rows[1] == {"value": "Тула", "number": "0.8"}


def test_api_adds_up_what_is_within_reach_and_starts_anew(trade: Cast, client: Browser) -> None:
    for owner in (trade.anna, trade.boris):
        answer(a_client(owner), x_stores=2, x_trade="2")

    following.catch_up()
    whole = client.get(f"/api/v1/potential/{CLIENTS}").json()

    assert (whole["rows"], Decimal(whole["value"]), whole["share"]) == (1, Decimal(100_000), "0.00")
    assert client.get("/api/v1/potential/deals.deal").status_code == 404
    narrow, wide = (
        access.issue_token(actor=SYSTEM, user=trade.director, name="test", scopes=scopes)
        for scopes in (["potential.view"], [])
    )
    again = f"/api/v1/potential/{CLIENTS}/recount"
    assert client.post(again, headers={"Authorization": f"Bearer {narrow}"}).status_code == 403
    job = client.post(again, headers={"Authorization": f"Bearer {wide}"}).json()["job"]
    assert JobRun.objects.get(pk=job).args == {"record": CLIENTS}


def test_linked_rows_of_deals_are_read_with_the_deals(trade: Cast) -> None:
    fact = 'sum(deals, managed, stage_kind = "won" and closed_at >= add_days(now(), -365))'
    commands.set_formula(
        actor=SYSTEM, record=CLIENTS, name="По дням", expression="5", fact=fact, formula=Formula.objects.get()
    )
    row, many = a_client(trade.anna), a_client(trade.anna)
    for one in (row, *[many] * 6):
        won(trade, one, 1_000)

    def asked(client: Client) -> list[str]:
        when = When(timezone.now(), timezone.get_default_timezone())
        return statements(lambda: queries.estimates(CLIENT, [client.pk], when))

    assert len(asked(many)) == len(asked(row))


def test_formulas_by_month_and_quarter_come_to_a_year() -> None:
    by_month = rules.worth(Decimal(100), Decimal(25), Formula.Period.MONTH)
    by_quarter = rules.worth(Decimal(300), Decimal(75), Formula.Period.QUARTER)

    assert by_month == by_quarter == rules.worth(Decimal(1_200), Decimal(300))
    assert (by_month.share, by_month.reserve) == (Decimal(25), Decimal(900))


def test_a_formula_that_adds_sums_of_several_currencies_up_is_refused(trade: Cast) -> None:
    with pytest.raises(Refused) as refusal:
        commands.set_formula(actor=SYSTEM, record=CLIENTS, name="Всего", expression="sum(deals, amount)")

    assert "Сумма в рублях" in refusal.value.message


def test_a_deal_of_another_currency_is_counted_in_roubles_and_followed(trade: Cast) -> None:
    CurrencyRate.objects.create(currency="USD", since=dt.date(2026, 1, 1), value=Decimal(90))
    said = {"record": CLIENTS, "name": "В работе", "expression": "sum(deals, managed)"}
    commands.set_formula(actor=SYSTEM, formula=Formula.objects.get(), **said)
    deal = a_deal(trade.anna, client=a_client(trade.anna), amount=Decimal(1_000), currency="USD")
    assert told(deal.client)[0] == Decimal(90_000)

    deals.update(actor=SYSTEM, deal=deal, values={"amount": Decimal(2_000)})

    assert told(deal.client)[0] == Decimal(180_000)
