"""Lists: rows within reach, filters, order, groups, paging, views, and no more statements for more rows."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest
from django.test import Client as Browser

from okno.areas.deals import commands as deals
from okno.kit.permissions import SYSTEM

pytestmark = pytest.mark.urls("tests.mechanisms.deal_pages")


@pytest.fixture
def anna(company, client: Browser) -> Browser:
    client.force_login(company.anna)
    return client


def some_deals(company, count: int) -> None:
    for number in range(count):
        deals.open_deal(
            actor=SYSTEM,
            title=f"Поставка {number:03}",
            client=company.client,
            owner=company.anna,
            amount=Decimal(100 * number),
        )


def test_list_shows_rows_within_reach(company, anna):
    some_deals(company, 3)
    answer = anna.get("/deals/")
    assert answer.status_code == 200
    assert "Поставка 002" in answer.content.decode()


def test_list_of_another_seller_is_empty(company, client):
    some_deals(company, 3)
    client.force_login(company.boris)
    assert "Поставка" not in client.get("/deals/").content.decode()


def test_filter_keeps_matching_rows(company, anna):
    some_deals(company, 3)
    tree = json.dumps({"all": [{"field": "amount", "op": "ge", "value": "200"}]})
    text = anna.get("/deals/", {"f": tree}).content.decode()
    assert "Поставка 002" in text
    assert "Поставка 001" not in text


@pytest.mark.parametrize("sort", ["amount", "-amount", "title", "-next_task_at", "client,-amount", "owner", "-id"])
def test_paging_shows_every_row_once(company, anna, monkeypatch, sort):
    from tests.mechanisms.deal_pages import AllDeals

    monkeypatch.setattr(AllDeals, "per_page", 3)
    some_deals(company, 10)
    seen, url = [], f"/deals/?sort={sort}"
    while url:
        page = anna.get(url, headers={"HX-Request": "true"}).context["page"]
        seen += [row["id"] for row in page["rows"]]
        url = page["next_url"]
    assert len(seen) == len(set(seen)) == 11


def test_groups_have_totals_of_the_whole_set(company, anna):
    some_deals(company, 3)
    page = anna.get("/deals/?group=owner").context["page"]
    assert [group["count"] for group in page["groups"]] == ["4"]


def test_statements_do_not_grow_with_rows(company, anna, django_assert_max_num_queries):
    some_deals(company, 1)
    anna.get("/deals/")
    with django_assert_max_num_queries(12) as few:
        anna.get("/deals/")
    some_deals(company, 30)
    with django_assert_max_num_queries(12) as many:
        anna.get("/deals/")
    assert len(few) == len(many), [one["sql"] for one in many.captured_queries]
