"""Cards of what is set elsewhere, in 1C or in the settings: people fill in the fields they have added, nothing else."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client as Browser

from okno.access import commands as access
from okno.access.models import User
from okno.areas.catalog.models import Warehouse
from okno.areas.documents.models import Organisation
from okno.kit.changing import edits
from okno.kit.fields import custom
from okno.kit.permissions import SYSTEM
from okno.kit.registry import registry

pytestmark = pytest.mark.usefixtures("fields_of_this_test")


CARDS: dict[str, tuple[Any, str]] = {
    "catalog.warehouse": (Warehouse, "/warehouses/"),
    "documents.organisation": (Organisation, "/organisations/"),
    "access.user": (User, "/settings/users/"),
}


@pytest.fixture(params=CARDS)
def row(request, cast, client: Browser):
    custom.add(actor=SYSTEM, record=request.param, key="floor", label="Этаж", kind="text")
    client.force_login(cast.director)
    model, where = CARDS[request.param]
    made = model.objects.create(name="Основной")
    return made, f"{where}{made.pk}/"


def test_a_custom_field_is_filled_in_on_the_card(row, client: Browser):
    made, url = row
    answer = client.post(f"{url}?part=field&name=x_floor", {"x_floor": "Второй", "version": "1"})
    made.refresh_from_db()

    assert (answer.status_code, made.extra) == (200, {"x_floor": "Второй"})
    assert "Второй" in client.get(url).content.decode()


def test_a_group_change_offers_custom_fields_alone(row, client: Browser):
    made, _url = row
    record = registry.record_of(type(made))

    assert list(edits.editable(SYSTEM, record)) == ["x_floor"]


def test_what_came_from_elsewhere_is_not_edited_there(row, client: Browser):
    made, url = row
    answer = client.post(f"{url}?part=field&name=name", {"name": "Другой", "version": "1"})
    made.refresh_from_db()

    assert (answer.status_code, made.name) == (404, "Основной")


def test_the_api_fills_in_a_person_beside_what_is_known_of_them(cast):
    custom.add(actor=SYSTEM, record="access.user", key="floor", label="Этаж", kind="text")
    token = access.issue_token(actor=SYSTEM, user=cast.director, name="test", scopes=[])
    script = Browser(headers={"Authorization": f"Bearer {token}"})

    answer = script.patch(
        f"/api/v1/users/{cast.anna.pk}", {"post": "Старший", "x_floor": "Второй"}, content_type="application/json"
    )
    cast.anna.refresh_from_db()

    assert answer.status_code == 200, answer.content.decode()
    assert (cast.anna.post, cast.anna.extra) == ("Старший", {"x_floor": "Второй"})
