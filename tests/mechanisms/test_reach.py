"""Who reaches which rows: the two SQL shapes, the Python form and the explanation always agree."""

from __future__ import annotations

import pytest
from django.db.models import Model
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from okno.access import commands as access
from okno.access.models import Department, User
from okno.areas.clients.models import Client, ClientMember, Contact
from okno.areas.deals import commands as deals
from okno.areas.deals.models import Deal, DealMember
from okno.kit import explaining, permissions
from okno.kit.permissions import SYSTEM, Actor, Grant, ReachKind
from tests.mechanisms.conftest import STAGES

REACHES = st.sampled_from([kind for kind in ReachKind if kind is not ReachKind.CONDITION])
CONDITIONS = st.sampled_from(
    [
        {"field": "status", "op": "eq", "value": "prospect"},
        {"any": [{"field": "city", "op": "eq", "value": "Тверь"}, {"field": "is_vip", "op": "eq", "value": True}]},
        {"not": {"field": "city", "op": "empty"}},
        {"field": "removed", "op": "eq", "value": 1},
    ]
)
GRANTS = st.lists(st.tuples(st.sampled_from(["clients.view", "clients.*", "deals.view", "*"]), REACHES), max_size=3)


@pytest.fixture
def world(db: None) -> list[User]:
    """Three departments, four people, clients and deals in every combination of owner, department and member."""
    root = access.add_department(actor=SYSTEM, name="Всё")
    left = access.add_department(actor=SYSTEM, name="Лево", parent=root)
    access.add_department(actor=SYSTEM, name="Право", parent=root)
    people = [
        access.add_user(actor=SYSTEM, email=f"u{n}@okno.test", name=f"u{n}", department=place)
        for n, place in enumerate([root, left, left, None])
    ]
    deals.set_scenario(actor=SYSTEM, code="b2b", name="B2B", stages=STAGES, is_default=True)
    for number, owner in enumerate([*people, None]):
        for place in [*Department.objects.order_by("id"), None]:
            client = Client.objects.create(
                name=f"Клиент {number}",
                owner=owner,
                department=place,
                is_vip=bool(number % 2),
                city=["Тверь", "", "Псков"][number % 3],
                status=["prospect", "regular"][number % 2],
            )
            Contact.objects.create(name="Иванов", client=client if number % 2 else None, owner=owner)
            deal = deals.open_deal(actor=SYSTEM, title="Сделка", client=client, owner=owner)
            if number == 1:
                ClientMember.objects.create(client=client, user=people[3])
                DealMember.objects.create(deal=deal, user=people[3])
    return people


def actor_of(user: User, grants: list[Grant]) -> Actor:
    subtree = tuple(
        row.pk for row in Department.objects.all() if user.department_id and f"/{user.department_id}/" in row.path
    )
    return Actor("person", user.name, user.pk, user.department_id, subtree, tuple(grants))


def why(actor: Actor, row: Model) -> explaining.Explained:
    return explaining.explained(actor, row, permissions.view_permission(type(row)), viewer=SYSTEM)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(who=st.integers(0, 3), grants=GRANTS, condition=st.none() | CONDITIONS)
def test_all_forms_agree(
    world: list[User], who: int, grants: list[tuple[str, ReachKind]], condition: dict | None
) -> None:
    given_grants = [Grant(name, reach, source="роль") for name, reach in grants]
    if condition:
        given_grants.append(Grant("clients.view", ReachKind.CONDITION, condition, "роль"))
    actor = actor_of(world[who], given_grants)

    for model in (Client, Contact, Deal):
        wide = set(model.objects.visible_to(actor).values_list("pk", flat=True))
        narrow = set(model.objects.visible_to(actor, narrow=True).values_list("pk", flat=True))
        python = {row.pk for row in model.objects.all() if permissions.reaches(actor, row)}
        explained = {row.pk for row in model.objects.all() if why(actor, row).holds}
        assert wide == narrow == python == explained


def test_no_row_comes_twice_for_somebody_who_reaches_it_twice(world: list[User]) -> None:
    actor = actor_of(world[1], [Grant("*", ReachKind.DEPARTMENT), Grant("clients.view", ReachKind.SUBTREE)])

    rows = list(Client.objects.visible_to(actor).values_list("pk", flat=True))

    assert len(rows) == len(set(rows)) > 0


def test_an_explanation_names_the_role_and_the_reason(world: list[User]) -> None:
    actor = actor_of(world[1], [Grant("clients.view", ReachKind.OWN, source="Продавец")])
    mine, foreign = Client.objects.filter(owner=world[1])[0], Client.objects.filter(owner=world[0])[0]

    assert [(one.holds, one.source) for one in why(actor, mine).reasons] == [(True, "Продавец")]
    assert [one.holds for one in why(actor, foreign).reasons] == [False]


def test_without_a_grant_nothing_is_seen(world: list[User]) -> None:
    assert not Client.objects.visible_to(actor_of(world[0], [])).exists()
