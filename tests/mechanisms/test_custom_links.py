"""Custom links are walked like any others: in conditions, in both of their forms, in expressions and formulas."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client as Browser

from okno.access import commands as access
from okno.areas.clients import commands as clients
from okno.areas.clients.models import Client
from okno.areas.clients.record import CLIENT
from okno.areas.deals import commands as deals
from okno.areas.deals.models import Deal
from okno.areas.deals.record import DEAL
from okno.kit import conditions, jobs
from okno.kit.changing import edits
from okno.kit.errors import Denied
from okno.kit.fields import custom
from okno.kit.models.registry import JobRun
from okno.kit.openness import hidden_keys
from okno.kit.permissions import SYSTEM, condition_context
from tests.mechanisms.conftest import Company

pytestmark = pytest.mark.usefixtures("transactional_db", "fields_of_this_test")


@pytest.fixture
def partner(company: Company) -> Client:
    """A client of Boris's in Perm with 4 stores, whom Anna's deal names as its partner."""
    custom.add(actor=SYSTEM, record="deals.deal", key="partner", label="Партнёр", kind="link", link="clients.client")
    custom.add(actor=SYSTEM, record="clients.client", key="stores", label="Складов", kind="integer")
    custom.add(actor=SYSTEM, record="clients.client", key="head", label="Головной", kind="link", link="clients.client")
    made = clients.add(actor=SYSTEM, name="Партнёр-Пермь", owner=company.boris)
    clients.update(actor=SYSTEM, client=made, values={"city": "Пермь", "x_stores": 4, "x_head": company.client.pk})
    deals.update(actor=SYSTEM, deal=company.deal, values={"x_partner": made.pk})
    company.deal.refresh_from_db()
    deals.open_deal(actor=SYSTEM, title="Без партнёра", client=company.client, owner=company.anna)
    made.refresh_from_db()
    return made


def held(tree: dict[str, Any], actor: Any = SYSTEM) -> list[str]:
    """Titles of the deals that hold a condition, by SQL; the form in memory has to say the same."""
    parsed, context = conditions.parse(tree), condition_context(actor)
    assert conditions.problems(parsed, DEAL) == []
    found = list(Deal.objects.filter(conditions.to_q(parsed, DEAL, context)).order_by("pk"))
    assert found == [one for one in Deal.objects.order_by("pk") if conditions.matches(parsed, DEAL, one, context)]
    return [one.title for one in found]


@pytest.mark.parametrize(
    ("field", "op", "value", "is_held"),
    [
        ("x_partner.city", "eq", "пермь", True),
        ("x_partner.city", "ne", "Пермь", False),
        ("x_partner.city", "ne", "Казань", True),
        ("x_partner.city", "contains", "ерм", True),
        ("x_partner.city", "not_empty", None, True),
        ("x_partner.x_stores", "gt", 3, True),
        ("x_partner.x_stores", "between", [1, 3], False),
        ("x_partner.name", "starts", "Партнёр", True),
        ("x_partner.owner.name", "eq", "boris", True),
        ("x_partner.x_head.name", "contains", "пермь", False),
    ],
)
def test_a_condition_goes_through_a_custom_link(
    company: Company, partner: Client, field: str, op: str, value: Any, *, is_held: bool
) -> None:
    tree = {"field": field, "op": op} if value is None else {"field": field, "op": op, "value": value}

    assert (company.deal.title in held(tree)) is is_held


def test_what_has_no_link_has_nothing_behind_it(company: Company, partner: Client) -> None:
    assert held({"field": "x_partner.city", "op": "empty"}) == ["Без партнёра"]
    assert held({"not": {"field": "x_partner.city", "op": "eq", "value": "Пермь"}}) == ["Без партнёра"]


def test_a_field_behind_a_custom_link_is_compared_with_another_field(company: Company, partner: Client) -> None:
    clients.update(actor=SYSTEM, client=company.client, values={"city": "Пермь"})

    assert held({"field": "client.city", "op": "eq", "value": {"field": "x_partner.city"}}) == [company.deal.title]


def test_a_custom_link_of_a_linked_row_is_walked_as_well(company: Company, partner: Client) -> None:
    clients.update(actor=SYSTEM, client=company.client, values={"x_head": partner.pk})

    tree = {"field": "client.x_head.city", "op": "eq", "value": "Пермь"}
    assert held(tree) == [company.deal.title, "Без партнёра"]


def test_rows_out_of_sight_are_empty_behind_a_custom_link(company: Company, partner: Client) -> None:
    anna, head = company.actor("anna"), company.actor("head")
    by_city = {"field": "x_partner.city", "op": "eq", "value": "Пермь"}
    by_name = {"field": "x_partner.name", "op": "contains", "value": "Пермь"}

    assert (held(by_city, anna), held(by_city, head)) == ([], [company.deal.title])
    assert held(by_name, anna) == [company.deal.title]


@pytest.mark.parametrize("reach", ["own", "participants", "subtree"])
def test_rows_within_reach_are_read_with_what_their_custom_links_lead_to(
    company: Company, partner: Client, client: Browser, reach: str
) -> None:
    grants = [{"permission": "*", "reach": reach}]
    access.set_role(actor=SYSTEM, code="seller", name="seller", grants=grants, hidden=[])
    client.force_login(company.anna)

    answers = [client.get(f"/api/v1/deals{row}") for row in ("", f"/{company.deal.pk}")]

    told = [answers[0].json()["items"], [answers[1].json()]]
    for items in told:
        (deal,) = (one for one in items if one["id"] == company.deal.pk)
        assert deal["x_partner"] == {"id": partner.pk, "title": partner.name}


def test_behind_a_custom_link_a_field_is_closed_where_it_is_closed(company: Company, partner: Client) -> None:
    is_vip = {"field": "is_vip", "op": "eq", "value": True}
    access.watch_rows(actor=SYSTEM, name="VIP", record="clients.client", condition=is_vip, hidden=["city"])
    by_city = {"field": "x_partner.city", "op": "eq", "value": "Пермь"}
    is_known = {"field": "x_partner.city", "op": "not_empty"}

    before = held(by_city, company.actor("head"))
    clients.update(actor=SYSTEM, client=partner, values={"is_vip": True})
    head = company.actor("head")

    assert before == [company.deal.title]
    assert (held(by_city, head), held(is_known, head), held(by_city)) == ([], [], before)


def test_a_formula_through_a_custom_link_follows_the_linked_row(company: Company, partner: Client) -> None:
    settings = {"formula": "x_partner.x_stores * 10 + or_zero(x_partner.x_head.x_stores)"}
    custom.add(actor=SYSTEM, record="deals.deal", key="f", label="Ф", kind="formula", settings=settings)
    jobs.do_work(JobRun.objects.latest("id").pk)
    first = Deal.objects.get(pk=company.deal.pk).extra["x_f"]

    clients.update(actor=SYSTEM, client=partner, values={"x_stores": 7})
    second = Deal.objects.get(pk=company.deal.pk).extra["x_f"]
    clients.update(actor=SYSTEM, client=company.client, values={"x_stores": 2})

    assert (first, second, Deal.objects.get(pk=company.deal.pk).extra["x_f"]) == (40, 70, 72)


LINKED = "linked_deals_deal_x_partner"


def clients_held(tree: dict[str, Any], actor: Any = SYSTEM) -> list[str]:
    """Names of the clients that hold a condition, by SQL; the form in memory has to say the same."""
    parsed, context = conditions.parse(tree), condition_context(actor)
    assert conditions.problems(parsed, CLIENT) == []
    found = list(Client.objects.filter(conditions.to_q(parsed, CLIENT, context)).order_by("pk"))
    assert found == [one for one in Client.objects.order_by("pk") if conditions.matches(parsed, CLIENT, one, context)]
    return [one.name for one in found]


@pytest.mark.parametrize(
    ("tree", "is_held"),
    [
        ({"some": LINKED, "where": {"all": []}}, True),
        ({"some": LINKED, "where": {"field": "title", "op": "eq", "value": "Поставка"}}, True),
        ({"some": LINKED, "where": {"field": "title", "op": "eq", "value": "Другая"}}, False),
        ({"none": LINKED, "where": {"all": []}}, False),
        ({"every": LINKED, "where": {"field": "title", "op": "eq", "value": "Поставка"}}, True),
        ({"count": LINKED, "where": {"all": []}, "op": "ge", "value": 1}, True),
        ({"count": LINKED, "where": {"all": []}, "op": "ge", "value": 2}, False),
    ],
)
def test_rows_that_link_here_by_a_custom_field_are_asked_of(
    company: Company, partner: Client, tree: dict[str, Any], *, is_held: bool
) -> None:
    assert (partner.name in clients_held(tree)) is is_held


def test_rows_that_link_here_are_told_by_the_name_of_the_field(company: Company, partner: Client) -> None:
    told = conditions.sentence(conditions.parse({"some": LINKED, "where": {"all": []}}), CLIENT)

    assert "Сделки: Партнёр" in told


def test_a_formula_counts_rows_that_link_here(company: Company, partner: Client) -> None:
    settings = {"formula": f"count({LINKED})"}
    custom.add(actor=SYSTEM, record="clients.client", key="n", label="Сколько", kind="formula", settings=settings)
    jobs.do_work(JobRun.objects.latest("id").pk)
    first = Client.objects.get(pk=partner.pk).extra["x_n"]

    deals.update(actor=SYSTEM, deal=company.deal, values={"x_partner": company.client.pk})

    assert (first, Client.objects.get(pk=partner.pk).extra["x_n"]) == (1, 0)
    assert Client.objects.get(pk=company.client.pk).extra["x_n"] == 1


def test_rows_that_link_here_by_a_hidden_field_are_not_asked_of(company: Company, partner: Client) -> None:
    hide("deals.deal.x_partner")
    condition = conditions.parse({"some": LINKED, "where": {"all": []}})

    assert list(hidden_keys(company.actor("anna"), CLIENT, condition)) == [LINKED]


def test_a_group_change_by_formula_looks_at_nothing_hidden(company: Company, partner: Client) -> None:
    hide("clients.client.city")

    for key in ("client.city", "x_partner.city"):
        with pytest.raises(Denied):
            edits.check(company.actor("anna"), DEAL, [edits.Edit("title", edits.How.FORMULA, key)])


def hide(field: str) -> None:
    """Hide a field from all sellers."""
    grants = [{"permission": "*", "reach": "all"}]
    access.set_role(actor=SYSTEM, code="seller", name="Продавец", grants=grants, hidden=[field])
