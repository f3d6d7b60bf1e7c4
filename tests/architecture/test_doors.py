"""Every door refuses whoever has no business there: a stranger, and a person whose reach ends before the row."""

from __future__ import annotations

import asyncio
from collections.abc import MutableMapping
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth import get_user_model
from django.db.models import Model
from django.http import HttpResponse
from django.test import Client
from factory.base import Factory

from okno.config import rooms
from okno.kit.live import may_listen
from okno.kit.permissions import Actor
from okno.kit.registry import Record, registry
from tests.architecture.doors import COMMON, METHODS, PUBLIC, Door, Operation, operations, pages

REFUSED = {401, 403, 404, 405}
NOBODY = Actor(kind="person", name="Nobody", user_id=0)
RECORDS = sorted(registry.records.values(), key=lambda record: record.name)
PAGES = pages()
OPERATIONS = operations()

pytestmark = pytest.mark.django_db


def is_sent_to_sign_in(answer: HttpResponse) -> bool:
    return answer.status_code in {301, 302} and settings.LOGIN_URL in answer.get("Location", "")


def ask(client: Client, method: str, address: str) -> HttpResponse:
    return (
        getattr(client, method)(address, content_type="application/json")
        if "api" in address
        else _page(client, method, address)
    )


def _page(client: Client, method: str, address: str) -> HttpResponse:
    return getattr(client, method)(address)


def factories() -> dict[type[Model], Any]:
    """The factory of every model, from the tests of the houses."""
    found: dict[type[Model], Any] = {}
    for module in rooms.load("tests.factories"):
        for thing in vars(module).values():
            if isinstance(thing, type) and issubclass(thing, Factory) and thing._meta.model:
                found.setdefault(thing._meta.get_model_class(), thing)
    return found


@pytest.fixture
def stranger() -> Client:
    return Client()


@pytest.fixture
def roleless() -> Client:
    """A signed-in person without any role."""
    user = get_user_model().objects.create(email="nobody@example.com", name="Nobody")
    client = Client()
    client.force_login(user, backend=settings.AUTHENTICATION_BACKENDS[-1])
    return client


@pytest.fixture
def rows() -> dict[str, Model]:
    """One row of every record whose house has a factory for it."""
    known = factories()
    return {record.name: known[record.model]() for record in RECORDS if record.model in known}


def titles(rows: dict[str, Model]) -> set[str]:
    """What would betray a row if it stood on a page."""
    found = set()
    for name, row in rows.items():
        record = registry.record(name)
        value: Any = row
        for part in record.fields[record.title].path.split("__"):
            value = getattr(value, part, None)
        found.add(str(value))
    return {title for title in found if len(title) > 3}


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("door", PAGES, ids=lambda door: door.route or "home")
def test_page_refuses_a_stranger(door: Door, method: str, stranger: Client):
    if door.route in PUBLIC:
        pytest.skip(PUBLIC[door.route])
    answer = ask(stranger, method, door.example)
    assert is_sent_to_sign_in(answer) or answer.status_code in {401, 403, 405}, answer.status_code


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda one: f"{one.method} {one.path}")
def test_api_refuses_a_stranger(operation: Operation, stranger: Client):
    if operation.route in PUBLIC:
        pytest.skip(PUBLIC[operation.route])
    answer = ask(stranger, operation.method, operation.example)
    assert answer.status_code in {401, 403}


@pytest.mark.parametrize("door", PAGES, ids=lambda door: door.route or "home")
def test_page_tells_a_person_without_roles_nothing(door: Door, roleless: Client, rows: dict[str, Model]):
    answer = ask(roleless, "get", door.example)
    if answer.status_code in REFUSED | {301, 302}:
        return
    assert door.route in PUBLIC or door.route in COMMON, answer.status_code
    assert {title for title in titles(rows) if title in answer.content.decode(errors="replace")} == set()


@pytest.mark.parametrize("door", PAGES, ids=lambda door: door.route or "home")
def test_page_lets_a_person_without_roles_do_nothing(door: Door, roleless: Client):
    if door.route in PUBLIC or door.route in COMMON:
        pytest.skip(PUBLIC.get(door.route) or COMMON[door.route])
    answer = ask(roleless, "post", door.example)
    assert answer.status_code in REFUSED, answer.status_code


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda one: f"{one.method} {one.path}")
def test_api_lets_a_person_without_roles_do_nothing(operation: Operation, roleless: Client, rows: dict[str, Model]):
    if operation.route in PUBLIC:
        pytest.skip(PUBLIC[operation.route])
    answer = ask(roleless, operation.method, operation.example)
    assert answer.status_code in REFUSED
    assert {title for title in titles(rows) if title in answer.content.decode(errors="replace")} == set()


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: record.name)
def test_card_of_a_row_out_of_reach_is_not_found(record: Record, roleless: Client, rows: dict[str, Model]):
    if not record.url:
        pytest.skip("the record has no card")
    if record.name not in rows:
        pytest.skip("its house has no factory for it")
    answer = roleless.get(record.url_of(rows[record.name].pk))
    assert answer.status_code in {403, 404}


@pytest.mark.parametrize("narrow", [False, True], ids=["exists", "ids"])
@pytest.mark.parametrize("record", RECORDS, ids=lambda record: record.name)
def test_rows_of_a_record_are_closed_without_a_grant(record: Record, rows: dict[str, Model], *, narrow: bool):
    seen: Any = record.model._default_manager
    assert not seen.visible_to(NOBODY, narrow=narrow).exists()


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: record.name)
def test_live_topic_is_closed_without_a_grant(record: Record):
    assert may_listen(NOBODY, record.name) is False


def test_live_topic_that_is_no_record_is_closed():
    assert may_listen(NOBODY, "nothing.of_the_kind") is False


def test_live_stream_refuses_a_stranger():
    from okno.config.live import Hub

    told: list[MutableMapping[str, Any]] = []

    async def send(message: MutableMapping[str, Any]) -> None:
        told.append(message)

    async def receive() -> dict[str, Any]:
        return {"type": "http.disconnect"}

    asyncio.run(Hub()({"type": "http", "headers": [], "query_string": b""}, receive, send))
    assert told[0]["status"] == 401


@pytest.mark.parametrize(
    "panel", [one for panels in registry.panels.values() for one in panels], ids=lambda one: one.key
)
def test_panel_names_the_right_to_see_it(panel: Any):
    assert panel.permission


@pytest.mark.parametrize("item", registry.menu, ids=lambda one: one.url)
def test_menu_leads_to_a_door(item: Any):
    """A place in the menu that leads nowhere, or past a right, is a mistake of the manifest."""
    assert item.permission
    assert any(door.example.rstrip("/") == item.url.split("?")[0].rstrip("/") for door in PAGES)


def test_every_open_door_is_there():
    """A reason for a door that is gone would hide the next one of that name."""
    routes = {door.route for door in PAGES} | {one.route for one in OPERATIONS}
    assert {route for route in (*PUBLIC, *COMMON) if route not in routes} == set()
