"""What names a merged row in conditions names the survivor afterwards, and the row again once it is parted."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from okno.access import commands as access
from okno.access.models import RoleGrant, SensitiveRows
from okno.areas.clients import commands as clients
from okno.areas.clients.models import Client
from okno.areas.deals import queries as deals
from okno.areas.leads.models import DistributionRule, LeadQueue
from okno.engines.segments.models import Segment
from okno.kit.conditions import keeping
from okno.kit.merging import mergeable
from okno.kit.models import PersonalView, SavedView
from okno.kit.models.registry import FieldLogic
from okno.kit.permissions import SYSTEM
from okno.kit.registry import registry
from tests.mechanisms.conftest import Company

pytestmark = pytest.mark.django_db


@pytest.fixture
def survivor(company: Company) -> Client:
    return clients.add(actor=SYSTEM, name="Другой", owner=company.anna)


def of(client: Client, field: str = "client") -> dict[str, Any]:
    return {"all": [{"field": field, "op": "in", "value": [client.pk]}]}


def view_of(tree: dict[str, Any]) -> dict[str, str]:
    return {"f": json.dumps(tree), "paint": json.dumps([{"colour": "red", "where": tree}]), "sort": "title"}


PLACES: dict[str, Callable[[dict[str, Any]], Any]] = {
    "rule": lambda tree: DistributionRule.objects.create(
        name="x", queue=LeadQueue.objects.create(name="x"), condition=tree
    ),
    "segment": lambda tree: Segment.objects.create(name="x", record="deals.deal", kind="dynamic", condition=tree),
    "guard": lambda tree: SensitiveRows.objects.create(name="x", record="deals.deal", condition=tree),
    "logic": lambda tree: FieldLogic.objects.create(record="deals.deal", field="amount", required=tree),
}


@pytest.mark.parametrize("place", PLACES)
def test_conditions_name_the_survivor_and_the_row_again_once_it_is_parted(
    company: Company, survivor: Client, place: str
) -> None:
    row = PLACES[place](of(company.client))
    column = "required" if place == "logic" else "condition"
    known = mergeable("clients.client")

    def told() -> Any:
        row.refresh_from_db()
        return getattr(row, column)

    known.merge(actor=SYSTEM, survivor=survivor, losers=[company.client])
    assert told() == of(survivor)
    known.unmerge(actor=SYSTEM, survivor=survivor, loser_id=company.client.pk)
    assert told() == of(company.client)


def test_views_name_the_survivor_in_filters_and_colours(company: Company, survivor: Client) -> None:
    shared = SavedView.objects.create(record="deals.deal", name="Наш", config=view_of(of(company.client)))
    own = PersonalView.objects.create(
        record="deals.deal", user_id=company.anna.pk, place="x", config=view_of(of(company.client))
    )
    known = mergeable("clients.client")

    known.merge(actor=SYSTEM, survivor=survivor, losers=[company.client])

    for view in (shared, own):
        view.refresh_from_db()
        assert json.loads(view.config["f"]) == of(survivor)
        assert json.loads(view.config["paint"])[0]["where"] == of(survivor)
        assert view.config["sort"] == "title"
    # Ticked by hand: conditions go back whatever else does.
    known.unmerge(actor=SYSTEM, survivor=survivor, loser_id=company.client.pk, back=[])
    shared.refresh_from_db()
    assert json.loads(shared.config["f"]) == of(company.client)


def test_a_condition_that_named_both_names_both_again(company: Company, survivor: Client) -> None:
    both = {"all": [{"field": "client", "op": "in", "value": [company.client.pk, survivor.pk]}]}
    segment = PLACES["segment"](both)
    known = mergeable("clients.client")

    known.merge(actor=SYSTEM, survivor=survivor, losers=[company.client])
    segment.refresh_from_db()
    assert segment.condition == of(survivor)
    known.unmerge(actor=SYSTEM, survivor=survivor, loser_id=company.client.pk)
    segment.refresh_from_db()

    assert segment.condition == both


def test_a_condition_changed_since_keeps_what_people_made_of_it(company: Company, survivor: Client) -> None:
    segment = PLACES["segment"](of(company.client))
    known = mergeable("clients.client")
    known.merge(actor=SYSTEM, survivor=survivor, losers=[company.client])
    more = {"field": "amount", "op": "gt", "value": survivor.pk}
    Segment.objects.filter(pk=segment.pk).update(condition={"all": [*of(survivor)["all"], more]})

    known.unmerge(actor=SYSTEM, survivor=survivor, loser_id=company.client.pk)

    segment.refresh_from_db()
    assert segment.condition == {"all": [*of(company.client)["all"], more]}


def test_a_grant_by_a_condition_follows_and_is_in_force_at_once(company: Company, survivor: Client) -> None:
    grants = [{"permission": "deals.view", "reach": "condition", "condition": of(company.client)}]
    access.set_role(actor=SYSTEM, code="one", name="Один клиент", grants=grants, hidden=[])
    access.set_roles(actor=SYSTEM, user=company.boris, roles=["one"])

    def seen() -> list[int]:
        return list(deals.deals(company.actor("boris")).values_list("pk", flat=True))

    assert seen() == [company.deal.pk]
    mergeable("clients.client").merge(actor=SYSTEM, survivor=survivor, losers=[company.client])

    assert RoleGrant.objects.get(role__code="one").condition == of(survivor)
    assert seen() == [company.deal.pk]


def test_links_are_followed_over_dots_and_related_rows_and_numbers_are_not_links() -> None:
    lead, client = registry.record("leads.lead"), registry.record("clients.client")
    tree = {
        "any": [
            {"field": "client", "op": "eq", "value": 5},
            {"field": "client", "op": "eq", "value": "5"},
            {"field": "text", "op": "eq", "value": "5"},
            {"not": {"field": "deal.client", "op": "in", "value": [5, 7]}},
            {"field": "gone", "op": "eq", "value": 5},
            {"field": "client", "op": "empty"},
        ]
    }
    nested = {"some": "contacts", "where": {"field": "client", "op": "eq", "value": 5}}

    assert keeping.with_other(tree, lead, "clients.client", 5, 7) == {
        "any": [
            {"field": "client", "op": "eq", "value": 7},
            {"field": "client", "op": "eq", "value": "7"},
            {"field": "text", "op": "eq", "value": "5"},
            {"not": {"field": "deal.client", "op": "in", "value": [7]}},
            {"field": "gone", "op": "eq", "value": 5},
            {"field": "client", "op": "empty"},
        ]
    }
    assert keeping.with_other(nested, client, "clients.client", 5, 7)["where"]["value"] == 7
