"""Custom fields stand in lists, filters, orders, exports and the API like any other."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from django.test import Client as Browser

from okno.areas.deals import commands as deals
from okno.kit.fields import custom
from okno.kit.models import CurrencyRate
from okno.kit.permissions import SYSTEM
from okno.kit.web.pages.export import rows_of
from tests.mechanisms.deal_pages import AllDeals

pytestmark = pytest.mark.urls("tests.mechanisms.deal_doors")

SPACES = re.compile(r"\s")

FIELDS: dict[str, tuple[str, list[Any]]] = {
    "region": ("text", ["Юг", "север", None, "Ёлки"]),
    "score": ("decimal", [10, 9, None, 100]),
    "price": ("money", ["10", "9,50", None, "100"]),
    "visit": ("date", ["2026-01-02", "2025-12-31", None, "2026-01-10"]),
    "hot": ("boolean", [True, False, None, True]),
    "partner": ("link", ["anna", "boris", None, "anna"]),
}


@pytest.fixture(params=FIELDS)
def key(request, cast, company_deals) -> str:
    kind, values = FIELDS[request.param]
    link = "access.user" if kind == "link" else ""
    custom.add(
        actor=SYSTEM,
        record="deals.deal",
        key=request.param,
        label=request.param,
        kind=kind,
        is_sortable=True,
        link=link,
    )
    for deal, value in zip(company_deals, values, strict=True):
        given = getattr(cast, value).pk if kind == "link" and value else value
        deals.update(actor=SYSTEM, deal=deal, values={f"x_{request.param}": given})
    return f"x_{request.param}"


@pytest.fixture
def company_deals(cast):
    from okno.areas.clients.models import Client
    from tests.mechanisms.conftest import STAGES

    deals.set_scenario(actor=SYSTEM, code="b2b", name="B2B", stages=STAGES, is_default=True)
    client = Client.objects.create(name="ООО «Ромашка»", owner=cast.anna, department=cast.team)
    return [deals.open_deal(actor=SYSTEM, title=f"№ {one}", client=client, owner=cast.anna) for one in range(4)]


@pytest.fixture
def anna(cast, client: Browser) -> Browser:
    client.force_login(cast.anna)
    return client


def rows(browser: Browser, **params: str) -> list[dict]:
    return browser.get("/deals/", params).context["page"]["rows"]


def test_custom_column_is_shown(key, anna):
    texts = {row["title"]: row["cells"][1]["text"] for row in rows(anna, cols=f"title,{key}")}
    assert texts["№ 2"] == ""
    assert all(texts[f"№ {one}"] for one in (0, 1, 3))


@pytest.mark.parametrize("sign", ["", "-"])
def test_custom_field_sorts_with_empty_last_and_pages(key, anna, monkeypatch, sign):
    monkeypatch.setattr(AllDeals, "per_page", 1)
    seen, url = [], f"/deals/?sort={sign}{key}"
    while url:
        page = anna.get(url, headers={"HX-Request": "true"}).context["page"]
        seen += [row["title"] for row in page["rows"]]
        url = page["next_url"]
    assert sorted(seen) == ["№ 0", "№ 1", "№ 2", "№ 3"]
    assert seen[-1] == "№ 2"
    if key in {"x_score", "x_price", "x_visit", "x_partner"}:
        assert seen[:3] == (["№ 1", "№ 0", "№ 3"] if not sign else ["№ 3", "№ 0", "№ 1"])


def test_custom_field_filters(key, anna):
    tree = json.dumps({"all": [{"field": key, "op": "empty"}]})
    assert [row["title"] for row in rows(anna, f=tree)] == ["№ 2"]


def test_custom_field_is_offered_by_the_filter_form(key, anna):
    assert f'<option value="{key}"' in anna.get("/deals/?part=filter").content.decode()


def test_custom_field_is_exported(key, cast):
    selection = AllDeals.select(cast.actor("anna"), {"cols": f"title,{key}", "sort": "title"})
    exported = [row[1] for row in rows_of(selection, selection.columns)]
    assert exported[2] == ""
    assert all(exported[one] != "" for one in (0, 1, 3))


def test_custom_field_is_told_by_the_api(key, anna, company_deals):
    assert anna.get(f"/api/deals/{company_deals[0].pk}").json()[key] is not None


def test_custom_field_is_edited_on_the_card(key, anna, company_deals):
    url = f"/deals/{company_deals[0].pk}/?part=field&name={key}"
    assert anna.get(f"{url}&edit=1").status_code == 200
    answer = anna.post(url, {key: "", "version": "9"})
    company_deals[0].refresh_from_db()
    assert answer.status_code == 200
    assert company_deals[0].extra[key] in (None, False)


@pytest.fixture
def summed(company_deals: list[Any]) -> list[Any]:
    """Deals with a number, a sum of money and a choice of their own."""
    options = [{"id": "1", "label": "Тендер"}, {"id": "2", "label": "Сервис"}]
    custom.add(actor=SYSTEM, record="deals.deal", key="kind", label="Вид", kind="choice", options=options)
    custom.add(actor=SYSTEM, record="deals.deal", key="score", label="Баллы", kind="decimal")
    custom.add(actor=SYSTEM, record="deals.deal", key="price", label="Залог", kind="money")
    for deal, kind, score, price in zip(
        company_deals, "1122", (1, 2.5, 4, None), ("10", "5,50", "1", None), strict=True
    ):
        deals.update(actor=SYSTEM, deal=deal, values={"x_kind": kind, "x_score": score, "x_price": price})
    return company_deals


def test_custom_numbers_add_up(summed, anna):
    found = anna.get("/deals/", {"cols": "title,x_score,x_price"}).context["page"]["totals"]
    whole = anna.get("/deals/?part=totals&cols=title,x_score,x_price").context["totals"]

    assert [one["text"].replace("\u202f", " ") for one in found] == ["", "7,5", "16,50 ₽"]
    assert whole == found


def test_custom_money_of_several_currencies_adds_up_by_rates_or_not_at_all(summed, anna):
    deals.update(actor=SYSTEM, deal=summed[3], values={"x_price": {"a": "2", "c": "USD"}})
    unknown = anna.get("/deals/", {"cols": "title,x_price"}).context["page"]["totals"]
    CurrencyRate.objects.create(currency="USD", since="2020-01-01", value=80)
    known = anna.get("/deals/", {"cols": "title,x_price"}).context["page"]["totals"]

    assert unknown[1]["text"] == "разные валюты"
    assert known[1]["text"].replace("\u202f", " ") == "176,50 ₽"


def test_groups_by_a_custom_choice_have_sums_of_custom_numbers(summed, anna):
    groups = anna.get("/deals/", {"cols": "title,x_score,x_kind", "group": "x_kind"}).context["page"]["groups"]

    assert [(one["label"], one["count"], one["totals"]) for one in groups] == [
        ("Тендер", "2", "Баллы: 3,5"),
        ("Сервис", "2", "Баллы: 4"),
    ]


@pytest.mark.parametrize("kind", ["link", "person", "boolean"])
def test_rows_are_grouped_by_custom_fields_of_other_kinds(company_deals, cast, anna, kind):
    link = "access.user" if kind == "link" else ""
    custom.add(actor=SYSTEM, record="deals.deal", key="by", label="Кто", kind=kind, link=link)
    deals.update(actor=SYSTEM, deal=company_deals[0], values={"x_by": True if kind == "boolean" else cast.boris.pk})

    groups = anna.get("/deals/", {"cols": "title,x_by", "group": "x_by"}).context["page"]["groups"]

    assert [one["count"] for one in groups] == ["1", "3"]


def test_rows_are_grouped_by_the_names_of_those_they_link_to(company_deals, cast, anna):
    money = {"kind": "money", "settings": {"is_sortable": True}}
    custom.add(actor=SYSTEM, record="deals.deal", key="price", label="Залог", **money)
    custom.add(actor=SYSTEM, record="deals.deal", key="by", label="По", kind="link", link="clients.client")
    own = company_deals[0].client
    namesake = type(own).objects.create(name=own.name, owner=cast.anna, department=cast.team)
    other = type(own).objects.create(name="Берёзка", owner=cast.anna, department=cast.team)
    for deal, linked, price in zip(company_deals, (own, namesake, other, None), ("10", "6,50", "1", None), strict=True):
        deals.update(actor=SYSTEM, deal=deal, values={"x_by": linked and linked.pk, "x_price": price})

    groups = anna.get("/deals/", {"cols": "title,x_by,x_price", "group": "x_by"}).context["page"]["groups"]

    told = [(one["label"], one["count"], SPACES.sub(" ", one["totals"])) for one in groups]
    assert told == [
        ("Берёзка", "1", "Залог: 1,00 ₽"),
        ("ООО «Ромашка»", "2", "Залог: 16,50 ₽"),
        ("Не указано", "1", "Залог: 0,00 ₽"),
    ]


def test_columns_of_a_board_add_up_custom_numbers_that_were_chosen(summed, anna):
    usual = anna.get("/deals/?mode=board").context["page"]["board"]["columns"][0]["sum_text"]
    chosen = anna.get("/deals/?mode=board&cols=title,x_score,x_price").context["page"]["board"]["columns"][0][
        "sum_text"
    ]

    assert "Баллы" not in usual
    assert chosen.endswith("Баллы: 7,5 · Залог: 16")
