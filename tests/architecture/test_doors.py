"""Every door refuses whoever has no business there: a stranger, and a person whose reach ends before the row."""

from __future__ import annotations

import asyncio
from collections.abc import MutableMapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.conf import settings
from django.db.models import Model
from django.test import Client, override_settings
from ninja import NinjaAPI, Router

from okno.access.models import Role, User
from okno.config.api import api
from okno.config.live import Hub
from okno.kit.live import may_listen
from okno.kit.models import CommandRun
from okno.kit.permissions import Actor, ReachKind, reach_of
from okno.kit.registry import Record, registry
from tests.architecture.doors import (
    COMMON,
    LOOKING_MAY,
    OUT_OF_REACH,
    PUBLIC,
    Door,
    open_to,
    operations,
    pages,
    refuses_a_stranger,
)
from tests.architecture.rows import row_of
from tests.architecture.toy_doors import forbidden, numbered

TOY = "tests.architecture.toy_doors"
# Enough to know who asks; the house's own middleware would close the toy's open doors.
TOY_MIDDLEWARE = [
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
]
NOBODY = Actor(kind="person", name="Nobody", user_id=0)
# Tests of other houses may put records of their own on the shelf.
OURS = [record for record in registry.records.values() if record.model.__module__.startswith("okno.")]
RECORDS = sorted((one for one in OURS if ".tests." not in one.model.__module__), key=lambda record: record.name)
# Cards that somebody may have no business with.
WITH_CARDS = [record for record in RECORDS if record.url and not reach_of(record.model).everyone]
PAGES = pages()
OPERATIONS = operations(api)
CLOSED = [door for door in (*PAGES, *OPERATIONS) if door.route not in PUBLIC]
ACTING = [door for door in CLOSED if door.method != "get" and door.route not in LOOKING_MAY]


@pytest.fixture
def stranger(db: None) -> Client:
    return Client(raise_request_exception=False)


def signed_in(user: User) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(user, backend=settings.AUTHENTICATION_BACKENDS[-1])
    return client


@pytest.fixture
def roleless(db: None) -> Client:
    """A signed-in person without any role."""
    return signed_in(User.objects.create(email="nobody@example.com", name="Nobody"))


@pytest.fixture
def newcomer(db: None) -> Client:
    """A signed-in person who may do everything with what is theirs, and nothing is theirs yet."""
    user = User.objects.create(email="newcomer@example.com", name="Newcomer")
    role = Role.objects.create(code="newcomer", name="Newcomer")
    role.grants.create(permission="*", reach=ReachKind.OWN)
    role.people.add(user)
    return signed_in(user)


@pytest.fixture
def rows(db: None) -> dict[str, Model]:
    """One row of every record; whose it is, nobody of these tests knows."""
    return {record.name: row_of(record.model, "owner", title_path(record)) for record in RECORDS}


def title_path(record: Record) -> str:
    return record.fields[record.title].path


def titles(rows: dict[str, Model]) -> set[str]:
    """
    What would betray a row if it stood on a page; short words stand there by chance, and rows that are for
    everyone betray nothing.
    """
    found = set()
    for name, row in rows.items():
        record = registry.record(name)
        if reach_of(record.model).everyone:
            continue
        value: Any = row
        for part in title_path(record).split("__"):
            value = getattr(value, part, None)
        found.add(str(value))
    return {title for title in found if len(title) > 5}


@pytest.mark.parametrize("door", CLOSED, ids=str)
def test_door_refuses_a_stranger(door: Door, stranger: Client):
    assert refuses_a_stranger(door, stranger)


def test_pages_tell_a_person_without_roles_nothing(roleless: Client, rows: dict[str, Model]):
    assert open_to(PAGES, roleless, titles(rows), PUBLIC | COMMON) == []


def test_api_tells_a_person_without_roles_nothing(roleless: Client, rows: dict[str, Model]):
    assert open_to(OPERATIONS, roleless, titles(rows), PUBLIC | COMMON) == []


def test_doors_tell_a_newcomer_nothing_of_others(newcomer: Client, rows: dict[str, Model]):
    looking = [door for door in (*PAGES, *OPERATIONS) if door.method == "get"]
    allowed = {door.route: "whatever it shows is the newcomer's own" for door in looking}
    assert open_to(looking, newcomer, titles(rows), allowed) == []


@pytest.mark.parametrize("record", WITH_CARDS, ids=lambda record: record.name)
def test_card_of_a_row_out_of_reach_is_not_found(record: Record, newcomer: Client, rows: dict[str, Model]):
    answer = newcomer.get(record.url_of(rows[record.name].pk))
    assert answer.status_code == 404


@pytest.mark.usefixtures("rows")
@pytest.mark.parametrize("is_narrow", [False, True], ids=["exists", "ids"])
@pytest.mark.parametrize("record", RECORDS, ids=lambda record: record.name)
def test_rows_of_a_record_are_closed_without_a_grant(record: Record, *, is_narrow: bool):
    seen: Any = record.model._default_manager
    assert not seen.visible_to(NOBODY, narrow=is_narrow).exists()


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: record.name)
def test_live_topic_is_closed_without_a_grant(record: Record):
    assert may_listen(NOBODY, record.name) is False


def test_live_topic_that_is_no_record_is_closed():
    assert may_listen(NOBODY, "nothing.of_the_kind") is False


@pytest.mark.django_db
def test_live_stream_refuses_a_stranger():
    told: list[MutableMapping[str, Any]] = []

    async def send(message: MutableMapping[str, Any]) -> None:
        told.append(message)

    async def receive() -> dict[str, Any]:
        return {"type": "http.disconnect"}

    asking = Hub()({"type": "http", "headers": [], "query_string": b""}, receive, send)
    # In a thread of its own: a browser test of the same run keeps a loop in this one.
    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, asking).result()
    assert told[0]["status"] == 401


def test_panels_name_the_right_to_see_them():
    assert [panel.key for panels in registry.panels.values() for panel in panels if not panel.permission] == []


def test_menu_leads_to_doors():
    """A place in the menu that leads nowhere, or past a right, is a mistake of the manifest."""
    known = {door.address.rstrip("/") for door in PAGES}
    lost = [item.url for item in registry.menu if item.url.split("?")[0].rstrip("/") not in known]
    assert lost == []
    assert [item.url for item in registry.menu if not item.permission] == []


def test_cards_of_records_are_doors():
    known = {door.address for door in PAGES}
    assert [record.url for record in RECORDS if record.url and record.url_of(1) not in known] == []


def test_reasons_are_for_doors_that_are_there():
    """A reason for a door that is gone would hide the next one of that name."""
    routes = {door.route for door in (*PAGES, *OPERATIONS)}
    assert {*PUBLIC, *COMMON} - routes == set()


def test_pages_finds_every_shape_of_address():
    assert {door.address for door in pages(TOY)} == {
        "/closed/1/",
        "/forbidden/",
        "/rooms/open/x/",
        "/old/x/",
        "/broken/",
    }


def test_operations_finds_hidden_ones_too():
    toy, router = NinjaAPI(urls_namespace="toy"), Router()
    router.get("/deals/{deal_id}")(numbered)
    router.post("/deals", include_in_schema=False)(forbidden)
    toy.add_router("", router)
    assert [str(door) for door in operations(toy)] == ["POST /api/v1/deals", "GET /api/v1/deals/<int:deal_id>"]


@pytest.mark.urls(TOY)
@override_settings(MIDDLEWARE=TOY_MIDDLEWARE)
def test_refuses_a_stranger_tells_open_doors_from_closed_ones(stranger: Client):
    refusing = {door.address for door in pages(TOY) if refuses_a_stranger(door, stranger)}
    assert refusing == {"/closed/1/", "/forbidden/"}


@pytest.mark.urls(TOY)
@override_settings(MIDDLEWARE=TOY_MIDDLEWARE)
def test_open_to_tells_what_lets_in_and_what_leaks(roleless: Client):
    looking = [door for door in pages(TOY) if door.method == "get"]
    assert open_to(looking, roleless, {"Ромашка"}, {"old/<code>/": "a test"}) == [
        "GET /broken/ answers 500",
        "GET /closed/<int:row_id>/ tells ['Ромашка']",
        "GET /rooms/open/<slug:code>/ answers 200",
    ]


@pytest.fixture
def looking(db: None) -> Client:
    """An administrator who looks with the eyes of another one: whatever they may do, they may not do it so."""
    role = Role.objects.create(code="ruler", name="Ruler")
    role.grants.create(permission="*", reach=ReachKind.ALL)
    looker, person = (User.objects.create(email=f"{name}@example.com", name=name) for name in ("looker", "person"))
    role.people.add(looker, person)
    client = signed_in(looker)
    client.post(f"/settings/users/{person.pk}/look/")
    return client


@pytest.mark.parametrize("door", ACTING, ids=str)
def test_whoever_looks_with_the_eyes_of_another_does_nothing(looking: Client, door: Door):
    runs = CommandRun.objects.count()

    answer = door.ask(looking)

    assert answer.status_code in OUT_OF_REACH
    assert CommandRun.objects.count() == runs


@pytest.mark.parametrize("door", [door for door in PAGES if door.method == "get"], ids=str)
def test_whoever_looks_with_the_eyes_of_another_runs_no_command_by_looking(looking: Client, door: Door):
    runs = CommandRun.objects.count()

    answer = door.ask(looking)

    assert answer.status_code < 500
    assert CommandRun.objects.count() == runs
