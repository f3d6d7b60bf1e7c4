"""The client base over HTTP."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client as Browser

from okno.access import commands as access
from okno.access.tests.cast import Cast
from okno.areas.clients.models import Client
from okno.kit.permissions import SYSTEM


class Script:
    """Somebody with a token."""

    def __init__(self, user: Any) -> None:
        self.browser = Browser()
        self.token = access.issue_token(actor=SYSTEM, user=user, name="test", scopes=[])

    def send(self, method: str, url: str, body: Any = None, **headers: str) -> Any:
        """Ask with the token."""
        ask = getattr(self.browser, method)
        headers = {"Authorization": f"Bearer {self.token}", **headers}
        return ask(url, body or {}, content_type="application/json", headers=headers)


@pytest.fixture
def script(cast: Cast) -> Script:
    return Script(cast.director)


def test_client_is_made_and_changed(script: Script) -> None:
    made = script.send("post", "/api/v1/clients", {"name": "ООО «Луч»", "phone": "8 921 000-00-07"})
    url = f"/api/v1/clients/{made.json()['id']}"
    changed = script.send("patch", url, {"city": "Тула", "version": made.json()["version"]})

    assert (made.status_code, made.json()["phone"]) == (201, "+7 921 000-00-07")
    assert (changed.status_code, changed.json()["city"]) == (200, "Тула")


def test_a_repeated_key_makes_no_second_client(script: Script) -> None:
    for _time in range(2):
        script.send("post", "/api/v1/clients", {"name": "ООО «Луч»"}, **{"Idempotency-Key": "one"})

    assert Client.objects.count() == 1


def test_a_wrong_inn_is_a_problem(script: Script) -> None:
    answer = script.send("post", "/api/v1/clients", {"name": "ООО «Луч»", "inn": "7707083894"})

    assert answer.status_code == 422
    assert "ИНН" in answer.json()["message"]


def test_contacts_and_legal_entities_belong_to_their_client(script: Script) -> None:
    client_id = script.send("post", "/api/v1/clients", {"name": "ООО «Луч»"}).json()["id"]
    contact = script.send("post", "/api/v1/contacts", {"name": "Пётр", "client": client_id}).json()
    said = {"name": "ООО «Луч»", "client": client_id, "values": {"inn": "7707083893"}}
    entity = script.send("post", "/api/v1/legal-entities", said).json()

    assert contact["client"] == {"id": client_id, "title": "ООО «Луч»"}
    assert (entity["client"]["id"], entity["inn"]) == (client_id, "7707083893")
