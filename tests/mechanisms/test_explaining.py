"""Explanations agree with reach, tell the facts behind it, and nothing that their reader may not see."""

from __future__ import annotations

from dataclasses import replace

from django.test import Client as Browser
from hypothesis import HealthCheck, given, settings

from okno.access import commands as access
from okno.access.models import User
from okno.areas.clients.models import Client, Contact
from okno.areas.deals.models import Deal
from okno.kit import explaining, permissions
from okno.kit.permissions import SYSTEM, Grant, ReachKind
from tests.mechanisms.conftest import Company
from tests.mechanisms.test_reach import CONDITIONS, GRANTS, actor_of, world

__all__ = ["world"]
WHY = "?part=why"


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(grants=GRANTS, condition=CONDITIONS)
def test_explanations_hold_exactly_where_rows_are_reached(world: list[User], grants: list, condition: dict) -> None:
    given_grants = [Grant(name, reach, source="роль") for name, reach in grants]
    given_grants.append(Grant("clients.view", ReachKind.CONDITION, condition, "роль"))
    actor = actor_of(world[1], given_grants)

    for model in (Client, Contact, Deal):
        right = permissions.view_permission(model)
        reached = set(model.objects.visible_to(actor).values_list("pk", flat=True))
        rows = model.objects.all()
        told = {row.pk for row in rows if explaining.explained(actor, row, right, viewer=SYSTEM).holds}
        assert told == reached


def test_reasons_tell_the_facts_and_what_would_have_to_change(company: Company) -> None:
    told = explaining.explained(company.actor("boris"), company.client, "clients.view", viewer=company.actor("head"))

    assert not told.holds
    assert "anna" in told.reasons[0].fact
    assert told.reasons[0].hint
    assert told.reasons[0].source == "Продавец"


def test_inherited_reach_is_told_through_its_parent(company: Company) -> None:
    contact = Contact.objects.create(name="Лидия", client=company.client)
    told = explaining.explained(company.actor("anna"), contact, "clients.view", viewer=company.actor("head"))

    inherited = next(one for one in told.reasons if one.parts)
    assert inherited.holds
    # A name with quotes stands within other ones.
    assert "«ООО „Ромашка“»" in inherited.words
    assert any(one.holds for one in inherited.parts)


def test_parent_out_of_reach_of_the_reader_is_not_named(company: Company) -> None:
    deal = company.deal
    Deal.objects.filter(pk=deal.pk).update(owner=company.boris)
    deal.refresh_from_db()
    boris = company.actor("boris")

    told = explaining.explained(boris, deal, "deals.view", viewer=boris)

    assert told.holds
    assert company.client.name not in repr(told)


def test_everybody_who_reaches_a_row_is_listed(company: Company) -> None:
    found = dict(explaining.who_reaches(company.client, "clients.view", viewer=company.actor("head")))

    assert set(found) == {"anna", "head"}


def test_others_are_asked_about_with_a_right_only(company: Company, client: Browser) -> None:
    url = f"/clients/{company.client.pk}/{WHY}"
    client.force_login(company.anna)
    assert client.get(url).status_code == 200
    for who in (company.boris.pk, "all"):
        assert client.get(f"{url}&who={who}").status_code == 403
    assert client.get(f"{url}&right=nothing").status_code == 404

    access.set_role(
        actor=SYSTEM, code="ask", name="ask", grants=[{"permission": "access.explain", "reach": "all"}], hidden=[]
    )
    access.give_role(actor=SYSTEM, user=company.anna, role="ask")
    told = client.get(f"{url}&who={company.boris.pk}")

    assert told.context["holds"] is False
    assert [one["name"] for one in client.get(f"{url}&who=all").context["everybody"]] == ["anna", "head"]


def condition_on(field: str, value: object) -> Grant:
    return Grant("clients.view", ReachKind.CONDITION, {"field": field, "op": "eq", "value": value}, "роль")


def test_ids_in_a_condition_are_told_by_names(company: Company) -> None:
    grant = condition_on("owner", company.anna.pk)
    boris = replace(company.actor("boris"), grants=(grant,))

    told = explaining.explained(boris, company.client, "clients.view", viewer=company.actor("head")).reasons[0]

    assert company.anna.name in told.words
    assert str(company.anna.pk) not in told.words


def test_rows_named_by_a_condition_are_told_to_those_who_see_them(company: Company) -> None:
    grant = Grant("deals.view", ReachKind.CONDITION, {"field": "client", "op": "eq", "value": company.client.pk}, "р")
    deal = company.deal
    boris = replace(company.actor("boris"), grants=(grant,))

    told = {
        who: explaining.explained(boris, deal, "deals.view", viewer=viewer).reasons[0].words
        for who, viewer in (("head", company.actor("head")), ("boris", boris))
    }

    assert company.client.name in told["head"]
    assert company.client.name not in told["boris"]
    assert "не видна" in told["boris"]


def test_me_in_a_condition_is_the_colleague_it_is_about(company: Company) -> None:
    boris = replace(company.actor("boris"), grants=(condition_on("owner", {"me": True}),))

    told = explaining.explained(boris, company.client, "clients.view", viewer=company.actor("head")).reasons[0]
    own = explaining.explained(boris, company.client, "clients.view", viewer=boris).reasons[0]

    assert (boris.name in told.words, boris.name in own.words) == (True, False)


def test_title_of_a_parent_that_is_hidden_from_the_reader_is_not_told(company: Company) -> None:
    contact = Contact.objects.create(name="Лидия", client=company.client)
    reader = replace(company.actor("head"), hidden=frozenset({"clients.client.name"}))

    told = explaining.explained(company.actor("anna"), contact, "clients.view", viewer=reader)

    assert any(one.parts for one in told.reasons)
    assert company.client.name not in repr(told)
