"""Consents to mailings: what holds, who may be written to, merging, undo, conditions, pages."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.test import Client as Browser
from django.utils import timezone

from okno.access import queries as access
from okno.access.tests.cast import Cast
from okno.areas.clients import commands, queries
from okno.areas.clients.models import Client, Consent, Contact
from okno.areas.clients.queries import Standing
from okno.areas.clients.record import CLIENT
from okno.areas.clients.tests.factories import a_client, a_contact
from okno.areas.clients.tests.test_api import Script
from okno.kit import conditions, journal, merging, permissions
from okno.kit.errors import Refused
from okno.kit.models.feed import Entry
from okno.kit.models.journal import CommandRun
from okno.kit.permissions import SYSTEM
from okno.kit.testing.record_contract import HTMX

PAST = dt.date(2026, 1, 15)


def note(channels: list[str], **said: Any) -> None:
    commands.note_consent(actor=SYSTEM, channels=channels, **said)


def held(somebody: Client | Contact) -> tuple[list[str], list[str]]:
    somebody.refresh_from_db()
    return somebody.consents, somebody.refusals


def test_note_consent_shows_on_the_card_what_holds(cast: Cast) -> None:
    client = a_client(cast.anna)

    note(["email", "sms"], client=client)
    note(["sms"], client=client, is_given=False)

    assert held(client) == (["email"], ["sms"])
    assert Consent.objects.filter(client=client).count() == 3


def test_note_consent_lets_the_latest_day_hold_whenever_it_was_noted(cast: Cast) -> None:
    client = a_client(cast.anna)

    note(["email"], client=client, is_given=False)
    note(["email"], client=client, said_date=PAST, source="paper", proof="Договор № 5")

    assert held(client) == ([], ["email"])


def test_note_consent_of_a_contact_leaves_the_client_alone(cast: Cast) -> None:
    contact = a_contact(cast.anna)

    note(["call"], contact=contact)

    assert held(contact) == (["call"], [])
    assert contact.client is not None
    assert held(contact.client) == ([], [])


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"channels": []}, "clients.no_channel"),
        ({"channels": ["pigeon"]}, "clients.bad_channel"),
        ({"channels": ["email"], "said_date": dt.date(2100, 1, 1)}, "clients.consent_to_come"),
        ({"channels": ["email"], "source": "dream"}, "clients.no_source"),
        ({"channels": ["email"], "proof": "д" * 301}, "clients.long_proof"),
    ],
)
def test_note_consent_refuses_what_cannot_be(cast: Cast, said: dict[str, Any], code: str) -> None:
    with pytest.raises(Refused) as refusal:
        commands.note_consent(actor=SYSTEM, client=a_client(cast.anna), **said)

    assert refusal.value.code == code
    assert not Consent.objects.exists()


def test_note_consent_asks_for_one_somebody(cast: Cast) -> None:
    contact = a_contact(cast.anna)

    for whose in ({}, {"client": contact.client, "contact": contact}):
        with pytest.raises(Refused) as refusal:
            note(["email"], **whose)
        assert refusal.value.code == "clients.nobody"


def test_note_consent_is_told_in_the_feed(cast: Cast) -> None:
    client = a_client(cast.anna)

    note(["email"], client=client, proof="Договор № 5")

    assert Entry.objects.filter(kind="clients.consent_given", payload__told="почта · Договор № 5").exists()


def test_undo_of_a_consent_takes_it_off_the_card(cast: Cast) -> None:
    client = a_client(cast.anna)
    note(["email"], client=client)
    run = CommandRun.objects.filter(name="clients.note_consent").latest("pk")

    undone = journal.undo(actor=SYSTEM, run_id=run.pk)

    assert held(client) == ([], [])
    assert undone.kept == []


def test_merging_keeps_a_refusal_of_either_card(cast: Cast) -> None:
    first, second = a_client(cast.anna), a_client(cast.anna, name="Ромашка, ООО")
    note(["email"], client=first, said_date=PAST)
    note(["email"], client=second, is_given=False)
    known = merging.mergeable(CLIENT.name)

    known.merge.run(SYSTEM, survivor=first.pk, losers=[second.pk])
    merged = held(first)
    known.unmerge.run(SYSTEM, survivor=first.pk, loser_id=second.pk)

    assert merged == ([], ["email"])
    assert held(first) == (["email"], [])
    assert held(second) == ([], ["email"])


def test_standings_tell_who_may_be_written_to(cast: Cast) -> None:
    contact, other = a_contact(cast.anna), a_contact(cast.anna, name="Лучев Пётр")
    client, strange = contact.client, a_client(cast.boris)
    assert client is not None
    note(["email"], contact=contact)
    note(["email"], client=client)
    anna = access.actor_of(cast.anna)

    found = queries.standings(anna, "email", clients_of=[client.pk, strange.pk], contacts_of=[contact.pk, other.pk])

    assert found == {
        ("clients.client", client.pk): Standing.GIVEN,
        ("clients.contact", contact.pk): Standing.GIVEN,
        ("clients.contact", other.pk): Standing.UNKNOWN,
    }


def test_standings_of_a_contact_follow_a_refusal_of_the_client(cast: Cast) -> None:
    contact = a_contact(cast.anna)
    note(["email"], contact=contact)
    note(["email"], client=contact.client, is_given=False)

    found = queries.standings(SYSTEM, "email", contacts_of=[contact.pk])

    assert found == {("clients.contact", contact.pk): Standing.REFUSED}


def test_add_notes_what_was_agreed_to(cast: Cast) -> None:
    client = a_client(cast.anna, consents=["sms", "email"])
    contact = commands.add_contact(actor=SYSTEM, name="Пётр", client=client, consents=["call"])

    assert held(client) == (["email", "sms"], [])
    assert held(contact) == (["call"], [])
    assert Consent.objects.filter(client=client, said_date=timezone.localdate(), source="talk").count() == 2


@pytest.mark.parametrize(
    ("asked", "names"),
    [
        ({"field": "consents", "op": "contains", "value": "email"}, {"Да"}),
        ({"field": "consents", "op": "empty"}, {"Нет", "Молчит"}),
        ({"field": "refusals", "op": "in", "value": ["email", "sms"]}, {"Нет"}),
        ({"not": {"field": "refusals", "op": "not_empty"}}, {"Да", "Молчит"}),
    ],
)
def test_conditions_ask_of_consents(cast: Cast, asked: dict[str, Any], names: set[str]) -> None:
    note(["email"], client=a_client(cast.anna, name="Да"))
    note(["email"], client=a_client(cast.anna, name="Нет"), is_given=False)
    a_client(cast.anna, name="Молчит")
    tree, context = conditions.parse(asked), permissions.condition_context(SYSTEM)

    rows = Client.objects.filter(conditions.to_q(tree, CLIENT, context))

    assert {one.name for one in rows} == names
    assert {one.name for one in Client.objects.all() if conditions.matches(tree, CLIENT, one, context)} == names


def test_consent_is_noted_from_the_card(cast: Cast, client: Browser) -> None:
    client.force_login(cast.anna)
    card = a_client(cast.anna)
    said = {"channels": ["email"], "is_given": "0", "said_date": "15.01.2026", "source": "letter", "proof": "Письмо"}

    answer = client.post(f"/clients/{card.pk}/consent/", said, headers=HTMX)
    panel = client.get(f"/clients/{card.pk}/?part=panel&panel=consents").content.decode()

    assert answer.status_code == 204
    assert held(card) == ([], ["email"])
    assert "15.01.2026" in panel
    assert "Письмо" in panel


def test_hidden_consents_are_not_on_the_card(cast: Cast, client: Browser) -> None:
    cast.hide("anna", "clients.client.consents")
    card = a_client(cast.anna)
    note(["email"], client=card, proof="Тайна")
    client.force_login(cast.anna)

    panel = client.get(f"/clients/{card.pk}/?part=panel&panel=consents").content.decode()

    assert "Тайна" not in panel


def test_consents_are_noted_and_read_over_the_api(cast: Cast) -> None:
    script = Script(cast.director)
    card, contact = a_client(cast.anna), a_contact(cast.anna)
    said = {"channels": ["email"], "proof": "https://example.ru/form"}

    urls = (f"/api/v1/clients/{card.pk}/note_consent", f"/api/v1/contacts/{contact.pk}/note_consent")
    answers = [script.send("post", url, said) for url in urls]

    assert [one.status_code for one in answers] == [200, 200]
    assert script.browser.get(f"/api/v1/clients/{card.pk}", headers={"Authorization": f"Bearer {script.token}"}).json()[
        "consents"
    ] == ["email"]
    assert held(contact) == (["email"], [])
