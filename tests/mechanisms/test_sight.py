"""What a filter may tell of linked and related rows out of reach: their name, and nothing else."""

from __future__ import annotations

import json
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
from okno.kit import conditions, explaining, permissions
from okno.kit.permissions import SYSTEM, Actor
from tests.mechanisms.conftest import Company

CITY = {"field": "client.city", "op": "eq", "value": "Тверь"}


@pytest.fixture
def foreign(company: Company) -> Deal:
    """Boris's deal with a client of Anna's, who is in Tver and has a contact."""
    Client.objects.filter(pk=company.client.pk).update(city="Тверь")
    clients.add_contact(actor=SYSTEM, name="Лидия", client=company.client)
    return deals.open_deal(actor=SYSTEM, title="Общая", client=company.client, owner=company.boris)


def found(actor: Actor, raw: dict[str, Any]) -> list[Deal]:
    """The deals that an actor's filter finds, after both evaluators have agreed on them."""
    tree, context = conditions.parse(raw), permissions.condition_context(actor)
    assert conditions.problems(tree, DEAL) == []
    rows = Deal.objects.visible_to(actor).order_by("id")
    in_sql = list(rows.filter(conditions.to_q(tree, DEAL, context)))
    assert in_sql == [row for row in rows if conditions.matches(tree, DEAL, row, context)]
    return in_sql


@pytest.mark.parametrize(
    "leaf",
    [
        CITY,
        {"field": "client.city", "op": "ne", "value": "Псков"},
        {"field": "client.city", "op": "not_empty"},
        {"field": "client.owner.name", "op": "contains", "value": "anna"},
        {"count": "client.contacts", "op": "ge", "value": 1},
        {"some": "client.contacts", "where": {"field": "name", "op": "starts", "value": "Л"}},
        {"not": {"none": "client.contacts"}},
    ],
)
def test_filter_learns_nothing_of_a_client_out_of_reach(company: Company, foreign: Deal, leaf: dict[str, Any]) -> None:
    assert found(company.actor("boris"), leaf) == []
    assert foreign in found(company.actor("head"), leaf)


def test_name_of_a_linked_client_is_shown_and_found_whatever_the_reach(company: Company, foreign: Deal) -> None:
    by_name = {"field": "client.name", "op": "contains", "value": "ромашка"}
    by_link = {"field": "client", "op": "eq", "value": company.client.pk}

    assert found(company.actor("boris"), by_name) == found(company.actor("boris"), by_link) == [foreign]


@pytest.mark.urls("tests.mechanisms.deal_api")
def test_list_of_the_api_learns_nothing_of_a_client_out_of_reach(company: Company, foreign: Deal) -> None:
    def asked(who: str) -> list[str]:
        token = access.issue_token(actor=SYSTEM, user=getattr(company, who), name="test", scopes=[])
        headers = {"Authorization": f"Bearer {token}"}
        answer = Browser(headers=headers).get("/api/deals", {"where": json.dumps(CITY)})
        return [one["title"] for one in answer.json()["items"]]

    assert asked("boris") == []
    assert foreign.title in asked("head")


def test_condition_of_a_grant_holds_whatever_its_owner_may_see(company: Company, foreign: Deal) -> None:
    grants = [{"permission": "deals.view", "reach": "condition", "condition": CITY}]
    access.set_role(actor=SYSTEM, code="tver", name="Тверь", grants=grants, hidden=[])
    access.set_roles(actor=SYSTEM, user=company.boris, roles=["tver"])
    actor = company.actor("boris")

    assert foreign in Deal.objects.visible_to(actor)
    assert permissions.reaches(actor, foreign)
    told = explaining.explained(actor, foreign, "deals.view", viewer=SYSTEM)
    assert [one.holds for one in told.reasons] == [True]
    assert not Client.objects.visible_to(actor).exists()


def test_conditions_of_the_system_see_all_rows(company: Company, foreign: Deal) -> None:
    assert foreign in found(SYSTEM, CITY)
    tree = conditions.parse({"some": "contacts"})
    context = permissions.condition_context(SYSTEM)
    assert list(Client.objects.filter(conditions.to_q(tree, CLIENT, context))) == [company.client]
