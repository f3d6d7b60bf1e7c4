"""What a change of rights would do, counted before it is made, equals what it does."""

from __future__ import annotations

import pytest
from django.test import Client as Browser
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from okno.access import commands, queries
from okno.access.models import Department, User
from okno.areas.clients.models import Client, Contact
from okno.kit.permissions import SYSTEM

pytestmark = pytest.mark.django_db

REACHES = ("own", "participants", "department", "subtree", "all")
TVER = {"field": "city", "op": "eq", "value": "Тверь"}
NAMES = st.sampled_from(["clients.view", "clients.update", "clients.*", "*"])
PLAIN = st.builds(lambda name, reach: {"permission": name, "reach": reach}, NAMES, st.sampled_from(REACHES))
BY_CITY = st.just({"permission": "clients.view", "reach": "condition", "condition": TVER})
GRANTS = st.lists(PLAIN | BY_CITY, max_size=3, unique_by=lambda one: (one["permission"], one["reach"]))


@pytest.fixture
def rows(cast):
    for number, owner in enumerate([cast.anna, cast.anna, cast.boris, cast.head, cast.director, None]):
        place = [cast.team, cast.sales, None][number % 3]
        city = ["Тверь", "Псков"][number % 2]
        client = Client.objects.create(name=f"Клиент {number}", owner=owner, department=place, city=city)
        Contact.objects.create(name=f"Контакт {number}", client=client)
    return cast


def seen(user: User, model) -> set[int]:
    user.refresh_from_db()
    return set(model.objects.visible_to(queries.actor_of(user)).values_list("pk", flat=True))


def test_impact_counts_people_and_rows_with_samples(rows):
    draft = queries.Draft("seller", "Продавец", [{"permission": "*", "reach": "all"}], [])

    found = queries.impact_of(queries.people_of_role(draft))

    line = next(one for one in found.lines if one.record == "clients.client" and not one.is_change)
    assert (found.people, line.gained.people, line.gained.rows, line.lost.rows) == (2, 2, 6, 0)
    assert {one["name"]: one["rows"] for one in line.gained.by_person} == {rows.anna.name: 4, rows.boris.name: 5}
    assert line.gained.samples[0]["url"].startswith("/clients/")


def test_impact_tells_rights_and_fields(rows):
    grants = [{"permission": "clients.view", "reach": "own"}]
    found = queries.impact_of(queries.people_of_role(queries.Draft("seller", "П", grants, ["clients.client.inn"])))

    assert found.rights_lost["clients.update"] == 2
    assert found.fields_hidden == {"clients.client.inn": 2}
    assert not found.rights_gained


def test_impact_of_membership_and_department(rows):
    given_up = queries.impact_of(queries.people_of_roles(rows.anna, []))
    moved = queries.impact_of(queries.people_of_move(rows.head, rows.team.pk))

    lines = {(one.record, one.is_change): one for one in given_up.lines}
    assert lines["clients.client", False].lost.rows == 2
    assert next(one for one in moved.lines if one.record == "clients.client").lost.rows == 2


def test_impact_of_a_department_put_elsewhere_equals_what_happens(rows):
    other = commands.add_department(actor=SYSTEM, name="Архив")
    commands.update_user(actor=SYSTEM, user=rows.boris, values={}, department=other)
    commands.set_roles(actor=SYSTEM, user=rows.boris, roles=["head"])
    people = [rows.head, rows.boris]
    before = {one.pk: seen(one, Client) for one in people}

    found = queries.impact_of(queries.people_of_tree(rows.team, other.pk))
    commands.change_department(actor=SYSTEM, department=rows.team, name=rows.team.name, parent=other)

    line = next(one for one in found.lines if one.record == "clients.client" and not one.is_change)
    for side, gains in ((line.gained, True), (line.lost, False)):
        told = {one["id"]: one["rows"] for one in side.by_person}
        happened = {one.pk: (seen(one, Client), before[one.pk]) for one in people}
        moved = {pk: len(new - old if gains else old - new) for pk, (new, old) in happened.items()}
        assert told == {pk: count for pk, count in moved.items() if count}
        assert told


@pytest.mark.parametrize(
    ("address", "sent"),
    [
        ("/settings/users/{head}/change/", {"name": "х", "email": "head@okno.test", "network": "any"}),
        ("/settings/departments/{team}/", {"name": "Опт"}),
    ],
)
def test_moves_are_saved_after_their_consequences_were_seen(rows, client: Browser, address, sent):
    client.force_login(rows.director)
    url = address.format(head=rows.head.pk, team=rows.team.pk)

    told = client.post(url, sent)

    assert told.status_code == 200
    assert "Клиенты" in told.content.decode()
    assert (User.objects.get(pk=rows.head.pk).department, Department.objects.get(pk=rows.team.pk).parent) == (
        rows.sales,
        rows.sales,
    )
    assert client.post(url, {**sent, "seen": "="}).status_code == 302


def test_impact_changes_nothing(rows):
    before = rows.actor("anna")
    queries.impact_of(queries.people_of_role(queries.Draft("seller", "П", [], [])))

    assert rows.actor("anna").grants == before.grants


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(grants=GRANTS)
def test_impact_equals_what_happens(rows, grants):
    people = [rows.anna, rows.boris]
    before = {(one.pk, model): seen(one, model) for one in people for model in (Client, Contact)}
    found = queries.impact_of(queries.people_of_role(queries.Draft("seller", "П", grants, [])))

    commands.set_role(actor=SYSTEM, code="seller", name="П", grants=grants, hidden=[])

    for model, record in ((Client, "clients.client"), (Contact, "clients.contact")):
        line = next((one for one in found.lines if one.record == record and not one.is_change), None)
        for gains in (True, False):
            side = (line.gained if gains else line.lost) if line else None
            told = {one["id"]: one["rows"] for one in side.by_person} if side else {}
            moved = {}
            for one in people:
                old, new = before[one.pk, model], seen(one, model)
                rows_moved = new - old if gains else old - new
                if rows_moved:
                    moved[one.pk] = rows_moved
            assert told == {who: len(ids) for who, ids in moved.items()}
            assert (side.rows if side else 0) == len(set().union(*moved.values()) if moved else ())


def test_roles_of_a_person_are_saved_after_their_consequences_were_seen(cast, client: Browser):
    client.force_login(cast.director)
    url = f"/settings/users/{cast.anna.pk}/roles/"
    Client.objects.create(name="Ромашка", owner=cast.boris)

    told = client.post(url, {"roles": ["seller", "director"]}).content.decode()

    assert "1 человек" in told or "1 person" in told
    assert list(cast.anna.roles.values_list("code", flat=True)) == ["seller"]
    client.post(url, {"roles": ["seller", "director"], "seen": "=director,seller"})
    assert set(cast.anna.roles.values_list("code", flat=True)) == {"director", "seller"}
