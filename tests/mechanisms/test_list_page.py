"""Lists: rows within reach, filters, order, groups, paging, views, and no more statements for more rows."""

from __future__ import annotations

import json
import re
from decimal import Decimal

import pytest
from django.http import QueryDict
from django.test import Client as Browser

from okno.areas.deals import commands as deals
from okno.areas.deals.record import DEAL
from okno.kit import conditions
from okno.kit.permissions import SYSTEM
from okno.kit.web.conditions import Builder
from okno.kit.web.pages import lists

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


def test_numbers_after_the_first_tell_what_they_are(company, anna):
    some_deals(company, 3)

    text = anna.get("/deals/?cols=title,amount,managed").content.decode()

    numbers = re.findall(r'<td class="numeric( side)?"( data-head="[^"]+)?', text.partition("<tfoot")[0])
    assert [(bool(side), bool(head)) for side, head in numbers] == [(True, False), (False, True)] * 4


def test_statements_do_not_grow_with_rows(company, anna, django_assert_max_num_queries):
    some_deals(company, 1)
    anna.get("/deals/")
    with django_assert_max_num_queries(12) as few:
        anna.get("/deals/")
    some_deals(company, 30)
    with django_assert_max_num_queries(12) as many:
        anna.get("/deals/")
    assert len(few) == len(many), [one["sql"] for one in many.captured_queries]


def leaf(browser, key="", url="/deals/?part=apply", **given):
    sent = {"f~kind": "all", "f~0~kind": "leaf", "f~0~key": key} | {f"f~0~{name}": one for name, one in given.items()}
    answer = browser.post(url, sent)
    assert answer.status_code == 302
    tree = json.loads(browser.get(answer.headers["Location"]).wsgi_request.GET["f"])
    return tree["all"]


@pytest.mark.parametrize(
    ("key", "given", "made"),
    [
        ("title", {"op": "contains", "v~text": "пост"}, {"op": "contains", "value": "пост"}),
        ("title", {"op": "contains", "v~text": " "}, None),
        ("title", {"op": "in", "v~lines": "один\nдва"}, {"op": "in", "value": ["один", "два"]}),
        ("title", {"op": "empty"}, {"op": "empty"}),
        ("amount", {"op": "between", "v~text": "1 000,5"}, {"op": "ge", "value": "1000.5"}),
        ("amount", {"op": "between", "w~text": "7"}, {"op": "le", "value": "7"}),
        ("amount", {"op": "between", "v~text": "1", "w~text": "2"}, {"op": "between", "value": ["1", "2"]}),
        ("next_task_at", {"op": "p:past"}, {"op": "lt", "value": {"rel": "now"}}),
        (
            "next_task_at",
            {"op": "ge", "v~how": "rel", "v~anchor": "today", "v~side": "-", "v~number": "3", "v~unit": "w"},
            {"op": "ge", "value": {"rel": "today-3w"}},
        ),
        ("owner", {"op": "in", "v~text": ["me", "5"]}, {"op": "in", "value": [{"me": True}, 5]}),
        ("owner", {"op": "in", "v~text": ["dept:subtree"]}, {"op": "in", "value": [{"department": "subtree"}]}),
        ("stage_kind", {"op": "in", "v~text": ["won"]}, {"op": "in", "value": ["won"]}),
        ("title", {"op": "drop table", "v~text": "x"}, None),
    ],
)
def test_filter_form_makes_a_condition(company, anna, key, given, made):
    assert leaf(anna, key, **given) == ([{"field": key, **made}] if made else [])


def test_filter_that_cannot_be_read_stays_in_the_dialog(company, anna):
    sent = {"f~kind": "all", "f~0~kind": "leaf", "f~0~key": "amount", "f~0~op": "eq", "f~0~v~text": "много"}
    answer = anna.post("/deals/?part=apply", sent)
    assert answer.status_code == 422
    assert "много" in answer.content.decode()


def test_editor_takes_the_focus_where_it_is_alone_or_at_work(company, anna):
    editor = Builder(company.actor("anna"), DEAL, name="when")
    last = "when~kind=all&when~0~kind=leaf&when~0~key=title&when~0~op=empty&do=drop:when~0"
    among_others, at_work = editor.render(None), editor.again(QueryDict(last))
    assert " autofocus" in anna.get("/deals/?part=filter", headers={"HX-Request": "true"}).content.decode()
    assert (" autofocus" in among_others, " autofocus" in at_work) == (False, True)


def test_chip_is_taken_away(company, anna):
    tree = json.dumps({"all": [{"field": "title", "op": "eq", "value": "нет"}]})
    chip = anna.get("/deals/", {"f": tree}).context["page"]["chips"][0]
    assert company.deal.title in anna.get(chip["remove_url"]).content.decode()


def test_chip_names_the_way_through_a_link(company, anna):
    tree = json.dumps({"all": [{"field": "client.is_vip", "op": "eq", "value": True}]})
    chip = anna.get("/deals/", {"f": tree}).context["page"]["chips"][0]
    assert (chip["label"], chip["value"]) == ("Клиент → VIP", "равно да")
    assert "Клиент → VIP" in anna.get(chip["edit_url"], headers={"HX-Request": "true"}).content.decode()


def test_chip_names_rows_that_related_ones_link_to(company, anna):
    where = {"field": "owner", "op": "eq", "value": company.anna.pk}
    tree = json.dumps({"all": [{"some": "client.deals", "where": where}]})
    chip = anna.get("/deals/", {"f": tree}).context["page"]["chips"][0]
    assert "Клиент → Сделки" in chip["value"]
    assert "anna" in chip["value"]


def test_chip_of_a_removed_field_is_broken_and_nothing_is_shown(company, anna):
    tree = json.dumps({"all": [{"field": "gone", "op": "eq", "value": 1}]})
    page = anna.get("/deals/", {"f": tree}).context["page"]
    assert page["chips"][0]["broken"]
    assert page["rows"] == []


@pytest.mark.parametrize(
    "query", ["f={", "f=[1]", "sort=nope", "group=nope", "cols=nope", "view=99", "tab=nope", "mode=x"]
)
def test_odd_addresses_never_crash(company, anna, query):
    assert anna.get(f"/deals/?{query}").status_code in {200, 422}


@pytest.mark.parametrize("part", ["filter", "columns", "view", "export", "totals", "rows"])
def test_parts_of_the_list_answer(company, anna, part):
    answer = anna.get(f"/deals/?part={part}", headers={"HX-Request": "true"})
    assert answer.status_code == (403 if part == "export" and not company.actor("anna").may("deals.export") else 200)


def test_columns_are_chosen(company, anna):
    answer = anna.get("/deals/?part=choose&cols=amount&cols=title")
    assert [one["key"] for one in anna.get(answer.headers["Location"]).context["page"]["columns"]] == [
        "amount",
        "title",
    ]


def test_head_of_a_group_stands_once(company, anna, monkeypatch):
    from tests.mechanisms.deal_pages import AllDeals

    monkeypatch.setattr(AllDeals, "per_page", 2)
    some_deals(company, 4)
    heads, url = 0, "/deals/?group=owner"
    while url:
        answer = anna.get(url, headers={"HX-Request": "true"})
        heads += answer.content.decode().count("group-row")
        url = answer.context["page"]["next_url"]
    assert heads == 1


@pytest.mark.urls("okno.config.urls")
def test_every_tab_of_every_list_asks_what_its_record_can_answer():
    wrong = {
        (name, tab.key): [
            str(one.message) for one in conditions.problems(conditions.parse(dict(tab.where)), page.record)
        ]
        for name, page in lists.every().items()
        for tab in page.tabs
        if tab.where and page.__module__.startswith("okno.")
    }

    assert {place: said for place, said in wrong.items() if said} == {}
