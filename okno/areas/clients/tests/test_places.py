"""People who work at several clients, and accounts of legal entities."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client as Browser

from okno.access.tests.cast import Cast
from okno.areas.clients import commands, queries
from okno.areas.clients.models import BankAccount, Client, Contact, ContactPlace, ContactPoint, LegalEntity
from okno.areas.clients.models.matching import MatchKey
from okno.areas.clients.tests.factories import a_client, a_contact
from okno.kit import contacts
from okno.kit.batch_rows import insert_rows
from okno.kit.errors import Missing, Refused
from okno.kit.merging import mergeable
from okno.kit.permissions import SYSTEM
from okno.kit.testing.record_contract import HTMX

pytestmark = pytest.mark.django_db


def right_account(bic: str, tail: str) -> str:
    """An account with this end whose check digit suits the bank."""
    for digit in "0123456789":
        try:
            return contacts.check_account(f"40702810{digit}{tail}", bic)
        except Refused:
            continue
    raise AssertionError(bic)


FIRST = {"bic": "044525225", "account": right_account("044525225", "38000000001")}


@pytest.fixture
def contact(cast: Cast) -> Contact:
    return a_contact(cast.anna, post="Бухгалтер")


@pytest.fixture
def other(cast: Cast) -> Client:
    return a_client(cast.anna, name="ООО «Вторая»")


@pytest.fixture
def entity(cast: Cast) -> LegalEntity:
    return commands.add_legal_entity(actor=SYSTEM, client=a_client(cast.anna), name="ООО «Ромашка»")


def test_a_person_stands_on_the_cards_of_all_their_clients(cast: Cast, contact: Contact, other: Client) -> None:
    first = contact.client

    commands.place_contact(actor=SYSTEM, contact=contact, client=other, post="Учредитель", role="decides")

    places = queries.places_of(cast.actor("anna"), contact)
    assert [(one.client, one.post, one.is_main) for one in places] == [
        (first, "Бухгалтер", True),
        (other, "Учредитель", False),
    ]
    assert [one.contact for one in queries.people_also(other)] == [contact]
    assert queries.is_with(contact, other)


def test_a_person_is_placed_once(contact: Contact, other: Client) -> None:
    commands.place_contact(actor=SYSTEM, contact=contact, client=other)

    for client in (other, contact.client):
        assert client is not None
        with pytest.raises(Refused):
            commands.place_contact(actor=SYSTEM, contact=contact, client=client)


def test_the_main_client_changes_places_with_another_one(contact: Contact, other: Client) -> None:
    first = contact.client
    commands.place_contact(actor=SYSTEM, contact=contact, client=other, post="Учредитель")

    commands.set_main_place(actor=SYSTEM, contact=contact, client=other)

    contact.refresh_from_db()
    place = ContactPlace.objects.get()
    assert (contact.client, contact.post) == (other, "Учредитель")
    assert (place.client, place.post) == (first, "Бухгалтер")


def test_who_leaves_the_main_client_goes_on_at_the_next_one(contact: Contact, other: Client) -> None:
    first = contact.client
    assert first is not None
    commands.place_contact(actor=SYSTEM, contact=contact, client=other)

    commands.unplace_contact(actor=SYSTEM, contact=contact, client=first)

    contact.refresh_from_db()
    assert contact.client == other
    assert not ContactPlace.objects.exists()


def test_who_leaves_the_last_client_stays_with_whoever_was_responsible(cast: Cast, contact: Contact) -> None:
    client = contact.client
    assert client is not None

    commands.unplace_contact(actor=SYSTEM, contact=contact, client=client)

    contact.refresh_from_db()
    assert (contact.client, contact.owner) == (None, cast.anna)
    with pytest.raises(Missing):
        commands.unplace_contact(actor=SYSTEM, contact=contact, client=client)


def test_a_person_of_somebody_elses_client_has_no_link(cast: Cast, client: Browser, contact: Contact) -> None:
    theirs = a_client(cast.boris, name="Бориса")
    commands.place_contact(actor=SYSTEM, contact=contact, client=theirs, post="Советник")
    client.force_login(cast.boris)

    told = client.get(f"/clients/{theirs.pk}/?part=panel&panel=contacts", headers=HTMX).content.decode()

    assert contact.name in told
    assert "Советник" in told
    assert f"/contacts/{contact.pk}/" not in told


def test_merging_clients_takes_people_along(contact: Contact, other: Client, cast: Cast) -> None:
    kept = a_client(cast.anna, name="Третья")
    commands.place_contact(actor=SYSTEM, contact=contact, client=other)

    mergeable("clients.client").merge(actor=SYSTEM, survivor=kept, losers=[other])

    assert queries.is_with(contact, kept)


def test_the_first_account_is_the_main_one_and_further_ones_stand_beside_it(entity: LegalEntity) -> None:
    commands.add_account(actor=SYSTEM, entity=entity, bank_name="Первый", **FIRST)
    second = right_account("044525974", "00000000002")
    commands.add_account(
        actor=SYSTEM, entity=entity, bic="044525974", account=second, bank_name="Второй", note="валюта"
    )

    entity.refresh_from_db()
    assert (entity.bank_name, entity.account) == ("Первый", FIRST["account"])
    assert [(one.bank_name, one.account) for one in BankAccount.objects.all()] == [("Второй", second)]


def test_another_account_becomes_the_main_one(entity: LegalEntity) -> None:
    commands.add_account(actor=SYSTEM, entity=entity, bank_name="Первый", **FIRST)
    second = right_account("044525974", "00000000002")
    commands.add_account(actor=SYSTEM, entity=entity, bic="044525974", account=second, bank_name="Второй")

    commands.set_main_account(actor=SYSTEM, entity=entity, account_id=BankAccount.objects.get().pk)

    entity.refresh_from_db()
    assert (entity.bic, entity.account) == ("044525974", second)
    assert BankAccount.objects.get().account == FIRST["account"]


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"bic": "1", "account": FIRST["account"]}, "bic"),
        ({"bic": "044525974", "account": FIRST["account"]}, "account"),
        ({"bic": FIRST["bic"], "account": "12"}, "account"),
    ],
)
def test_an_account_of_another_bank_is_refused(entity: LegalEntity, values: dict[str, str], field: str) -> None:
    with pytest.raises(Refused) as refused:
        commands.add_account(actor=SYSTEM, entity=entity, **values)

    assert refused.value.params["missing"] == [field]


def test_an_account_is_kept_once(entity: LegalEntity) -> None:
    commands.add_account(actor=SYSTEM, entity=entity, **FIRST)

    with pytest.raises(Refused):
        commands.add_account(actor=SYSTEM, entity=entity, **FIRST)


def test_merging_entities_keeps_both_accounts(cast: Cast, entity: LegalEntity) -> None:
    second = right_account("044525974", "00000000002")
    lost = commands.add_legal_entity(actor=SYSTEM, client=entity.client, name="Ромашка")
    commands.add_account(actor=SYSTEM, entity=entity, **FIRST)
    commands.add_account(actor=SYSTEM, entity=lost, bic="044525974", account=second)

    mergeable("clients.legal_entity").merge(actor=SYSTEM, survivor=entity, losers=[lost])

    assert [one.account for one in entity.accounts.all()] == [second]


@pytest.mark.parametrize("page", ["place", "unplace", "main-place"])
def test_pages_of_places_answer(cast: Cast, client: Browser, contact: Contact, page: str) -> None:
    client.force_login(cast.anna)

    assert client.get(f"/contacts/{contact.pk}/{page}/", headers=HTMX).status_code == 200


def test_an_account_is_added_on_the_card_of_the_client(cast: Cast, client: Browser, entity: LegalEntity) -> None:
    client.force_login(cast.anna)
    url = f"/legal-entities/{entity.pk}/account/"

    wrong = client.post(url, {**FIRST, "bic": "044525226"}, headers=HTMX)
    right = client.post(url, FIRST, headers=HTMX)

    assert (wrong.status_code, right.status_code) == (422, 204)
    told = client.get(f"/clients/{entity.client_id}/?part=panel&panel=legal-entities", headers=HTMX).content.decode()
    assert FIRST["account"] in told


def rows_read(table: str) -> int:
    """How many rows of a table this transaction has read."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select seq_tup_read + coalesce(idx_tup_fetch, 0) from pg_stat_xact_user_tables where relname = %s", [table]
        )
        return int(cursor.fetchone()[0])


def test_a_phone_of_one_person_reads_no_other_people(contact: Contact):
    insert_rows(Contact, [{"name": f"Коллега {number}", "client_id": contact.client_id} for number in range(300)])
    with connection.cursor() as cursor:
        cursor.execute("analyze clients_contact")
    before = rows_read("clients_contact")

    insert_rows(ContactPoint, [{"contact_id": contact.pk, "kind": "phone", "value": "x", "key": "9161234567"}])

    assert rows_read("clients_contact") - before < 50
    assert MatchKey.objects.get(key="9161234567").client_id == contact.client_id
