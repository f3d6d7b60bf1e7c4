"""The desktop as a page: every number opens exactly its rows, in few statements, under rights, as each arranged it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
import time_machine
from django.test import Client as Browser
from django.urls import resolve

from okno.access import commands as access
from okno.fronts.home import queries
from okno.fronts.home.tests import factories as make
from okno.kit.permissions import SYSTEM
from okno.kit.testing.query_counts import check_few, statements

HTMX = {"HX-Request": "true"}
PERIODS = ("month", "last", "quarter", "year")


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(make.AT, tick=False):
        yield


@pytest.fixture
def full(cast):
    """A company with something behind every number, for Anna and for Boris."""
    make.scenario()
    make.scenario("tender", is_default=False)
    for owner in (cast.anna, cast.boris, cast.anna):
        make.walked(owner, "talk", "quote", "won", closed=2)
        make.walked(owner, "talk", "lost", closed=3)
        make.walked(owner, "talk", "invoice", "talk", "lost", closed=40)
        make.deal(owner, "quote", 300, expected_date=make.TODAY)
        make.deal(owner, "invoice", 300)
        make.deal(owner, "talk", 30, path="tender")
        paid = make.invoice(owner, 900, 100, due=make.TODAY - timedelta(days=4))
        make.invoice(owner, 50, due=make.TODAY)
        make.payment(paid, 60, make.TODAY)
        make.payment(paid, 40, make.TODAY - timedelta(days=35))
        make.lead(owner, late=True)
        make.task(owner, make.AT - timedelta(hours=2))
        make.task(owner, make.AT + timedelta(hours=2))
        make.task(owner, make.AT + timedelta(days=2))
    make.lead(None, late=True, state="new")


def numbers(context: Any) -> Iterator[dict[str, Any]]:
    """Everything on the desktop that says how many rows are behind it."""
    if isinstance(context, dict):
        if "rows" in context and "url" in context and isinstance(context["rows"], int):
            yield context
        for inner in context.values():
            yield from numbers(inner)
    elif isinstance(context, list):
        for inner in context:
            yield from numbers(inner)


def rows_behind(url: str, actor: Any) -> int:
    parts = urlsplit(url)
    page: Any = getattr(resolve(parts.path).func, "view_class", None)
    return page.select(actor, dict(parse_qsl(parts.query)), parts.path).rows().count()


def all_blocks(client: Browser, address: str = "/") -> list[dict[str, Any]]:
    """The blocks of a desktop, with those that come when they are looked at."""
    shown = client.get(address).context["blocks"]
    return [client.get(one["url"], headers=HTMX).context["block"] if one["is_waiting"] else one for one in shown]


def blocks_of(answer: Any) -> dict[str, dict[str, Any]]:
    return {one["key"]: one for one in answer.context["blocks"]}


@pytest.mark.parametrize("period", PERIODS)
@pytest.mark.parametrize("who", ["anna", "head", "director"])
def test_every_number_opens_exactly_its_rows(cast, full, client: Browser, who, period):
    client.force_login(getattr(cast, who))
    found = list(numbers(all_blocks(client, f"/?period={period}")))
    actor = cast.actor(who)
    told = {one["url"]: one["rows"] for one in found}
    assert {url: rows_behind(url, actor) for url in told} == told
    assert len(found) > 15


def test_every_number_opens_a_page(cast, full, client: Browser):
    client.force_login(cast.head)
    urls = {one["url"] for one in numbers(all_blocks(client))}
    assert {url: client.get(url).status_code for url in urls} == dict.fromkeys(urls, 200)


def test_funnel_of_another_scenario_opens_its_rows(cast, full, client: Browser):
    client.force_login(cast.director)
    steps = blocks_of(client.get("/?scenario=tender"))["funnel"]["steps"]
    assert [one["rows"] for one in steps] == [3, 0, 0]
    assert rows_behind(steps[0]["url"], cast.actor("director")) == 3


def test_bars_of_money_open_the_payments_of_their_month(cast, full, client: Browser):
    client.force_login(cast.anna)
    data = blocks_of(client.get("/"))["money"]["chart"]["data"]
    paid = {url: value for url, value in zip(data["urls"], data["series"][0]["values"], strict=True) if value}
    assert sorted(paid.values()) == [80, 120]
    assert {rows_behind(url, cast.actor("anna")) for url in paid} == {2}


def test_desktop_takes_few_statements(cast, full, client: Browser):
    client.force_login(cast.head)
    check_few(statements(lambda: client.get("/")))


def test_block_takes_few_statements(cast, full, client: Browser):
    client.force_login(cast.head)
    check_few(statements(lambda: client.get("/?part=block&key=closed", headers=HTMX)), most=6)


def test_statements_do_not_grow_with_rows(cast, full, client: Browser):
    client.force_login(cast.head)
    few = statements(lambda: client.get("/"))
    for _number in range(20):
        make.walked(cast.anna, "talk", "won", closed=1)
        make.invoice(cast.boris, 70, due=make.TODAY)
        make.lead(cast.boris, late=True)
        make.task(cast.head, make.AT)
    assert len(statements(lambda: client.get("/"))) == len(few)


def test_anonymous_goes_to_sign_in(client: Browser, db):
    answer = client.get("/")
    assert (answer.status_code, urlsplit(answer.headers["Location"]).path) == (302, "/sign-in/")


def test_person_without_roles_is_told_whom_to_ask(cast, client: Browser):
    client.force_login(cast.stranger)
    answer = client.get("/")
    assert answer.context["blocks"] == []
    assert answer.context["empty"]["title"]
    assert "doors" not in answer.context["empty"]


def test_new_company_has_doors_that_lead_somewhere(cast, client: Browser):
    client.force_login(cast.director)
    doors = client.get("/").context["empty"]["doors"]
    assert doors
    assert {client.get(door["url"]).status_code for door in doors} == {200}


def test_new_seller_of_a_working_company_sees_no_doors(cast, client: Browser):
    make.client(cast.anna)
    client.force_login(cast.anna)
    assert "empty" not in client.get("/").context


def test_what_has_no_data_is_not_shown(cast, client: Browser):
    make.scenario()
    make.deal(cast.anna, "talk")
    client.force_login(cast.anna)
    blocks = blocks_of(client.get("/"))
    assert [one["url"].split("?")[0] for one in blocks["figures"]["tiles"]] == ["/deals/"]
    assert {key for key, one in blocks.items() if one["is_full"]} == {"figures", "funnel", "tasks"}


def test_forecast_of_a_period_that_is_over_is_not_shown(cast, client: Browser):
    make.scenario()
    make.deal(cast.anna, "talk", expected_date=make.TODAY - timedelta(days=30))
    client.force_login(cast.anna)
    assert len(blocks_of(client.get("/?period=last"))["figures"]["tiles"]) == 1


def test_rights_close_blocks(cast, full, client: Browser):
    grants = [{"permission": "calendar.view", "reach": "own"}]
    access.set_role(actor=SYSTEM, code="planner", name="Planner", grants=grants, hidden=[])
    access.give_role(actor=SYSTEM, user=cast.stranger, role="planner")
    client.force_login(cast.stranger)
    assert set(blocks_of(client.get("/"))) <= {"figures", "late", "tasks"}
    assert client.get("/?part=block&key=funnel", headers=HTMX).status_code == 404


def test_hidden_amounts_are_in_no_number(cast, full, client: Browser):
    cast.hide("anna", "deals.deal.amount")
    client.force_login(cast.anna)
    answer = client.get("/")
    assert "funnel" not in blocks_of(answer)
    told = [tile["note"] for tile in blocks_of(answer)["figures"]["tiles"] if "stage_kind" in tile["url"]]
    assert told == [""]


def test_block_is_answered_alone_for_live_news(cast, full, client: Browser):
    client.force_login(cast.anna)
    answer = client.get("/?part=block&key=funnel&period=year", headers=HTMX)
    assert answer.context["block"]["key"] == "funnel"
    assert "<html" not in answer.content.decode()
    assert "period=year" in answer.context["block"]["url"]


def test_block_without_data_still_listens(cast, client: Browser):
    make.client(cast.anna)
    client.force_login(cast.anna)
    html = client.get("/?part=block&key=funnel", headers=HTMX).content.decode()
    assert 'data-live-topic="deals.deal"' in html
    assert "hidden" in html


def test_arranged_desktop_has_its_order_and_not_what_is_hidden(cast, full, client: Browser):
    client.force_login(cast.anna)
    sent = {"order": ["money", "late", "funnel", "figures"], "shown": ["late", "figures"]}
    assert client.post("/?part=arrange", sent).status_code == 302
    assert list(blocks_of(client.get("/")))[:2] == ["late", "figures"]
    assert not {"money", "funnel"} & set(blocks_of(client.get("/")))
    client.force_login(cast.boris)
    assert "money" in blocks_of(client.get("/"))


def test_arranging_passes_over_unknown_blocks_and_resets(cast, full, client: Browser):
    client.force_login(cast.anna)
    client.post("/?part=arrange", {"order": ["nothing", "late"], "shown": ["late"]})
    assert [one.key for one in queries.arrangement(cast.actor("anna"))] == ["late"]
    client.post("/?part=arrange", {"order": ["late"], "reset": "1"})
    assert queries.arrangement(cast.actor("anna")) == []


def test_arranging_lists_the_blocks_with_their_ticks(cast, full, client: Browser):
    client.force_login(cast.anna)
    client.post("/?part=arrange", {"order": ["money", "late"], "shown": ["late"]})
    blocks = client.get("/?part=arrange", headers=HTMX).context["blocks"]
    assert [(one["key"], one["is_hidden"]) for one in blocks][:2] == [("late", False), ("money", True)]


@pytest.mark.parametrize(
    "address", ["/?period=x", "/?scenario=none", "/?period=%00", "/?part=block&key=figures&period="]
)
def test_unknown_parameters_show_the_usual(cast, full, client: Browser, address):
    client.force_login(cast.anna)
    assert client.get(address).status_code == 200
