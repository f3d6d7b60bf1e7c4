"""Custom fields stand in lists, filters, orders, exports and the API like any other."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client as Browser

from okno.areas.deals import commands as deals
from okno.kit.fields import custom
from okno.kit.permissions import SYSTEM
from okno.kit.web.pages.export import rows_of
from tests.mechanisms.deal_pages import AllDeals

pytestmark = pytest.mark.urls("tests.mechanisms.deal_doors")

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
    if key in {"x_score", "x_price", "x_visit"}:
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
