"""What a change of rights would do, counted before it is made, equals what it does."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter
from dataclasses import replace

import pytest
from django.test import Client as Browser
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from okno.access import commands, queries
from okno.access.models import Department, Role, RoleGrant, User
from okno.access.queries.impact import Side
from okno.areas.clients.models import Client, ClientMember, Contact
from okno.kit import permissions
from okno.kit.errors import Denied
from okno.kit.permissions import SYSTEM, Grant, ReachKind

pytestmark = pytest.mark.django_db

REACHES = ("own", "participants", "department", "subtree", "all")
TVER = {"field": "city", "op": "eq", "value": "Тверь"}
NAMES = st.sampled_from(["clients.view", "clients.update", "clients.*", "*"])
PLAIN = st.builds(lambda name, reach: {"permission": name, "reach": reach}, NAMES, st.sampled_from(REACHES))
BY_CITY = st.just({"permission": "clients.view", "reach": "condition", "condition": TVER})
FIELDS = ("clients.client.inn", "clients.client.phone", "clients.client.site")
VEILS = st.dictionaries(st.sampled_from(FIELDS), st.sampled_from(["hidden", "masked"]))
GRANTS = st.lists(PLAIN | BY_CITY, max_size=3, unique_by=lambda one: (one["permission"], one["reach"]))


@pytest.fixture
def rows(cast):
    for number, owner in enumerate([cast.anna, cast.anna, cast.boris, cast.head, cast.director, None]):
        place = [cast.team, cast.sales, None][number % 3]
        city = ["Тверь", "Псков"][number % 2]
        client = Client.objects.create(name=f"Клиент {number}", owner=owner, department=place, city=city)
        Contact.objects.create(name=f"Контакт {number}", client=client)
        if number % 2:
            ClientMember.objects.create(client=client, user=[cast.boris, cast.anna][number % 4 == 1], level="view")
    return cast


def split(veils: dict[str, str]) -> dict[str, list[str]]:
    """Fields as a role holds them."""
    return {how: [name for name, one in veils.items() if one == how] for how in ("hidden", "masked")}


def seen(user: User, model) -> set[int]:
    user.refresh_from_db()
    return set(model.objects.visible_to(queries.actor_of(user)).values_list("pk", flat=True))


def test_impact_counts_people_and_rows_with_samples(rows):
    draft = queries.Draft("seller", "Продавец", [{"permission": "*", "reach": "all"}], [])

    found = queries.impact_of(queries.people_of_role(draft), reader=SYSTEM)

    line = next(one for one in found.lines if one.record == "clients.client" and not one.is_change)
    assert (found.people, line.gained.people, line.gained.rows, line.lost.rows) == (2, 2, 6, 0)
    assert {one["name"]: one["rows"] for one in line.gained.by_person} == {rows.anna.name: 4, rows.boris.name: 5}
    assert line.gained.samples[0]["url"].startswith("/clients/")


def test_impact_names_only_rows_that_whoever_asks_may_see(rows):
    people = queries.people_of_role(queries.Draft("seller", "П", [{"permission": "*", "reach": "all"}], []))
    nobody = replace(rows.actor("anna"), grants=(Grant("access.set_role", ReachKind.ALL),))
    title = replace(SYSTEM, hidden=frozenset({"clients.client.name"}))

    by_reader = [queries.impact_of(people, reader=one) for one in (rows.actor("anna"), nobody, title)]

    own, none, untitled = (next(one for one in found.lines if one.record == "clients.client") for found in by_reader)
    assert {one["title"] for one in own.gained.samples} == {"Клиент 0", "Клиент 1"}
    assert none.gained.samples == []
    assert {one["title"] for one in untitled.gained.samples}.isdisjoint(f"Клиент {number}" for number in range(6))
    assert {one.gained.rows for one in (own, none, untitled)} == {6}


def test_the_page_says_why_there_are_no_examples(rows, client: Browser):
    grants = [{"permission": "access.*", "reach": "all"}]
    commands.set_role(actor=SYSTEM, code="keeper", name="Права", grants=grants, hidden=[])
    commands.set_roles(actor=SYSTEM, user=rows.head, roles=["keeper"])
    client.force_login(rows.head)
    role = Role.objects.get(code="seller")

    told = client.post(f"/settings/roles/{role.pk}/?part=impact", {"reach:clients.view": "all"}).content.decode()

    assert "Клиенты, 6" in told
    assert "вам самим эти записи не видны" in told
    assert "Клиент 3" not in told


def test_nobody_counts_rows_by_a_field_that_is_closed_to_them(rows, client: Browser):
    by_inn = {"field": "inn", "op": "eq", "value": "7707083893"}
    grants = [{"permission": "*", "reach": "all"}]
    commands.set_role(actor=SYSTEM, code="keeper", name="Права", grants=grants, hidden=["clients.client.inn"])
    commands.set_roles(actor=SYSTEM, user=rows.head, roles=["keeper"])
    client.force_login(rows.head)
    role, name = Role.objects.get(code="seller"), "where:clients.view"
    sent = {
        f"{name}~kind": "all",
        f"{name}~0~kind": "raw",
        f"{name}~0~raw": json.dumps(by_inn),
    }

    told = [client.post(f"/settings/roles/{role.pk}/{part}", sent) for part in ("?part=impact", "")]

    assert [one.status_code for one in told] == [403, 403]
    assert not RoleGrant.objects.filter(role=role, reach="condition").exists()
    with pytest.raises(Denied):
        commands.watch_rows(actor=rows.actor("head"), name="г", record="clients.client", condition=by_inn)
    commands.watch_rows(actor=SYSTEM, name="г", record="clients.client", condition=by_inn)
    kept = queries.watches().get()
    commands.watch_rows(actor=rows.actor("head"), name="Иначе", record=kept.record, condition=by_inn, watch_id=kept.pk)


def test_impact_tells_rights_and_fields(rows):
    grants = [{"permission": "clients.view", "reach": "own"}]
    draft = queries.Draft("seller", "П", grants, ["clients.client.inn"])
    found = queries.impact_of(queries.people_of_role(draft), reader=SYSTEM)

    assert found.rights_lost["clients.update"] == 2
    assert found.fields_hidden == {"clients.client.inn": 2}
    assert not found.rights_gained


def test_impact_of_membership_and_department(rows):
    given_up = queries.impact_of(queries.people_of_roles(rows.anna, []), reader=SYSTEM)
    moved = queries.impact_of(queries.people_of_move(rows.head, rows.team.pk), reader=SYSTEM)

    lines = {(one.record, one.is_change): one for one in given_up.lines}
    assert lines["clients.client", False].lost.rows == 2
    assert next(one for one in moved.lines if one.record == "clients.client").lost.rows == 2


def test_impact_of_a_department_put_elsewhere_equals_what_happens(rows):
    other = commands.add_department(actor=SYSTEM, name="Архив")
    commands.update_user(actor=SYSTEM, user=rows.boris, values={}, department=other)
    commands.set_roles(actor=SYSTEM, user=rows.boris, roles=["head"])
    people = [rows.head, rows.boris]
    before = {one.pk: seen(one, Client) for one in people}

    found = queries.impact_of(queries.people_of_tree(rows.team, other.pk), reader=SYSTEM)
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
    queries.impact_of(queries.people_of_role(queries.Draft("seller", "П", [], [])), reader=SYSTEM)

    assert rows.actor("anna").grants == before.grants


def reached(user: User) -> dict[tuple[str, bool], set[int]]:
    """The rows that somebody may look at and change, by record."""
    user.refresh_from_db()
    actor = queries.actor_of(user)
    return {
        (record, is_change): set(model.objects.visible_to(actor, right).values_list("pk", flat=True))
        for record, model in (("clients.client", Client), ("clients.contact", Contact))
        for is_change, right in ((False, "clients.view"), (True, permissions.change_permission(model)))
    }


def state_of(user: User, name: str) -> str:
    """How somebody sees a field in a plain row: it is all that a card would show of it."""
    user.refresh_from_db()
    actor = queries.actor_of(user)
    record, _dot, key = name.rpartition(".")
    if actor.sees_field(record, key):
        return "open"
    if name in actor.veils:
        return "guarded"
    return "masked" if actor.masks_field(record, key) else "hidden"


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(grants=GRANTS, before=GRANTS, veils=VEILS, veiled=VEILS, second=GRANTS, guarded=st.booleans())
def test_impact_equals_what_happens(rows, *, grants, before, veils, veiled, second, guarded):
    people = [rows.anna, rows.boris]
    commands.set_role(actor=SYSTEM, code="seller", name="П", grants=before, **split(veiled))
    commands.set_role(actor=SYSTEM, code="second", name="В", grants=second, **split(dict.fromkeys(FIELDS, "hidden")))
    commands.give_role(actor=SYSTEM, user=rows.boris, role="second")
    if guarded:
        commands.watch_rows(actor=SYSTEM, name="г", record="clients.client", condition=TVER, hidden=["site"])
    was = {one.pk: reached(one) for one in people}
    states = {one.pk: {name: state_of(one, name) for name in FIELDS} for one in people}
    draft = queries.Draft("seller", "П", grants, **split(veils))

    found = queries.impact_of(queries.people_of_role(draft), reader=SYSTEM)
    commands.set_role(actor=SYSTEM, code="seller", name="П", grants=grants, **split(veils))

    will = {one.pk: reached(one) for one in people}
    lines = {(one.record, one.is_change): one for one in found.lines}
    for asked in was[rows.anna.pk]:
        for side, gains in (("gained", True), ("lost", False)):
            moved = {
                one.pk: will[one.pk][asked] - was[one.pk][asked] if gains else was[one.pk][asked] - will[one.pk][asked]
                for one in people
            }
            told = getattr(lines[asked], side) if asked in lines else Side()
            assert {one["id"]: one["rows"] for one in told.by_person} == {
                who: len(ids) for who, ids in moved.items() if ids
            }
            assert (told.people, told.rows) == (sum(map(bool, moved.values())), len(set().union(*moved.values())))
    changes = Counter(
        (name, old, new)
        for one in people
        for name in FIELDS
        if (old := states[one.pk][name]) != (new := state_of(one, name))
    )
    for name in FIELDS:
        opened = sum(count for (key, _old, new), count in changes.items() if key == name and new == "open")
        opened_twin = found.fields_opened.get(name, 0) + found.fields_opened.get(f"{name}?", 0)
        assert opened_twin >= opened
        for new, told in (("hidden", found.fields_hidden), ("masked", found.fields_masked)):
            expected = sum(count for (key, _old, to), count in changes.items() if key == name and to == new)
            assert told.get(name, 0) == expected


def test_roles_of_a_person_are_saved_after_their_consequences_were_seen(cast, client: Browser):
    client.force_login(cast.director)
    url = f"/settings/users/{cast.anna.pk}/roles/"
    Client.objects.create(name="Ромашка", owner=cast.boris)

    told = client.post(url, {"roles": ["seller", "director"]}).content.decode()

    assert "1 человек" in told or "1 person" in told
    assert list(cast.anna.roles.values_list("code", flat=True)) == ["seller"]
    client.post(url, {"roles": ["seller", "director"], "seen": "=director,seller"})
    assert set(cast.anna.roles.values_list("code", flat=True)) == {"director", "seller"}


def test_the_right_to_change_is_known_to_a_process_that_serves_no_pages() -> None:
    """A worker counts large changes of roles: records name their commands in the API, which it has not loaded."""
    asked = (
        "import django; django.setup()\n"
        "from okno.areas.clients.models import Contact\n"
        "from okno.kit import permissions\n"
        "print(permissions.change_permission(Contact))"
    )
    environ = os.environ | {"DJANGO_SETTINGS_MODULE": "okno.config.settings"}
    done = subprocess.run([sys.executable, "-c", asked], env=environ, capture_output=True, text=True, check=True)

    assert done.stdout.split()[-1] == "clients.update_contact"
