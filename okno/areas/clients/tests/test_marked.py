"""Cards marked for deletion, prospects and contacts that a form of a new card tells of."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client as Browser

from okno.access import commands as access
from okno.access.tests.cast import Cast
from okno.areas.clients import commands, queries
from okno.areas.clients.models import Client
from okno.areas.clients.queries import duplicates
from okno.areas.clients.tests.factories import a_client, a_contact
from okno.areas.clients.tests.test_api import Script
from okno.kit.merging import mergeable
from okno.kit.permissions import SYSTEM
from okno.kit.purging import commands as purging
from okno.kit.testing.query_counts import statements
from okno.kit.testing.record_contract import HTMX

INN, PHONE, MAIL = "7707083893", "+7 921 000-00-01", "petr@romashka.example"


@pytest.fixture
def anna(cast: Cast, client: Browser) -> Browser:
    client.force_login(cast.anna)
    return client


def mark(record: str, row_id: int) -> None:
    purging.mark.run(SYSTEM, record=record, row_id=row_id)


def told(cast: Cast, **said: str) -> list[Any]:
    return queries.marked(cast.actor("anna"), queries.described_by(said))


def only(cast: Cast, *rights: str) -> None:
    """Leave the stranger these rights to their own rows."""
    grants = [{"permission": one, "reach": "own"} for one in rights]
    access.set_role(actor=SYSTEM, code="only", name="only", grants=grants, hidden=[])
    access.give_role(actor=SYSTEM, user=cast.stranger, role="only")


def test_a_marked_contact_matches_nothing_and_makes_no_duplicates(cast: Cast) -> None:
    contact = a_contact(cast.anna, phone=PHONE, email=MAIL)
    a_client(cast.anna, name="АО «Другая»", phone=PHONE, email=MAIL)
    mark("clients.contact", contact.pk)

    found = queries.matches(queries.described(phones=[PHONE], emails=[MAIL]))

    assert [one.client_id for one in found] == [Client.objects.get(name="АО «Другая»").pk]
    assert duplicates.likely_pairs() == []


@pytest.mark.parametrize("said", [{"phone": "8 921 000 00 01"}, {"email": "Petr@Romashka.example"}])
def test_a_marked_contact_is_told_by_their_number(cast: Cast, said: dict[str, str]) -> None:
    contact = a_contact(cast.anna, phone=PHONE, email=MAIL)
    mark("clients.contact", contact.pk)

    assert [(one.record, one.row_id, one.title, one.reasons, one.may_come_back) for one in told(cast, **said)] == [
        ("clients.contact", contact.pk, contact.name, tuple(said), True)
    ]


def test_a_marked_client_is_told_by_inn_phone_of_its_people_and_name(cast: Cast) -> None:
    client = a_contact(cast.anna, phone=PHONE).client
    commands.add_legal_entity(actor=SYSTEM, client=client, name="ООО", values={"inn": INN})
    mark("clients.client", client.pk)

    found = told(cast, name="Ромашка, ООО", phone=PHONE, inn=INN)

    assert [(one.row_id, one.reasons) for one in found] == [(client.pk, ("inn", "phone", "name"))]


def test_a_marked_legal_entity_of_a_client_is_told_by_its_inn(cast: Cast) -> None:
    client = a_client(cast.anna)
    entity = commands.add_legal_entity(actor=SYSTEM, client=client, name="ООО «Ромашка»", values={"inn": INN})
    mark("clients.legal_entity", entity.pk)

    assert [(one.record, one.row_id) for one in told(cast, inn=INN)] == [("clients.legal_entity", entity.pk)]


def test_a_card_that_was_merged_away_is_not_told(cast: Cast) -> None:
    first, second = a_client(cast.anna, inn=INN), a_client(cast.anna, inn=INN)
    mergeable("clients.client").merge.run(SYSTEM, survivor=first.pk, losers=[second.pk])

    assert told(cast, inn=INN) == []


def test_of_a_marked_card_out_of_reach_only_who_is_responsible_is_told(cast: Cast) -> None:
    client = a_client(cast.boris, name="Тайный клиент", phone=PHONE)
    mark("clients.client", client.pk)

    (one,) = told(cast, phone=PHONE)

    assert (one.row_id, one.title, one.may_come_back) == (None, "", False)
    assert cast.boris.name.split()[0] in one.owner


def test_a_marked_card_stops_nobody_even_where_duplicates_are_forbidden(cast: Cast) -> None:
    mark("clients.client", a_client(cast.anna, phone=PHONE, inn=INN).pk)
    only(cast, "clients.view", "clients.add", "clients.find_duplicates")

    made = commands.add.run(cast.actor("stranger"), name="ООО «Ромашка»", phone=PHONE, inn=INN)

    assert made.inn == INN


def test_the_form_of_a_new_client_offers_to_bring_a_marked_one_back(anna: Browser, cast: Cast) -> None:
    client = a_client(cast.anna, phone=PHONE)
    mark("clients.client", client.pk)

    page = anna.get("/clients/similar/", {"phone": PHONE}).content.decode()
    answer = anna.post("/clients/bring-back/", {"record": "clients.client", "row": client.pk}, headers=HTMX)

    client.refresh_from_db()
    assert "помечена на удаление" in page
    assert "Вернуть" in page
    assert (answer.headers["HX-Redirect"], client.is_deleted) == (f"/clients/{client.pk}/", False)


@pytest.mark.parametrize("said", [{"record": "access.user", "row": "1"}, {"record": "clients.client", "row": "x"}, {}])
def test_bringing_back_anything_else_is_not_found(anna: Browser, said: dict[str, str]) -> None:
    assert anna.post("/clients/bring-back/", said, headers=HTMX).status_code == 404


def test_bringing_back_a_card_of_others_is_not_found(anna: Browser, cast: Cast) -> None:
    client = a_client(cast.boris, phone=PHONE)
    mark("clients.client", client.pk)

    answer = anna.post("/clients/bring-back/", {"record": "clients.client", "row": client.pk}, headers=HTMX)

    client.refresh_from_db()
    assert (answer.status_code, client.is_deleted) == (404, True)


@pytest.mark.parametrize("said", [{"phone": PHONE}, {"email": MAIL}, {"inn": INN}])
def test_a_prospect_is_told_until_it_is_a_client(anna: Browser, cast: Cast, said: dict[str, str]) -> None:
    prospect = commands.add_prospect(actor=SYSTEM, name="ООО «Заря»", owner=cast.anna, **said)

    before = anna.get("/clients/similar/", said).content.decode()
    commands.convert_prospect(actor=SYSTEM, prospect=prospect)
    after = anna.get("/clients/similar/", said).content.decode()

    assert f"/prospects/{prospect.pk}/convert/" in before
    assert f"/prospects/{prospect.pk}/" not in after


def test_of_a_prospect_out_of_reach_only_who_is_responsible_is_told(anna: Browser, cast: Cast) -> None:
    commands.add_prospect(actor=SYSTEM, name="Тайная заря", owner=cast.boris, phone=PHONE)

    page = anna.get("/clients/similar/", {"phone": PHONE}).content.decode()

    assert "Тайная заря" not in page
    assert "уже среди потенциальных, ответственный: " in page


def test_whoever_only_adds_prospects_is_told_too(cast: Cast, client: Browser) -> None:
    only(cast, "clients.view", "clients.add_prospect", "clients.find_duplicates")
    client.force_login(cast.stranger)

    assert client.get("/clients/similar/", {"phone": PHONE}).status_code == 200


def test_the_form_of_a_new_contact_tells_of_the_same_phone(anna: Browser, cast: Cast) -> None:
    contact, other = a_contact(cast.anna, phone=PHONE), a_client(cast.anna, name="АО «Другая»")

    page = anna.get("/contacts/similar/", {"phone": PHONE, "client": other.pk}).content.decode()

    assert contact.name in page
    assert f"/contacts/{contact.pk}/place/?client={other.pk}" in page


def test_the_form_of_a_new_contact_tells_of_a_namesake_at_the_same_client_only(anna: Browser, cast: Cast) -> None:
    contact, other = a_contact(cast.anna), a_client(cast.anna, name="АО «Другая»")
    said = {"name": "Мария Петрова"}

    here = anna.get("/contacts/similar/", {**said, "client": contact.client_id}).content.decode()
    there = anna.get("/contacts/similar/", {**said, "client": other.pk}).content.decode()

    assert (contact.name in here, contact.name in there) == (True, False)


def test_of_a_contact_out_of_reach_only_who_is_responsible_is_told(anna: Browser, cast: Cast) -> None:
    a_contact(cast.boris, name="Тайнов Пётр", phone=PHONE)

    page = anna.get("/contacts/similar/", {"phone": PHONE}).content.decode()

    assert "Тайнов" not in page
    assert cast.boris.name.split()[0] in page


def test_a_contact_like_another_is_made_all_the_same(anna: Browser, cast: Cast) -> None:
    contact = a_contact(cast.anna, phone=PHONE)

    answer = anna.post("/contacts/new/", {"name": "Сестра", "phone": PHONE, "client": contact.client_id})

    assert answer.status_code == 302
    assert contact.client.contacts.count() == 2


def test_what_is_told_while_one_types_is_asked_alike_however_much_there_is(anna: Browser, cast: Cast) -> None:
    def asked() -> int:
        own = statements(lambda: anna.get("/clients/similar/", {"phone": PHONE, "name": "Ромашка"}))
        people = statements(lambda: anna.get("/contacts/similar/", {"phone": PHONE, "name": "Мария Петрова"}))
        return len(own) + len(people)

    def more() -> None:
        mark("clients.contact", a_contact(cast.anna, phone=PHONE).pk)
        mark("clients.client", a_client(cast.anna, phone=PHONE).pk)
        a_contact(cast.anna, phone=PHONE)
        commands.add_prospect(actor=SYSTEM, name="ООО «Заря»", owner=cast.anna, phone=PHONE)

    more()
    few = asked()
    for _time in range(3):
        more()

    assert asked() == few


def test_the_api_tells_marked_cards_and_prospects_apart(cast: Cast) -> None:
    client = a_client(cast.anna, phone=PHONE)
    mark("clients.client", client.pk)
    prospect = commands.add_prospect(actor=SYSTEM, name="ООО «Заря»", owner=cast.anna, email=MAIL)

    found = Script(cast.anna).send("post", "/api/v1/clients/match", {"phone": PHONE, "email": MAIL}).json()

    assert found["items"] == []
    assert [(one["id"], one["reasons"]) for one in found["prospects"]] == [(prospect.pk, ["email"])]
    assert [(one["record"], one["id"]) for one in found["marked"]] == [("clients.client", client.pk)]
