"""Address books: people with a company come to its client, people without one are clients themselves."""

from __future__ import annotations

import io
from collections.abc import Sequence

import pytest

from okno.areas.clients import commands as clients
from okno.areas.clients.models import Client, ClientAddress, Contact, Prospect
from okno.engines.imports import commands
from okno.engines.imports.models import Import, ImportRow
from okno.kit.permissions import Actor

pytestmark = pytest.mark.django_db

COLLEAGUES = (
    ("FN:Белова Анна", "ORG:ООО «Берёза»", "TEL;TYPE=CELL:8 916 100-00-01", "TEL;TYPE=WORK:8 495 100-00-02"),
    ("FN:Дубов Олег", "ORG:Берёза", "TEL;TYPE=CELL:8 916 100-00-03", "EMAIL:oleg@bereza.test"),
)
ALONE = ("FN:Ёлкин Семён", "TEL;TYPE=HOME:8 495 200-00-01", "TEL;TYPE=CELL:8 916 200-00-02")
BORN = ("FN:Соснина Ольга", "EMAIL:olga@home.test", "BDAY:1990-05-17")
COMPANY = ("KIND:org", "FN:ООО «Клён»", "TEL;TYPE=WORK:8 495 300-00-01", "ADR:;;Ленина 1;Орёл;;302000;Россия")


@pytest.fixture
def actor(cast) -> Actor:
    return cast.actor("director")


def book(*cards: Sequence[str]) -> bytes:
    lines = [line for one in cards for line in ("BEGIN:VCARD", "VERSION:4.0", *one, "END:VCARD")]
    return "\r\n".join([*lines, ""]).encode()


def imported(actor: Actor, *cards: Sequence[str], record: str = "clients.client") -> Import:
    return commands.run_now(actor, commands.taken_in(actor, record, io.BytesIO(book(*cards)), "Контакты.vcf"))


def outcomes(row: Import) -> list[str]:
    return [one.result for one in ImportRow.objects.filter(of=row, is_dry=False).order_by("number")]


def test_colleagues_of_a_company_are_contacts_of_one_client(actor):
    imported(actor, *COLLEAGUES)
    client = Client.objects.get(name="ООО «Берёза»")
    people = {one.name: one.phone for one in client.contacts.all()}
    assert people == {"Белова Анна": "+7 916 100-00-01", "Дубов Олег": "+7 916 100-00-03"}
    anna = client.contacts.get(name="Белова Анна")
    assert set(anna.points.values_list("key", flat=True)) == {"9161000001", "4951000002"}
    assert (client.kind, client.phone) == ("company", "")


def test_a_person_of_no_company_is_a_client_of_that_kind(actor):
    imported(actor, ALONE)
    client = Client.objects.get(name="Ёлкин Семён")
    assert (client.kind, client.phone) == ("person", "+7 916 200-00-02")
    assert set(client.points.values_list("key", flat=True)) == {"9162000002", "4952000001"}
    assert not client.contacts.exists()


def test_what_a_client_does_not_hold_stays_with_its_contact(actor):
    imported(actor, BORN)
    client = Client.objects.get(name="Соснина Ольга")
    assert (client.kind, client.email) == ("person", "olga@home.test")
    assert client.contacts.get().birthday.year == 1990


def test_a_card_of_a_company_brings_its_own_phones(actor):
    imported(actor, COMPANY)
    client = Client.objects.get(name="ООО «Клён»")
    assert (client.kind, client.phone, client.city) == ("company", "+7 495 300-00-01", "Орёл")
    assert not client.contacts.exists()
    assert not ClientAddress.objects.exclude(client=client).exists()


def test_the_same_book_again_changes_nothing(actor):
    cards = (*COLLEAGUES, ALONE, BORN, COMPANY)
    assert outcomes(imported(actor, *cards)) == ["created", "updated", "created", "created", "created"]
    assert outcomes(imported(actor, *cards)) == ["unchanged"] * 5
    assert (Client.objects.count(), Contact.objects.count()) == (4, 3)


def test_a_person_whose_phone_a_company_has_is_its_contact(actor):
    client = clients.add(actor=actor, name="ООО «Берёза»", phone="8 916 200-00-02")
    assert outcomes(imported(actor, ALONE)) == ["updated"]
    client.refresh_from_db()
    assert (client.name, client.kind, client.contacts.get().name) == ("ООО «Берёза»", "company", "Ёлкин Семён")


def test_people_of_no_company_are_prospects_of_that_kind(actor):
    cards = (ALONE, COLLEAGUES[1])
    assert outcomes(imported(actor, *cards, record="clients.prospect")) == ["created", "created"]
    assert outcomes(imported(actor, *cards, record="clients.prospect")) == ["unchanged", "unchanged"]
    found = Prospect.objects.order_by("pk").values_list("name", "kind", "person", "phone")
    assert list(found) == [
        ("Ёлкин Семён", "person", "", "+7 916 200-00-02"),
        ("Берёза", "company", "Дубов Олег", "+7 916 100-00-03"),
    ]
