"""Getting out of mailings by the link in their letters: looked at first, done once, told on all cards concerned."""

from __future__ import annotations

import re

import pytest
from django.test import Client as Browser
from django.utils import timezone

from okno.areas.clients import commands as clients
from okno.areas.clients.models import Client, Consent
from okno.areas.communications import commands as communications
from okno.areas.communications.models import Mail
from okno.areas.documents import commands as documents
from okno.areas.documents.models import TextTemplate
from okno.fronts.portal import rules
from okno.fronts.portal.models import Leaving
from okno.fronts.portal.web import tokens
from okno.kit.errors import Refused
from okno.kit.merging import mergeable
from okno.kit.models import Entry
from okno.kit.permissions import SYSTEM

pytestmark = pytest.mark.django_db


@pytest.fixture
def text() -> TextTemplate:
    communications.set_account(actor=SYSTEM, address="sales@okno.test", values={"smtp_host": "127.0.0.1"})
    return documents.set_template(actor=SYSTEM, record="clients.client", name="x", subject="Выставка", body="Ждём вас")


@pytest.fixture
def client_() -> Client:
    return clients.add(actor=SYSTEM, name="ООО «Ромашка»", email="info@romashka.example", consents=["email", "sms"])


@pytest.fixture
def reader() -> Browser:
    """Somebody with a letter, and no cookie of ours."""
    return Browser(enforce_csrf_checks=True, REMOTE_ADDR="203.0.113.7")


def link(client: Client, text: TextTemplate) -> str:
    """The address in the letter, as the reader's program opens it."""
    mail = communications.send_out(actor=SYSTEM, template=text.pk, client=client)
    return re.sub(r"^https?://[^/]+", "", mail.unsubscribe_url)


def test_looking_at_the_link_changes_nothing(reader: Browser, client_: Client, text: TextTemplate):
    page = reader.get(link(client_, text))

    client_.refresh_from_db()
    words = page.content.decode()
    assert (page.status_code, client_.consents) == (200, ["email", "sms"])
    assert "i***@romashka.example" in words
    assert "info@romashka.example" not in words
    assert "Ромашка»" not in words


def test_one_click_withdraws_the_consent_and_tells_it(reader: Browser, client_: Client, text: TextTemplate):
    address = link(client_, text)

    answer = reader.post(address, {"List-Unsubscribe": "One-Click"})

    client_.refresh_from_db()
    word = Consent.objects.get(is_given=False)
    assert (answer.status_code, client_.consents, client_.refusals) == (200, ["sms"], ["email"])
    assert (word.source, word.channel) == (Consent.Source.LINK, "email")
    assert "Выставка" in word.proof
    assert Entry.objects.filter(kind="clients.consent_refused", scope_id=client_.pk).exists()
    with pytest.raises(Refused):
        communications.send_out(actor=SYSTEM, template=text.pk, client=client_)


def test_unsubscribing_twice_is_one_word(reader: Browser, client_: Client, text: TextTemplate):
    address = link(client_, text)
    for _time in range(2):
        assert "Вы отписаны" in reader.post(address).content.decode()

    assert Consent.objects.filter(is_given=False).count() == 1
    assert "Вы отписаны" in reader.get(address).content.decode()


def test_other_cards_of_the_address_get_no_more_letters_either(reader: Browser, client_: Client, text: TextTemplate):
    contact = clients.add_contact(actor=SYSTEM, name="Анна", client=client_, email="info@romashka.example")
    clients.note_consent(actor=SYSTEM, channels=["email"], contact=contact)

    reader.post(link(client_, text))

    contact.refresh_from_db()
    assert contact.refusals == ["email"]


def test_the_link_works_after_the_letter_is_gone(reader: Browser, client_: Client, text: TextTemplate):
    address = link(client_, text)
    Mail.objects.all().delete()

    assert reader.post(address).status_code == 200
    client_.refresh_from_db()
    assert client_.refusals == ["email"]


def test_the_link_of_a_merged_card_leads_to_the_one_that_stays(reader: Browser, client_: Client, text: TextTemplate):
    stays = clients.add(actor=SYSTEM, name="ООО «Ромашка» (Тула)", email="tula@romashka.example", consents=["email"])
    address = link(client_, text)
    mergeable("clients.client").merge(actor=SYSTEM, survivor=stays, losers=[client_], choices={})

    reader.post(address)

    stays.refresh_from_db()
    assert "email" in stays.refusals


@pytest.mark.parametrize("spoil", [lambda token: token[:-1], lambda _token: "nonsense", lambda token: f"{token}x"])
def test_a_wrong_link_is_told_in_words(reader: Browser, client_: Client, text: TextTemplate, spoil: object):
    assert callable(spoil)
    start, _slash, token = link(client_, text).rpartition("/")
    address = f"{start}/{spoil(token)}"

    for answer in (reader.get(address), reader.post(address)):
        assert answer.status_code == 404
        assert "не от нашей рассылки" in answer.content.decode()
    client_.refresh_from_db()
    assert client_.refusals == []


def test_too_many_requests_of_one_address_wait(reader: Browser, client_: Client, text: TextTemplate):
    sender, now = tokens.sender_of("203.0.113.7"), timezone.now()
    Leaving.objects.bulk_create(Leaving(sender=sender, at=now) for _number in range(rules.MOST_LEAVINGS))

    answer = reader.post(link(client_, text))

    assert answer.status_code == 429
    assert "Слишком много" in answer.content.decode()
