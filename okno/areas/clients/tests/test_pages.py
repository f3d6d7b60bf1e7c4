"""Pages and endpoints of the client base."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client as Browser

from okno.access import commands as access
from okno.access.tests.cast import Cast, role
from okno.areas.clients import commands
from okno.areas.clients.models import Client, Contact, LegalEntity
from okno.areas.clients.web import pages
from okno.kit.permissions import SYSTEM
from okno.kit.testing.record_contract import HTMX, RecordContract


def make_client(owner: Any, name: str = "ООО «Ромашка»", **fields: Any) -> Client:
    return commands.add(actor=SYSTEM, name=name, owner=owner, **fields)


class TestClient(RecordContract):
    # People and legal entities, which conditions of clients reach too, have phones and INNs of their own.
    page, hidden, api = pages.ClientList, "city", "/api/v1/clients"

    def make(self, cast: Cast, owner: Any) -> Client:
        return make_client(owner, phone="+7 921 000-00-01")


class TestContact(RecordContract):
    page, hidden, api = pages.ContactList, "birthday", "/api/v1/contacts"

    def make(self, cast: Cast, owner: Any) -> Contact:
        client = make_client(owner)
        return commands.add_contact(actor=SYSTEM, name="Пётр Лучев", client=client, phone="+7 921 000-00-02")


@pytest.fixture
def anna(cast: Cast, client: Browser) -> Browser:
    client.force_login(cast.anna)
    return client


@pytest.mark.usefixtures("cast")
def test_new_client_is_made_and_shown(anna: Browser, cast: Cast) -> None:
    answer = anna.post("/clients/new/", {"name": "ООО «Луч»", "kind": "company", "phone": "8 921 000-00-07"})

    made = Client.objects.get(name="ООО «Луч»")
    assert (answer.status_code, answer["Location"]) == (302, f"/clients/{made.pk}/")
    assert (made.owner, made.phone) == (cast.anna, "+7 921 000-00-07")


def test_new_client_with_a_wrong_inn_is_refused_beside_the_field(anna: Browser) -> None:
    answer = anna.post("/clients/new/", {"name": "ООО «Луч»", "kind": "company", "inn": "7707083894"}, headers=HTMX)

    assert answer.status_code == 422
    assert [one["field"] for one in answer.context["dialog"]["errors"]] == ["inn"]
    assert not Client.objects.exists()


def test_new_client_like_another_is_asked_about_once(anna: Browser, cast: Cast) -> None:
    known = make_client(cast.anna, phone="+7 921 000-00-07")
    said = {"name": "Луч", "kind": "company", "phone": "8 (921) 000 00 07"}

    first = anna.post("/clients/new/", said)
    second = anna.post("/clients/new/", {**said, "anyway": "1"})

    assert (first.status_code, second.status_code) == (422, 302)
    assert f"/clients/{known.pk}/" in first.content.decode()
    assert Client.objects.count() == 2


def test_a_similar_client_out_of_reach_tells_only_who_is_responsible(anna: Browser, cast: Cast) -> None:
    make_client(cast.boris, name="Тайный клиент", phone="+7 921 000-00-07")

    told = anna.get("/clients/similar/", {"phone": "+79210000007"}).content.decode()

    assert "Тайный клиент" not in told
    assert "уже клиент, ответственный: " in told


def test_legal_entity_gives_its_inn_to_the_client(anna: Browser, cast: Cast) -> None:
    client = make_client(cast.anna)
    said = {"name": "ООО «Ромашка»", "inn": "7707083893", "bic": "044525225", "account": "40702810400000000225"}

    answer = anna.post(f"/clients/{client.pk}/legal-entity/", {**said, "account": ""}, headers=HTMX)

    client.refresh_from_db()
    assert (answer.status_code, client.inn) == (204, "7707083893")
    assert LegalEntity.objects.get().bic == "044525225"


@pytest.mark.parametrize(("field", "value"), [("bic", "12"), ("account", "40702810400000000001"), ("ogrn", "1")])
def test_legal_entity_with_wrong_requisites_is_refused_beside_the_field(
    anna: Browser, cast: Cast, field: str, value: str
) -> None:
    client = make_client(cast.anna)

    answer = anna.post(
        f"/clients/{client.pk}/legal-entity/", {"name": "ООО", "bic": "044525225", field: value}, headers=HTMX
    )

    assert answer.status_code == 422
    assert [one["field"] for one in answer.context["dialog"]["errors"]] == [field]


def test_legal_entity_of_others_is_not_found(anna: Browser, cast: Cast) -> None:
    entity = commands.add_legal_entity(actor=SYSTEM, client=make_client(cast.boris), name="ООО")

    assert anna.get(f"/legal-entities/{entity.pk}/edit/").status_code == 404


def test_sharing_lets_a_colleague_in_and_out(cast: Cast, client: Browser) -> None:
    shared = make_client(cast.boris)
    role("partner", "participants", [])
    access.give_role(actor=SYSTEM, user=cast.anna, role="partner")
    head, anna = Browser(), client
    head.force_login(cast.head)
    anna.force_login(cast.anna)

    head.post(f"/clients/{shared.pk}/share/", {"user": cast.anna.pk, "level": "work"})
    inside = anna.get(f"/clients/{shared.pk}/").status_code
    head.post(f"/clients/{shared.pk}/unshare/", {"user": cast.anna.pk})

    assert (inside, anna.get(f"/clients/{shared.pk}/").status_code) == (200, 404)


@pytest.mark.parametrize("panel", ["contacts", "legal-entities", "members", "leads", "deals"])
def test_panels_of_the_card_answer(anna: Browser, cast: Cast, panel: str) -> None:
    client = make_client(cast.anna)
    commands.add_contact(actor=SYSTEM, name="Пётр Лучев", client=client, phone="+7 921 000-00-02")

    assert anna.get(f"/clients/{client.pk}/?part=panel&panel={panel}", headers=HTMX).status_code == 200


def test_the_head_of_the_card_calls_the_phone(anna: Browser, cast: Cast) -> None:
    client = make_client(cast.anna, phone="8 (921) 000-00-01")

    actions = anna.get(f"/clients/{client.pk}/").context["card"]["actions"]

    assert "tel:+79210000001" in [one["url"] for one in actions]


@pytest.mark.parametrize("status", Client.Status.values)
def test_the_card_shows_every_status(anna: Browser, cast: Cast, status: str) -> None:
    client = make_client(cast.anna)
    commands.update(actor=SYSTEM, client=client, values={"status": status})

    page = anna.get(f"/clients/{client.pk}/")

    assert page.context["card"]["badge"]["label"] == Client.Status(status).label


def test_the_panel_of_statuses_tells_how_relations_have_gone(anna: Browser, cast: Cast) -> None:
    client = make_client(cast.anna)
    for status in ("one_off", "regular"):
        commands.update(actor=SYSTEM, client=client, values={"status": status})

    told = anna.get(f"/clients/{client.pk}/?part=panel&panel=statuses", headers=HTMX).context["stays"]

    assert [one["label"] for one in told] == ["Постоянный", "Разовый", "Потенциальный"]
    assert [bool(one["until"]) for one in told] == [False, True, True]


def test_the_panel_of_statuses_is_empty_where_the_status_is_hidden(anna: Browser, cast: Cast) -> None:
    client = make_client(cast.anna)
    cast.hide("anna", "clients.client.status")

    told = anna.get(f"/clients/{client.pk}/?part=panel&panel=statuses", headers=HTMX).context["stays"]

    assert told == []


def test_who_left_stands_last_among_contacts_and_under_a_tab(anna: Browser, cast: Cast) -> None:
    client = make_client(cast.anna)
    left, works = (commands.add_contact(actor=SYSTEM, name=name, client=client) for name in ("Аверин", "Яшин"))
    commands.update_contact(actor=SYSTEM, contact=left, values={"left_date": "2026-10-01"})

    people = anna.get(f"/clients/{client.pk}/?part=panel&panel=contacts", headers=HTMX).context["contacts"]
    rows = anna.get("/contacts/?tab=left", headers=HTMX).content.decode()

    assert [(one["name"], one["note"]) for one in people] == [("Яшин", ""), ("Аверин", "уволен 01.10.2026")]
    assert (f"/contacts/{left.pk}/" in rows, f"/contacts/{works.pk}/" in rows) == (True, False)


def test_a_client_with_many_contacts_leads_to_all_of_them(anna: Browser, cast: Cast) -> None:
    client = make_client(cast.anna)
    for number in range(11):
        commands.add_contact(actor=SYSTEM, name=f"Лучев {number:02}", client=client)

    panel = anna.get(f"/clients/{client.pk}/?part=panel&panel=contacts", headers=HTMX).context
    rows = anna.get(panel["more_url"], headers=HTMX).content.decode()

    assert len(panel["contacts"]) == 10
    assert "Лучев 10" in rows


def test_contact_without_a_client_belongs_to_whoever_added_it(anna: Browser, cast: Cast) -> None:
    answer = anna.post("/contacts/new/", {"name": "Пётр", "phone": "+7 921 000-00-02"})

    made = Contact.objects.get()
    assert answer["Location"] == f"/contacts/{made.pk}/"
    assert anna.get(answer["Location"]).status_code == 200
    assert made.owner == cast.anna
