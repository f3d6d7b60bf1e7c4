"""Pages of rights: how many statements each asks, however much there is to show."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client as Browser

from okno.access import commands as access
from okno.access import queries
from okno.access.models import Reading, Role
from okno.access.tests.cast import Cast
from okno.areas.clients.models import Client, ClientMember
from okno.kit.permissions import SYSTEM
from okno.kit.testing.query_counts import check_few, statements

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


@pytest.fixture
def ruler(cast: Cast, client: Browser) -> Browser:
    client.force_login(cast.director)
    return client


@pytest.fixture
def many(cast: Cast) -> Client:
    """Twenty people with a role, a client that they share, and a log of some length."""
    mine = {"field": "owner", "op": "eq", "value": {"me": True}}
    grants = [
        {"permission": "clients.*", "reach": "participants"},
        {"permission": "deals.view", "reach": "condition", "condition": mine},
    ]
    access.set_role(actor=SYSTEM, code="many", name="Многие", grants=grants, hidden=["clients.client.inn"])
    row = Client.objects.create(name="Ромашка", owner=cast.anna)
    for number in range(20):
        user = access.add_user(actor=SYSTEM, email=f"u{number}@okno.test", name=f"Человек {number}")
        access.give_role(actor=SYSTEM, user=user, role="many")
        ClientMember.objects.create(client=row, user=user)
        Reading.objects.create(
            kind="card", user_id=user.pk, user_name=user.name, record="clients.client", row_id=row.pk
        )
    for number in range(5):
        condition = {"field": "city", "op": "eq", "value": f"Город {number}"}
        access.watch_rows(actor=SYSTEM, name=str(number), record="clients.client", condition=condition, hidden=["inn"])
    return row


def asked(browser: Browser, url: str, sent: dict[str, Any] | None = None) -> list[str]:
    """The statements of a page that was opened before, as it is in a working process."""

    def ask() -> None:
        answer = browser.get(url, headers=HTMX) if sent is None else browser.post(url, sent, headers=HTMX)
        assert answer.status_code in {200, 422}

    ask()
    return statements(ask)


def test_editor_of_a_role_asks_few_statements(ruler: Browser, many: Client) -> None:
    role = Role.objects.get(code="many")

    check_few(asked(ruler, "/settings/roles/"))
    check_few(asked(ruler, f"/settings/roles/{role.pk}/"))
    check_few(asked(ruler, f"/settings/roles/{role.pk}/?part=where&right=clients.view"))


def test_impact_asks_as_many_statements_for_those_whose_reach_is_the_same(ruler: Browser, many: Client) -> None:
    """Each person is counted by themselves; those whose rights stay ask for nothing but themselves."""
    role = Role.objects.get(code="many")
    sent = {"name": "Многие", "reach:clients.*": "participants", "where:deals.view~kind": "all"}

    assert len(asked(ruler, f"/settings/roles/{role.pk}/?part=impact", sent)) <= 20 * 12 + 20


def test_why_and_who_sees_ask_few_statements(ruler: Browser, cast: Cast, many: Client) -> None:
    why = f"/clients/{many.pk}/?part=why"

    check_few(asked(ruler, why))
    check_few(asked(ruler, f"{why}&who={cast.anna.pk}"))
    # Two for each who might see it: who they are, and whether they take part.
    check_few(asked(ruler, f"{why}&who=all"), 3 * len(queries.people_by_name()) + 12)


def test_pages_seen_with_the_eyes_of_another_ask_one_statement_more(ruler: Browser, cast: Cast, many: Client) -> None:
    own = len(asked(ruler, "/clients/"))
    ruler.post(f"/settings/users/{cast.anna.pk}/look/")

    assert len(asked(ruler, "/clients/")) <= own + 2


def test_access_log_asks_few_statements(ruler: Browser, many: Client) -> None:
    # One for each of the five guards: how many rows it holds now.
    check_few(asked(ruler, "/settings/readings/"), 12 + 5)
    check_few(asked(ruler, "/settings/readings/watch/?record=clients.client"))


def test_settings_as_a_file_ask_few_statements(ruler: Browser, many: Client) -> None:
    text = ruler.get("/settings/file/?part=file").content

    def compare() -> None:
        ruler.post("/settings/file/?part=compare", {"file": SimpleUploadedFile("s.json", text)})

    check_few(asked(ruler, "/settings/file/"))
    assert json.loads(text)["settings"]["access.roles"]["many"]
    assert len(statements(compare)) <= 3 * len(queries.kinds()) + 10
