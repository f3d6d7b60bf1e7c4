"""Consent to mailings by a public form: what is ticked, how it is proved, and that it reaches the client."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client as Browser

from okno.areas.clients import commands as clients
from okno.areas.clients.models import Client, Consent, Contact
from okno.areas.leads import commands as leads
from okno.areas.leads.models import Lead
from okno.areas.leads.tests.test_commands import set_up
from okno.fronts.portal import commands
from okno.fronts.portal.models import PublicForm, Submission
from okno.fronts.portal.tests.test_public import send
from okno.kit import events
from okno.kit.errors import Refused
from okno.kit.merging import mergeable
from okno.kit.models.feed import Entry
from okno.kit.permissions import SYSTEM

pytestmark = pytest.mark.django_db
WORDS = "Хочу получать письма о скидках"
FIELDS = [
    {"key": "name", "label": "Имя", "required": True},
    {"key": "phone", "label": "Телефон", "required": True},
    {"key": "company", "label": "Компания", "required": False},
    {"key": "mailings", "label": WORDS, "required": False, "channels": ["email", "call"]},
]


@pytest.fixture
def form() -> PublicForm:
    set_up(1)
    return commands.set_form(actor=SYSTEM, code="site", title="Заявка", fields=FIELDS, source="site")


@pytest.fixture
def visitor(form: PublicForm) -> Browser:
    return Browser(REMOTE_ADDR="203.0.113.7")


def sent(visitor: Browser, **said: str) -> Lead:
    assert send(visitor, **said).status_code == 302
    return Lead.objects.latest("pk")


def converted(lead: Lead) -> Client:
    deal = leads.convert(actor=SYSTEM, lead=lead)
    events.drain()
    return Client.objects.get(pk=deal.client_id)


def test_what_is_ticked_reaches_the_card_of_the_new_client_with_its_proof(visitor: Browser) -> None:
    client = converted(sent(visitor, mailings="1"))

    said = Consent.objects.filter(client=client)
    assert client.consents == ["call", "email"]
    assert {(one.source, one.said_date, one.proof) for one in said} == {
        ("form", Submission.objects.get().at.astimezone().date(), f"Форма «Заявка» (/f/site): «{WORDS}»")
    }


def test_nothing_is_noted_without_the_tick(visitor: Browser) -> None:
    client = converted(sent(visitor))

    assert (client.consents, Submission.objects.get().consented) == ([], [])


def test_a_person_of_a_company_agrees_for_themselves(visitor: Browser) -> None:
    client = converted(sent(visitor, mailings="1", company="ООО «Луч»"))

    assert (client.consents, Contact.objects.get(client=client).consents) == ([], ["call", "email"])


def test_words_that_were_agreed_to_stay_when_the_form_is_changed(visitor: Browser, form: PublicForm) -> None:
    lead = sent(visitor, mailings="1")
    changed = [*FIELDS[:3], {**FIELDS[3], "label": "Другие слова", "channels": ["sms"]}]
    commands.set_form(actor=SYSTEM, code="site", title="Заявка", fields=changed, source="site")

    client = converted(lead)

    assert client.consents == ["call", "email"]
    assert WORDS in Consent.objects.filter(client=client)[0].proof


def test_a_consent_is_told_in_the_feed_of_the_enquiry(visitor: Browser) -> None:
    sent(visitor, mailings="1")

    entry = Entry.objects.get(kind="portal.mailings_agreed")
    assert (entry.payload["text"], entry.payload["told"]) == (WORDS, "звонок, почта")


def test_an_enquiry_linked_to_a_client_brings_its_consent_once(visitor: Browser) -> None:
    lead, known = sent(visitor, mailings="1"), clients.add(actor=SYSTEM, name="Лучев", kind="person")

    leads.link_client(actor=SYSTEM, lead=lead, client=known)
    events.drain()
    leads.convert(actor=SYSTEM, lead=lead)
    events.drain()

    assert Consent.objects.filter(client=known).count() == 2


def test_what_was_refused_since_stays_refused(visitor: Browser) -> None:
    lead, known = sent(visitor, mailings="1"), clients.add(actor=SYSTEM, name="Лучев", kind="person")
    clients.note_consent(actor=SYSTEM, channels=["email"], is_given=False, client=known)

    leads.link_client(actor=SYSTEM, lead=lead, client=known)
    events.drain()

    known.refresh_from_db()
    assert (known.consents, known.refusals) == (["call"], ["email"])


def test_a_consent_goes_along_when_its_enquiry_is_merged(visitor: Browser) -> None:
    lead = sent(visitor, mailings="1")
    other = leads.receive(actor=SYSTEM, source="site", name="Лучев", phone="+7 921 000-00-77", text="Ещё раз")
    mergeable("leads.lead").merge(actor=SYSTEM, survivor=other, losers=[lead])

    assert converted(other).consents == ["call", "email"]


def test_spam_brings_no_consent(visitor: Browser) -> None:
    lead = sent(visitor, mailings="1", website="spam")

    assert (Submission.objects.get().suspicion != "", lead.state) == (True, "spam")
    assert commands.note_consents(actor=SYSTEM, lead_id=lead.pk) == 0


@pytest.mark.parametrize("wrong", [{"required": True}, {"channels": ["telegraph"]}], ids=["forced", "channel"])
def test_a_consent_that_cannot_be_asked_so_is_refused(form: PublicForm, wrong: dict[str, Any]) -> None:
    fields = [*FIELDS[:3], {**FIELDS[3], **wrong}]

    with pytest.raises(Refused):
        commands.set_form(actor=SYSTEM, code="site", title="Заявка", fields=fields, source="site")
