"""Whatever the rights, all doors show the same rows: list, card, count, search, picker, file and API."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client as Browser
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from okno.access import commands as access
from okno.access import queries
from okno.access.models import Department, User
from okno.areas.clients.models import Client, ClientMember, Contact
from okno.areas.deals import commands as deals
from okno.areas.deals.models import DealMember
from okno.kit import permissions
from okno.kit.permissions import SYSTEM, Actor, ReachKind
from okno.kit.registry import Record, registry
from okno.kit.rows import totals
from okno.kit.rows.columns import columns_for
from okno.kit.web.pages.export import rows_of
from okno.kit.web.pages.lists import list_of
from okno.kit.web.search import found_records
from tests.architecture.test_doors import signed_in
from tests.mechanisms.conftest import STAGES

WORD = "Ромашка"
API = {"clients.client": "clients", "clients.contact": "contacts", "deals.deal": "deals"}
RIGHTS = ["clients.view", "clients.*", "deals.view", "deals.update", "*"]
REACHES = [kind.value for kind in ReachKind if kind is not ReachKind.CONDITION]
MINE = {"field": "owner", "op": "eq", "value": {"me": True}}
CONDITIONS = [
    {"field": "city", "op": "eq", "value": "Тверь"},
    {"any": [MINE, {"not": {"field": "is_vip", "op": "eq", "value": True}}]},
    {"some": "contacts", "where": MINE},
    {"field": "x_gone", "op": "eq", "value": 1},
]
GRANTS = st.lists(st.tuples(st.sampled_from(RIGHTS), st.sampled_from(REACHES)), max_size=3, unique=True)


@pytest.fixture
def people(db: None) -> list[User]:
    """Three who work in a branch of departments and one who works in none; all have the one role that is tried."""
    root = access.add_department(actor=SYSTEM, name="Всё")
    branch = access.add_department(actor=SYSTEM, name="Опт", parent=root)
    access.set_role(actor=SYSTEM, code="tried", name="Роль", grants=[], hidden=[])
    found = []
    for number, place in enumerate([root, branch, branch, None]):
        user = access.add_user(actor=SYSTEM, email=f"u{number}@okno.test", name=f"u{number}", department=place)
        found.append(access.give_role(actor=SYSTEM, user=user, role="tried"))
    _fill(found)
    return found


def _fill(people: list[User]) -> None:
    """Clients of every owner and department, some shared; with contacts and deals of the same and of other people."""
    deals.set_scenario(actor=SYSTEM, code="b2b", name="B2B", stages=STAGES, is_default=True)
    number = 0
    for owner in [*people, None]:
        for place in [*Department.objects.order_by("id"), None]:
            number += 1
            city = ["Тверь", "", "Псков"][number % 3]
            own = {"owner": owner, "department": place}
            client = Client.objects.create(name=f"{WORD} {number}", city=city, is_vip=number % 2 == 0, **own)
            where = client if number % 2 else None
            Contact.objects.create(name=f"{WORD} Иван {number}", client=where, owner=people[number % 4])
            deal = deals.open_deal(actor=SYSTEM, title=f"{WORD} {number}", client=client, owner=people[number % 3])
            if number % 5 == 0:
                ClientMember.objects.create(client=client, user=people[3])
                DealMember.objects.create(deal=deal, user=people[1])


@pytest.mark.django_db
@settings(
    max_examples=6, phases=[Phase.generate], deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(who=st.integers(0, 3), grants=GRANTS, condition=st.none() | st.sampled_from(CONDITIONS))
def test_all_doors_show_the_same_rows(
    people: list[User], who: int, grants: list[tuple[str, str]], condition: dict[str, Any] | None
) -> None:
    told: list[dict[str, Any]] = [{"permission": name, "reach": reach} for name, reach in grants]
    told += [{"permission": "clients.view", "reach": "condition", "condition": condition}] if condition else []
    access.set_role(actor=SYSTEM, code="tried", name="Роль", grants=told, hidden=[])
    user = User.objects.get(pk=people[who].pk)
    actor, browser = queries.actor_of(user), signed_in(user)

    for name in API:
        record = registry.record(name)
        manager: Any = record.model._default_manager
        within = {row.pk for row in manager.all() if permissions.reaches(actor, row)}
        seen = {door: ask(actor, browser, record) for door, ask in DOORS.items()}
        assert {door: rows for door, rows in seen.items() if rows != within} == {}, (name, within)
        assert counted(actor, record) == len(within)


def listed(_actor: Actor, browser: Browser, record: Record) -> set[int]:
    """Rows of the list page."""
    base = record.url_of(1).removesuffix("1/")
    answer = browser.get(base, {"tab": "all"})
    return {int(one) for one in re.findall(r'data-id="(\d+)"', answer.content.decode())}


def opened(_actor: Actor, browser: Browser, record: Record) -> set[int]:
    """Rows whose cards open."""
    manager: Any = record.model._default_manager
    ids = manager.values_list("pk", flat=True)
    return {one for one in ids if browser.get(f"{record.url_of(one)}?part=head").status_code == 200}


def found(actor: Actor, _browser: Browser, record: Record) -> set[int]:
    """Rows that global search finds."""
    return {one["id"] for one in found_records(actor, WORD, most=100).get(record.name, [])}


def picked(_actor: Actor, browser: Browser, record: Record) -> set[int]:
    """Rows that a reference field finds, a page of them."""
    answer = browser.get(f"/pick/{record.name}/", {"q": WORD})
    return {int(one["value"]) for one in answer.json()} if answer.status_code == 200 else set()


def taken_out(actor: Actor, _browser: Browser, record: Record) -> set[int]:
    """Rows of a file."""
    selection = list_of(record.name).select(actor, {"tab": "all"})
    manager: Any = record.model._default_manager
    keys = manager.values_list("pk", record.fields[record.title].path)
    columns = columns_for(actor, record, [record.title])
    return {pk for pk, title in keys if [title] in list(rows_of(selection, columns))}


def told_by_the_api(_actor: Actor, browser: Browser, record: Record) -> set[int]:
    """Rows of the list of the API."""
    answer = browser.get(f"/api/v1/{API[record.name]}", {"limit": "100"})
    return {one["id"] for one in answer.json()["items"]} if answer.status_code == 200 else set()


def given_by_the_api(_actor: Actor, browser: Browser, record: Record) -> set[int]:
    """Rows that the API gives one by one."""
    ids = record.model._default_manager.values_list("pk", flat=True)
    return {one for one in ids if browser.get(f"/api/v1/{API[record.name]}/{one}").status_code == 200}


def counted(actor: Actor, record: Record) -> int:
    """How many rows the list says there are."""
    return totals.capped(list_of(record.name).select(actor, {"tab": "all"}).rows(narrow=True), ()).count


DOORS: dict[str, Callable[[Actor, Browser, Record], set[int]]] = {
    "list": listed,
    "card": opened,
    "search": found,
    "picker": picked,
    "file": taken_out,
    "list of the API": told_by_the_api,
    "API": given_by_the_api,
}
