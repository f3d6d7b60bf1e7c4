"""Rights are explained for rows of every record; looking with the eyes of another writes nothing at any door."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import resolve

from okno.access.models import Role, User
from okno.access.rules.shipped import shipped_roles
from okno.access.web import rights
from okno.kit.permissions import ReachKind, lacking
from okno.kit.registry import Record, registry
from tests.architecture.rows import row_of
from tests.architecture.test_doors import PAGES, RECORDS, signed_in, title_path

WITH_REACH = [record for record in RECORDS if hasattr(record.model, "reach")]
WRITING = re.compile(r'^\s*(?:insert\s+into|update|delete\s+from|copy)\s+"?(\w+)', re.IGNORECASE)
# The browser's own session, and the log of what was read.
KEPT_WHILE_LOOKING = {"django_session", "access_usersession", "access_reading"}


def ruler(name: str) -> User:
    """Somebody who may do everything."""
    role, _is_new = Role.objects.get_or_create(code="ruler", defaults={"name": "Ruler"})
    role.grants.get_or_create(permission="*", defaults={"reach": ReachKind.ALL})
    user = User.objects.create(email=f"{name}@example.com", name=name)
    role.people.add(user)
    return user


@pytest.mark.django_db
@pytest.mark.parametrize("record", WITH_REACH, ids=lambda record: record.name)
def test_every_record_says_why_a_row_is_seen_and_who_sees_it(record: Record):
    row = row_of(record.model, "owner", title_path(record))
    client, other = signed_in(ruler("Asking")), ruler("Other One")
    nobody = User.objects.create(email="nobody@example.com", name="Nobody At All")
    url = f"/why/{record.name}/{row.pk}/"

    asked = {who: client.get(f"{url}?who={who}") for who in ("", "all", other.pk, nobody.pk)}

    assert {answer.status_code for answer in asked.values()} == {200}
    everybody = asked["all"].content.decode().partition("<tbody>")[2]
    assert "Other One" in everybody
    assert "Nobody At All" not in everybody
    assert 'class="is-true"' in asked[other.pk].content.decode()
    assert 'class="is-true"' not in asked[nobody.pk].content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize("record", [one for one in WITH_REACH if one.url], ids=lambda record: record.name)
def test_every_page_of_a_row_has_the_door_to_its_reasons(record: Record):
    row = row_of(record.model, "owner", title_path(record))
    if hasattr(row, "record"):
        # A segment is one of clients, not of whatever word stands there.
        type(row)._base_manager.filter(pk=row.pk).update(record="clients.client")
    client, url = signed_in(ruler("Asking")), record.url_of(row.pk)

    page = client.get(url, follow=True).content.decode()

    doors = (f'"{url}?part=why"', f'"/why/{record.name}/{row.pk}/"')
    assert sum(door in page for door in doors) == 1


@pytest.mark.django_db
def test_reasons_are_told_to_those_who_reach_the_row():
    record = next(one for one in WITH_REACH if one.name == "clients.client")
    row = row_of(record.model, "owner", title_path(record))
    client = signed_in(User.objects.create(email="nobody@example.com", name="Nobody"))

    assert client.get(f"/why/{record.name}/{row.pk}/").status_code == 404


def test_every_right_is_told_in_words():
    """A house without records of its own is named in `rights.NAMES`."""
    # Tests have commands of their own.
    shipped = {name: one for name, one in registry.commands.items() if one.function.__module__.startswith("okno.")}
    areas = {name.partition(".")[0] for name, command in shipped.items() if str(command.label) != name}

    assert sorted(area for area in areas if rights.title_of(area) == area) == []


def test_every_command_is_told_in_words():
    """What people may give has a label; what the program does by itself is told in histories by `told_as`."""
    shipped = [one for one in registry.commands.values() if one.function.__module__.startswith("okno.")]

    assert [one.name for one in shipped if not str(one.told_as)] == []


def test_every_right_of_a_shipped_role_is_told_in_words():
    """The editor of roles shows them all."""
    given = {name for role in shipped_roles() for name, _reach in role.pairs}
    words = {name: rights.label_of(name) for name in given}

    assert {name: told for name, told in words.items() if name in told and name != "*"} == {}


def test_every_right_that_a_page_asks_for_is_told_in_words():
    """Whoever lacks it is refused by its name."""
    asked = {getattr(getattr(resolve(door.address).func, "view_class", None), "permission", "") for door in PAGES}
    asked |= {one.permission for one in registry.menu} | {one.permission for one in registry.create}
    asked |= {one.permission for one in registry.settings}
    words = {name: lacking(name).message for name in asked - {""}}

    assert {name: told for name, told in words.items() if name in told} == {}


def looking_parts() -> list[str]:
    """The parts of every page that are asked for without changing anything."""
    found = set()
    for door in PAGES:
        view = getattr(resolve(door.address).func, "view_class", None)
        for part in ("", *getattr(view, "parts", {})):
            found.add(f"{door.address}?part={part}" if part else door.address)
    return sorted(found)


@pytest.mark.django_db
def test_nothing_is_written_at_any_door_by_whoever_looks_with_the_eyes_of_another():
    for record in RECORDS:
        row_of(record.model, "owner", title_path(record))
    person = ruler("Person")
    client = signed_in(ruler("Looker"))
    client.post(f"/settings/users/{person.pk}/look/")

    written = {}
    for address in looking_parts():
        with CaptureQueriesContext(connection) as captured:
            client.get(address)
        tables = {found[1] for one in captured.captured_queries if (found := WRITING.match(one["sql"]))}
        if tables - KEPT_WHILE_LOOKING:
            written[address] = sorted(tables - KEPT_WHILE_LOOKING)

    assert written == {}
