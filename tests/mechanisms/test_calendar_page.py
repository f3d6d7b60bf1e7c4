"""Calendars: rows on their days by any day or moment, the rest of a day a click away, moves by the record's command."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any
from urllib.parse import quote
from zoneinfo import ZoneInfo

import pytest
from django.test import Client as Browser
from django.test import RequestFactory

from okno.access import commands as access
from okno.areas.deals import commands as deals
from okno.areas.deals.models import Deal
from okno.kit.fields import custom
from okno.kit.kinds import Kind
from okno.kit.models import Change
from okno.kit.permissions import SYSTEM
from okno.kit.registry import Field
from okno.kit.rows.cells import Moment
from okno.kit.rows.spans import Span
from okno.kit.web.pages import calendar_days, lists
from okno.kit.web.pages.address import Address
from tests.mechanisms.conftest import Company

pytestmark = [pytest.mark.urls("tests.mechanisms.deal_doors"), pytest.mark.usefixtures("fields_of_this_test")]
WHOLE = pytest.mark.urls("okno.config.urls")
MONTH = "/deals/?mode=calendar&day=2026-11-22&by=expected_date"


@pytest.fixture
def anna(company: Company, client: Browser) -> Browser:
    client.force_login(company.anna)
    return client


def planned(company: Company, title: str, day: str) -> Deal:
    deal = deals.open_deal(actor=SYSTEM, title=title, client=company.client, owner=company.anna)
    return deals.update(actor=SYSTEM, deal=deal, values={"expected_date": day})


def shown(browser: Browser, url: str = MONTH) -> dict[str, list[str]]:
    """Titles of the cards by day."""
    days = browser.get(url).context["page"]["calendar"]["days"]
    return {one["key"]: [card["title"] for card in one["cards"]] for one in days if one["cards"]}


def test_cards_have_the_colour_of_their_rule(company: Company, anna: Browser) -> None:
    planned(company, "Стеллажи", "2026-11-20")
    planned(company, "Полки", "2026-11-20")
    rule = {"where": {"field": "title", "op": "contains", "value": "полк"}, "colour": "yellow"}

    days = anna.get(f"{MONTH}&paint={quote(json.dumps([rule]))}").context["page"]["calendar"]["days"]

    cards = [card for one in days for card in one["cards"]]
    assert {card["title"]: card["paint"] for card in cards} == {"Стеллажи": "", "Полки": "yellow"}


@pytest.mark.parametrize(
    ("kind", "first", "count", "before"),
    [
        ("month", "2026-10-26", 42, "2026-10-01"),
        ("week", "2026-11-16", 7, "2026-11-15"),
        ("day", "2026-11-22", 1, None),
    ],
)
def test_a_span_has_whole_weeks(kind: str, first: str, count: int, before: str | None) -> None:
    span = Span(kind, dt.date(2026, 11, 22))

    assert (span.days[0].isoformat(), len(span.days)) == (first, count)
    assert span.moved(-1).isoformat() == (before or "2026-11-21")


def test_rows_stand_on_their_days(company: Company, anna: Browser) -> None:
    planned(company, "Вторая", "2026-11-25")
    planned(company, "Первая", "2026-11-03")
    planned(company, "Иная", "2027-01-05")

    assert shown(anna) == {"2026-11-03": ["Первая"], "2026-11-25": ["Вторая"]}
    assert shown(anna, f"{MONTH}&span=week&day=2026-11-24") == {"2026-11-25": ["Вторая"]}


def test_the_rest_of_a_day_is_counted_and_a_click_away(company: Company, anna: Browser) -> None:
    for number in range(6):
        planned(company, f"№ {number}", "2026-11-25")

    found = anna.get(MONTH).context["page"]["calendar"]
    day = next(one for one in found["days"] if one["key"] == "2026-11-25")

    assert (len(day["cards"]), day["count"], day["more"], found["count"]) == (4, 6, 2, 6)
    assert len(shown(anna, day["url"])["2026-11-25"]) == 6


def test_filter_and_search_hold_in_the_calendar(company: Company, anna: Browser) -> None:
    planned(company, "Стеллажи", "2026-11-25")
    planned(company, "Погрузчик", "2026-11-25")

    assert shown(anna, f"{MONTH}&q=погруз") == {"2026-11-25": ["Погрузчик"]}


def test_a_moment_stands_on_the_day_of_the_reader(company: Company, anna: Browser) -> None:
    custom.add(actor=SYSTEM, record="deals.deal", key="visit", label="Визит", kind="moment")
    values = {"x_visit": dt.datetime(2026, 11, 24, 22, 30, tzinfo=dt.UTC)}
    deals.update(actor=SYSTEM, deal=company.deal, values=values)

    found = anna.get(f"{MONTH}&by=x_visit").context["page"]["calendar"]["days"]
    cards = {one["key"]: [(card["time"], card["title"]) for card in one["cards"]] for one in found if one["cards"]}

    assert cards == {"2026-11-25": [("01:30", company.deal.title)]}


def shift(browser: Browser, deal: Deal, day: str, by: str = "expected_date") -> Any:
    return browser.post(f"/deals/?mode=calendar&part=shift&by={by}&id={deal.pk}", {"day": day})


def test_a_row_is_moved_by_the_command_of_its_record(company: Company, anna: Browser) -> None:
    deal = planned(company, "Поставка", "2026-11-25")

    answer = shift(anna, deal, "2026-11-27")

    deal.refresh_from_db()
    assert (answer.status_code, deal.expected_date) == (204, dt.date(2026, 11, 27))
    assert Change.objects.filter(row_id=deal.pk).latest("id").run.name == "deals.update"
    assert "27.11.2026" in answer.headers["HX-Trigger"]


def test_a_moment_keeps_its_time_when_it_is_moved(company: Company, anna: Browser) -> None:
    custom.add(actor=SYSTEM, record="deals.deal", key="visit", label="Визит", kind="moment")
    values = {"x_visit": dt.datetime(2026, 11, 24, 22, 30, tzinfo=dt.UTC)}
    deals.update(actor=SYSTEM, deal=company.deal, values=values)

    shift(anna, company.deal, "2026-11-27", by="x_visit")

    company.deal.refresh_from_db()
    assert company.deal.extra["x_visit"] == "2026-11-26T22:30:00Z"


@pytest.mark.parametrize(("by", "day"), [("created_at", "2026-11-27"), ("expected_date", "27 ноября")])
def test_what_is_not_set_by_hand_is_not_moved(company: Company, anna: Browser, by: str, day: str) -> None:
    deal = planned(company, "Поставка", "2026-11-25")

    assert shift(anna, deal, day, by=by).status_code == 404
    deal.refresh_from_db()
    assert deal.expected_date == dt.date(2026, 11, 25)


def calendar_days_of(page: Any) -> list[str]:
    """Keys of the days by which a list offers new rows."""
    return [key for key in calendar_days.fields(page) if calendar_days.create_pattern(page, key)]


def made_on(browser: Browser, day: str, url: str = MONTH) -> str:
    """The address of the form of a new row that a day offers."""
    days = browser.get(url).context["page"]["calendar"]["days"]
    return str(next(one["create_url"] for one in days if one["key"] == day))


@WHOLE
def test_a_day_offers_a_new_row_with_the_day_filled_in(company: Company, anna: Browser) -> None:
    url = made_on(anna, "2026-11-25")
    anna.post(url, {"title": "Новая", "client": company.client.pk, "expected_date": "25.11.2026", "currency": "RUB"})

    assert 'value="25.11.2026"' in anna.get(url).content.decode()
    assert shown(anna) == {"2026-11-25": ["Новая"]}


@WHOLE
def test_a_custom_day_joins_the_form_that_it_is_named_to(company: Company, anna: Browser) -> None:
    custom.add(actor=SYSTEM, record="deals.deal", key="visit", label="Визит", kind="moment")
    url = made_on(anna, "2026-11-25", f"{MONTH}&by=x_visit")
    given = {"title": "Новая", "client": company.client.pk, "currency": "RUB", "x_visit": "25.11.2026 12:00"}
    anna.post(url, given)

    assert 'value="25.11.2026 10:00"' in anna.get(url).content.decode()
    assert Deal.objects.latest("pk").extra["x_visit"] == "2026-11-25T09:00:00Z"


@WHOLE
def test_a_day_that_the_form_does_not_ask_for_offers_nothing(company: Company, anna: Browser) -> None:
    assert made_on(anna, "2026-11-25", f"{MONTH}&by=created_at") == ""


@WHOLE
def test_every_form_asks_for_the_days_that_its_list_offers_to_fill(company: Company, client: Browser) -> None:
    access.set_role(actor=SYSTEM, code="seller", name="п", grants=[{"permission": "*", "reach": "all"}], hidden=[])
    client.force_login(company.anna)
    client.get("/deals/")
    offered = set()
    for made in lists.LISTS.values():
        request: Any = RequestFactory().get("/")
        request.actor = company.actor("anna")
        page = made(request=request)
        for key in calendar_days_of(page):
            answer = client.get(calendar_days.create_pattern(page, key).replace("{day}", "2030-05-07"))
            assert f'name="{key}"' in answer.content.decode(), (made.name(), key)
            offered.add(f"{made.record.name}.{key}")

    assert {"deals.deal.expected_date", "calendar.task.due_at"} <= offered


@WHOLE
def test_nobody_is_offered_what_they_may_not_make(company: Company, anna: Browser) -> None:
    looks = [{"permission": "deals.view", "reach": "own"}]
    access.set_role(actor=SYSTEM, code="seller", name="п", grants=looks, hidden=[])

    assert shown(anna) == {}
    assert made_on(anna, "2026-11-25") == ""


@pytest.mark.parametrize(
    ("day", "at", "start"),
    [
        ("2026-11-25", "2026-11-24T12:00", "2026-11-25T10:00"),
        ("2026-11-25", "2026-11-25T04:10", "2026-11-25T10:00"),
        ("2026-11-25", "2026-11-25T12:10", "2026-11-25T16:00"),
        ("2026-11-25", "2026-11-25T20:40", "2026-11-25T10:00"),
    ],
)
def test_a_new_moment_is_the_morning_or_the_next_hour_of_today(day: str, at: str, start: str) -> None:
    moment = Moment(dt.datetime.fromisoformat(f"{at}+00:00"), ZoneInfo("Europe/Moscow"))

    assert calendar_days.start_of(dt.date.fromisoformat(day), Field("", "", Kind.MOMENT), moment) == start


def test_rows_out_of_reach_are_neither_shown_nor_moved(company: Company, client: Browser) -> None:
    deal = planned(company, "Поставка", "2026-11-25")
    client.force_login(company.boris)

    assert shown(client) == {}
    assert shift(client, deal, "2026-11-27").status_code == 404


def test_a_hidden_day_makes_no_calendar(company: Company, anna: Browser) -> None:
    planned(company, "Поставка", "2026-11-25")
    grants = [{"permission": "*", "reach": "own"}]
    access.set_role(actor=SYSTEM, code="seller", name="п", grants=grants, hidden=["deals.deal.expected_date"])

    page = anna.get(MONTH).context["page"]

    assert "calendar" not in page
    assert "mode=calendar" not in [one["url"] for one in page["mode_links"]]
    assert shift(anna, Deal.objects.latest("pk"), "2026-11-27").status_code == 404


def test_a_view_keeps_how_rows_are_shown_but_not_when() -> None:
    given = {"mode": "calendar", "by": "expected_date", "span": "week", "day": "2026-11-22"}

    assert Address(given).lasting() == {"mode": "calendar", "by": "expected_date", "span": "week"}


def test_statements_of_a_calendar_do_not_grow(
    company: Company, anna: Browser, django_assert_max_num_queries: Any
) -> None:
    planned(company, "Поставка", "2026-11-25")
    anna.get(MONTH)
    with django_assert_max_num_queries(9) as few:
        anna.get(MONTH)
    for number in range(8):
        planned(company, f"№ {number}", f"2026-11-{number + 10}")
    with django_assert_max_num_queries(9) as many:
        anna.get(MONTH)
    assert len(few) == len(many)
