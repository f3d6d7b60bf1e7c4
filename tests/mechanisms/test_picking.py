"""Reference fields: picked lately first, made of a title alone, looked at without leaving; all within reach."""

from __future__ import annotations

import pytest
from django.test import Client as Browser

from okno.access import commands as access
from okno.access.queries import people_to_choose
from okno.areas.clients import commands as clients
from okno.areas.clients.models import Client
from okno.kit.permissions import SYSTEM
from okno.kit.web.picking import MAY_CREATE, has_preview

PICK = "/pick/clients.client/"


@pytest.fixture
def anna(company, client: Browser) -> Browser:
    client.force_login(company.anna)
    return client


def test_rows_picked_lately_stand_first(company, anna):
    other = clients.add(actor=company.actor("anna"), name="Альфа")
    for number in range(3):
        clients.add(actor=company.actor("anna"), name=f"Бета {number}")
    found = anna.get(PICK, {"q": "", "recent": f"{company.client.pk},{other.pk},99999999"}).json()
    assert [one["value"] for one in found[:2]] == [company.client.pk, other.pk]
    assert len({one["value"] for one in found}) == len(found) == 5


def test_row_out_of_reach_is_not_told_though_it_is_asked_for(company, client):
    client.force_login(company.boris)
    assert client.get(PICK, {"recent": str(company.client.pk)}).json() == []


def test_row_is_made_of_its_title_by_whoever_may(company, anna):
    assert anna.get(PICK, {"q": "Новая"}).headers[MAY_CREATE] == "1"
    made = anna.post(PICK, {"title": "Новая мебель"})
    assert made.status_code == 201
    assert Client.objects.get(pk=made.json()["value"]).owner == company.anna


def test_nothing_is_made_without_a_title_or_a_right(company, anna):
    assert anna.post(PICK, {"title": " "}, headers={"Accept": "application/json"}).status_code == 422
    assert MAY_CREATE not in anna.get("/pick/access.user/").headers
    assert anna.post("/pick/access.user/", {"title": "x"}).status_code == 404
    assert anna.post("/pick/deals.deal/", {"title": "Без клиента"}).status_code == 404


def test_look_leads_to_the_preview_of_a_card_only(company, anna):
    way = anna.get("/peek/", {"url": f"/deals/{company.deal.pk}/?list=x"})
    assert way.headers["Location"] == f"/deals/{company.deal.pk}/?part=preview"
    assert company.deal.title in anna.get(way.headers["Location"]).content.decode()
    for url in ("//evil.test/", "https://evil.test/", "/settings/", "/nowhere/", ""):
        assert anna.get("/peek/", {"url": url}).status_code == 204
    assert not has_preview("/deals/")


def test_favourites_stand_first_until_they_are_none(company, anna):
    access.give_role(actor=SYSTEM, user=company.anna, role=role_that_stars())
    other = clients.add(actor=company.actor("anna"), name="Яхта")
    clients.add(actor=company.actor("anna"), name="Альфа")

    marked = anna.post(f"{PICK}?part=star", {"id": other.pk}).json()
    offered = anna.get(PICK).json()
    ids = anna.get(f"{PICK}?part=stars").json()
    again = anna.post(f"{PICK}?part=star", {"id": other.pk}).json()

    assert (marked, again) == ({"star": True}, {"star": False})
    assert (offered[0]["value"], offered[0]["star"], ids) == (other.pk, True, [other.pk])
    assert "star" not in anna.get(PICK).json()[0]


def test_rows_out_of_reach_are_no_favourites(company, client):
    access.give_role(actor=SYSTEM, user=company.boris, role=role_that_stars())
    client.force_login(company.boris)

    assert client.post(f"{PICK}?part=star", {"id": company.client.pk}).status_code == 404
    assert client.get(f"{PICK}?part=stars").json() == []


def role_that_stars() -> str:
    grants = [{"permission": "saved_views.star", "reach": "all"}]
    access.set_role(actor=SYSTEM, code="stars", name="Звёзды", grants=grants, hidden=[])
    return "stars"


def test_people_called_alike_are_told_apart(company, anna):
    twin = access.add_user(actor=SYSTEM, email="anna.second@example.test", name=company.anna.name)

    hints = {one["value"]: one["hint"] for one in anna.get("/pick/access.user/").json()}

    assert hints[twin.pk] == "anna.second@example.test"
    assert hints[company.anna.pk].endswith(company.anna.email)
    assert company.boris.email not in hints[company.boris.pk]
    assert dict(people_to_choose(company.actor("anna")))[twin.pk] == f"{twin.name} (anna.second@example.test)"
