"""Boards: columns with totals of the server, cards in one statement, more by cursor, moves that ask and refuse."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.test import Client as Browser

from okno.areas.clients.models import Client
from okno.areas.deals import commands as deals
from okno.kit.permissions import SYSTEM
from tests.mechanisms.conftest import STAGES

pytestmark = pytest.mark.urls("tests.mechanisms.deal_pages")


@pytest.fixture
def anna(company, client: Browser) -> Browser:
    client.force_login(company.anna)
    return client


def some_deals(company, count: int) -> None:
    for number in range(count):
        deals.open_deal(
            actor=SYSTEM, title=f"№ {number}", client=company.client, owner=company.anna, amount=Decimal(100)
        )


def test_board_counts_and_sums_whole_columns(company, anna):
    some_deals(company, 7)
    columns = anna.get("/deals/?mode=board").context["page"]["board"]["columns"]
    assert [(one["key"], one["count"], len(one["cards"])) for one in columns][:2] == [
        ("new", "8", 3),
        ("offer", "0", 0),
    ]
    assert columns[0]["sum_text"] == "700"


def test_bar_tells_the_state_of_next_steps(company, anna):
    bar = anna.get("/deals/?mode=board").context["page"]["board"]["columns"][0]["bar"]
    assert [(part["due"], part["count"], part["width"]) for part in bar] == [("grey", 1, "100.00")]
    assert anna.get(bar[0]["url"]).status_code == 200


def test_more_cards_come_by_cursor(company, anna):
    some_deals(company, 7)
    column = anna.get("/deals/?mode=board").context["page"]["board"]["columns"][0]
    seen, url = [card["id"] for card in column["cards"]], column["next_url"]
    while url:
        answer = anna.get(url, headers={"HX-Request": "true"})
        seen += [card["id"] for card in answer.context["cards"]]
        url = answer.context["next_url"]
    assert len(seen) == len(set(seen)) == 8


def test_board_statements_do_not_grow(company, anna, django_assert_max_num_queries):
    anna.get("/deals/?mode=board")
    with django_assert_max_num_queries(12) as few:
        anna.get("/deals/?mode=board")
    some_deals(company, 10)
    with django_assert_max_num_queries(12) as many:
        anna.get("/deals/?mode=board")
    assert len(few) == len(many)


def test_drop_moves_and_brings_the_card(company, anna):
    url = anna.get("/deals/?mode=board").context["page"]["board"]["columns"][0]["cards"][0]["move_url"]
    answer = anna.post(url, {"stage": "invoice"}, headers={"HX-Request": "true"})
    company.deal.refresh_from_db()
    assert (answer.status_code, company.deal.stage.code) == (200, "invoice")
    assert f'id="card-{company.deal.pk}"' in answer.content.decode()


def test_drop_that_lacks_fields_asks_for_them(company, anna):
    url = anna.get("/deals/?mode=board").context["page"]["board"]["columns"][0]["cards"][0]["move_url"]
    answer = anna.post(url, {"stage": "lost"}, headers={"HX-Request": "true"})
    assert answer.status_code == 422
    assert [field["name"] for field in answer.context["dialog"]["fields"]] == ["refusal"]


def test_drop_of_another_ones_card_reads_as_missing(company, client):
    client.force_login(company.boris)
    answer = client.post(
        f"/deals/?part=move&id={company.deal.pk}", {"stage": "invoice"}, headers={"HX-Request": "true"}
    )
    assert answer.status_code == 404


def test_drop_that_is_refused_says_why_in_words(company, anna):
    answer = anna.post(f"/deals/?part=move&id={company.deal.pk}", {"stage": "new"}, headers={"HX-Request": "true"})
    assert (answer.status_code, answer.json()["code"]) == (422, "deals.same_stage")


def test_hidden_field_is_on_no_board_card(cast, client):
    deals.set_scenario(actor=SYSTEM, code="b2b", name="B2B", stages=STAGES, is_default=True)
    own = Client.objects.create(name="Тайный клиент", owner=cast.anna)
    deals.open_deal(actor=SYSTEM, title="Тема", client=own, owner=cast.anna)
    client.force_login(cast.anna)
    assert "Тайный клиент" in client.get("/deals/?mode=board").content.decode()

    cast.hide("anna", "deals.deal.client")

    page = client.get("/deals/?mode=board").content.decode()
    assert "Тема" in page
    assert "Тайный клиент" not in page


def test_an_empty_search_says_so(anna):
    found = anna.get("/deals/?mode=board&q=нет+такой").content.decode()
    assert "Ничего не найдено. Измените фильтр или поиск." in found


def test_cards_have_the_colour_of_their_rule(company, anna):
    some_deals(company, 2)
    paint = '[{"where":{"field":"amount","op":"eq","value":100},"colour":"red"}]'
    board = anna.get("/deals/", {"mode": "board", "paint": paint, "sort": "-amount"}).context["page"]["board"]
    assert [one["paint"] for one in board["columns"][0]["cards"]] == ["red", "red", ""]
