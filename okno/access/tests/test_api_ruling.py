"""People, departments, networks, guards and settings over the API, for those who set them and nobody else."""

from __future__ import annotations

import json

import pytest
from django.test import Client as Browser

from okno.access import commands as access
from okno.access.models import Department, OfficeNetwork, SensitiveRows, User
from okno.kit.permissions import SYSTEM

V1 = "/api/v1"


def script(user: User, *scopes: str) -> Browser:
    token = access.issue_token(actor=SYSTEM, user=user, name="script", scopes=list(scopes))
    return Browser(headers={"Authorization": f"Bearer {token}"})


def send(browser: Browser, method: str, path: str, body: object = None):
    return getattr(browser, method)(f"{V1}{path}", json.dumps(body), content_type="application/json")


@pytest.fixture
def director(cast) -> Browser:
    return script(cast.director)


def test_a_department_is_added_moved_and_deleted(cast, director):
    made = send(director, "post", "/departments", {"name": "Склад", "parent": cast.sales.pk}).json()["id"]
    send(director, "put", f"/departments/{made}", {"name": "Центральный склад", "head": cast.anna.pk})
    told = {one["id"]: one for one in director.get(f"{V1}/departments").json()}

    assert told[made] == {"id": made, "name": "Центральный склад", "parent": None, "head": cast.anna.pk, "people": 0}
    assert told[cast.team.pk]["people"] > 0
    assert send(director, "delete", f"/departments/{cast.team.pk}").json()["code"] == "access.department_busy"
    assert send(director, "delete", f"/departments/{made}").status_code == 200
    assert not Department.objects.filter(pk=made).exists()


def test_a_person_is_added_and_changed_and_what_is_not_named_stays(cast, director):
    body = {"email": "new@example.com", "name": "Новая", "post": "Кладовщик", "department": cast.team.pk}
    made = send(director, "post", "/users", body)
    row = made.json()["id"]

    changed = send(director, "patch", f"/users/{row}", {"name": "Новая Анна"})

    user = User.objects.get(pk=row)
    assert (made.status_code, changed.status_code) == (201, 200)
    assert (user.name, user.post, user.department_id) == ("Новая Анна", "Кладовщик", cast.team.pk)
    assert not user.has_usable_password()
    assert send(director, "post", "/users", body).json()["code"] == "access.email_taken"
    assert send(director, "patch", f"/users/{row}", {"network": "moon"}).status_code == 422


def test_networks_of_the_office_are_set_as_a_whole(director):
    send(director, "put", "/office-networks", {"networks": [{"cidr": "192.168.1.0/24", "name": "Офис"}]})
    wrong = send(director, "put", "/office-networks", {"networks": [{"cidr": "office"}]})

    assert wrong.json()["code"] == "access.bad_network"
    assert [one.cidr for one in OfficeNetwork.objects.all()] == ["192.168.1.0/24"]
    assert director.get(f"{V1}/office-networks").json() == [{"cidr": "192.168.1.0/24", "name": "Офис"}]


def test_a_guard_is_set_changed_and_ended(director):
    body = {"name": "VIP", "record": "clients.client", "masked": ["phone"]}
    made = send(director, "post", "/guards", body)
    row = f"/guards/{made.json()['id']}"
    changed = send(director, "put", row, {**body, "masked": [], "hidden": ["phone"]}).json()

    assert (made.status_code, changed["hidden"], changed["masked"]) == (201, ["phone"], [])
    assert [one["name"] for one in director.get(f"{V1}/guards").json()] == ["VIP"]
    assert send(director, "post", "/guards", {**body, "masked": ["nope"]}).status_code == 422
    assert send(director, "delete", row).status_code == 200
    assert not SensitiveRows.objects.exists()


def test_settings_are_read_tried_brought_and_taken_back(director):
    send(director, "post", "/guards", {"name": "VIP", "record": "clients.client"})
    settings = director.get(f"{V1}/settings", {"kind": "access.watches"}).json()
    [kind] = settings["settings"]
    settings["settings"][kind] = {}

    tried = send(director, "put", "/settings", {**settings, "drops": True, "is_trial": True}).json()
    still = SensitiveRows.objects.count()
    brought = send(director, "put", "/settings", {**settings, "drops": True}).json()
    gone = SensitiveRows.objects.count()
    back = send(director, "post", f"/settings/{brought['run']}/take-back")

    assert (tried["run"], len(tried["parts"]), still) == (None, 1, 1)
    assert (brought["parts"], gone, back.status_code) == (tried["parts"], 0, 200)
    assert SensitiveRows.objects.count() == 1
    assert send(director, "put", "/settings", {**settings, "format": "other"}).json()["code"] == "settings.no_file"


def test_none_of_it_is_open_to_others(cast, director):
    seller, reader = script(cast.anna, "deals.*"), script(cast.director, "access.view")
    for path in ("/departments", "/office-networks", "/guards", "/settings"):
        assert {one.get(f"{V1}{path}").status_code for one in (seller, reader)} == {403}
    assert send(reader, "post", "/departments", {"name": "Склад"}).status_code == 403
    assert send(reader, "patch", f"/users/{cast.anna.pk}", {"name": "Никто"}).status_code == 403
    assert send(reader, "post", "/troubles/retry", {"kind": "job", "name": "x"}).status_code == 403
