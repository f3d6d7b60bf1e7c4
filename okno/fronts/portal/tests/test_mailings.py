"""Letters to each of many: only to those who agreed, once to an address, by a text with the values of the row."""

from __future__ import annotations

from collections.abc import Iterator
from email import message_from_bytes, policy

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from okno.access.tests.cast import Cast
from okno.areas.clients import commands as clients
from okno.areas.clients.models import Client, Contact, Prospect
from okno.areas.communications import commands
from okno.areas.communications.commands.outgoing import send_queued
from okno.areas.communications.models import Mail, MailAccount
from okno.areas.documents import commands as documents
from okno.areas.documents.models import TextTemplate
from okno.kit.changing import running, steps
from okno.kit.changing.asked import Asked
from okno.kit.errors import Denied, Missing, Refused
from okno.kit.models import EntryLink, JobRun
from okno.kit.permissions import SYSTEM, Actor, Grant, ReachKind
from okno.kit.testing.fakes.smtp import SmtpPeer, smtp_peer

pytestmark = pytest.mark.django_db


@pytest.fixture
def account() -> MailAccount:
    return commands.set_account(
        actor=SYSTEM,
        address="sales@okno.test",
        values={"name": "Отдел продаж", "smtp_host": "127.0.0.1", "signature": "Отдел продаж"},
    )


@pytest.fixture
def peer(account: MailAccount) -> Iterator[SmtpPeer]:
    with smtp_peer() as started:
        MailAccount.objects.update(smtp_port=started.port, smtp_security="none")
        yield started


@pytest.fixture
def text(account: MailAccount) -> TextTemplate:
    return documents.set_template(
        actor=SYSTEM,
        record="clients.client",
        name="Приглашение на выставку",
        subject="Приглашаем, {{ name }}",
        body="Добрый день! Ждём вас на выставке. Ваш город: {{ city }}.",
    )


def agreed(name: str = "ООО «Ромашка»", email: str = "info@romashka.example", **more: object) -> Client:
    return clients.add(actor=SYSTEM, name=name, email=email, consents=["email"], **more)


def send(client: Client, text: TextTemplate, actor: Actor = SYSTEM, **more: object) -> Mail:
    return commands.send_out(actor=actor, template=text.pk, client=client, **more)


def refusal(client: Client, text: TextTemplate) -> str:
    with pytest.raises(Refused) as refused:
        send(client, text)
    return refused.value.code


def to_many(actor: Actor, text: TextTemplate, clients_: list[Client], work: str = running.WORK) -> dict[str, object]:
    """What came of a letter to each of these."""
    asked = Asked(
        record="clients.client",
        ids=[one.pk for one in clients_],
        label="Письмо",
        command="communications.send_out",
        on="client",
        given={"template": text.pk, "mailing": "m1"},
    )
    job = steps.begun(actor, work, asked)
    assert job.state == JobRun.State.DONE, job.error
    result: dict[str, object] = job.result
    return result


def test_send_out_writes_what_the_text_says_of_the_client(text: TextTemplate):
    client = agreed(city="Тула")

    mail = send(client, text)

    assert (mail.to, mail.subject, mail.client) == (["info@romashka.example"], "Приглашаем, ООО «Ромашка»", client)
    assert "Ваш город: Тула." in mail.text
    assert EntryLink.objects.filter(record="clients.client", row_id=client.pk, entry__kind="communications.mail")
    assert ProcrastinateJob.objects.filter(task_name="communications.send").values_list("priority", flat=True)[0] < 0


def test_letter_goes_out_with_the_way_out_of_mailings(text: TextTemplate, peer: SmtpPeer):
    mail = send(agreed(), text)

    send_queued(mail.pk)

    (received,) = peer.received
    words = message_from_bytes(received.raw, policy=policy.default).get_content()
    assert f"List-Unsubscribe: <{mail.unsubscribe_url}>".encode() in received.raw
    assert b"List-Unsubscribe-Post: List-Unsubscribe=One-Click" in received.raw
    assert words.rstrip().endswith(mail.unsubscribe_url)
    assert "Отдел продаж" in words


def test_letter_to_a_contact_stands_in_the_feed_of_its_client_too(text: TextTemplate):
    client = agreed()
    contact = clients.add_contact(actor=SYSTEM, name="Анна", client=client, email="anna@romashka.example")
    clients.note_consent(actor=SYSTEM, channels=["email"], contact=contact)
    of_people = documents.set_template(
        actor=SYSTEM, record="clients.contact", name="x", subject="{{ name }}", body="{{ client }}"
    )

    mail = commands.send_out(actor=SYSTEM, template=of_people.pk, contact=contact)

    assert (mail.subject, mail.contact, mail.client) == ("Анна", contact, client)
    on = EntryLink.objects.filter(entry__kind="communications.mail").values_list("record", "row_id")
    assert {("clients.client", client.pk), ("clients.contact", contact.pk)} <= set(on)


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"email": "info@a.example"}, "communications.no_consent"),
        ({"consents": ["sms"], "email": "info@a.example"}, "communications.no_consent"),
        ({"consents": ["email"]}, "communications.no_address"),
    ],
)
def test_send_out_refuses_whoever_cannot_be_written_to(text: TextTemplate, values: dict[str, object], code: str):
    assert refusal(clients.add(actor=SYSTEM, name="ООО «Ромашка»", **values), text) == code


def test_send_out_refuses_a_wrong_address(text: TextTemplate):
    client = agreed()
    Client.objects.filter(pk=client.pk).update(email="директор")

    assert refusal(client, text) == "communications.wrong_address"


def test_send_out_refuses_whoever_wants_no_mailings_any_more(text: TextTemplate):
    client = agreed()
    clients.note_consent(actor=SYSTEM, channels=["email"], client=client, is_given=False)

    assert refusal(client, text) == "communications.refused"


def test_send_out_refuses_a_person_who_has_left_or_whose_client_refused(text: TextTemplate):
    client = agreed()
    contact = clients.add_contact(actor=SYSTEM, name="Анна", client=client, email="anna@romashka.example")
    clients.note_consent(actor=SYSTEM, channels=["email"], contact=contact)
    clients.note_consent(actor=SYSTEM, channels=["email"], client=client, is_given=False)
    with pytest.raises(Refused) as refused:
        commands.send_out(actor=SYSTEM, template=text.pk, contact=contact)
    assert refused.value.code == "communications.refused"

    Contact.objects.filter(pk=contact.pk).update(left_date="2026-01-01")
    with pytest.raises(Refused) as refused:
        commands.send_out(actor=SYSTEM, template=text.pk, contact=contact)
    assert refused.value.code == "communications.left"


def test_send_out_lets_those_be_who_asked_not_to_be_disturbed(text: TextTemplate):
    silent = clients.add_prospect(actor=SYSTEM, name="Ромашка", email="info@romashka.example")
    clients.move_prospect(actor=SYSTEM, prospect=silent, status=Prospect.Status.SILENT)

    assert refusal(agreed(), text) == "communications.silent"


def test_send_out_refuses_a_marked_row_and_a_text_of_other_rows(text: TextTemplate):
    client = agreed()
    other = documents.set_template(actor=SYSTEM, record="clients.contact", name="x", subject="x", body="x")
    with pytest.raises(Missing):
        send(client, other)

    Client.objects.filter(pk=client.pk).update(is_deleted=True)
    assert refusal(client, text) == "communications.marked"


def test_hidden_fields_never_get_into_a_letter(cast: Cast, text: TextTemplate):
    client = agreed(city="Тула", owner=cast.anna)
    cast.hide("anna", "clients.client.city")

    with pytest.raises(Denied):
        send(client, text, cast.actor("anna"))

    for name in ("email", "consents", "refusals"):
        cast.hide("anna", f"clients.client.{name}")
        with pytest.raises(Denied):
            send(client, text, cast.actor("anna"))


def test_send_out_reaches_as_far_as_its_own_right(cast: Cast, text: TextTemplate):
    mine, other = agreed(owner=cast.anna), agreed("ООО «Лютик»", "info@lutik.example", owner=cast.boris)
    grants = (
        Grant("clients.view", ReachKind.ALL),
        Grant("communications.view_accounts", ReachKind.ALL),
        Grant("communications.send_out", ReachKind.OWN),
    )
    seller = Actor(kind="person", name="Анна", user_id=cast.anna.pk, grants=grants)

    assert send(mine, text, seller).owner_id == cast.anna.pk
    with pytest.raises(Missing):
        send(other, text, seller)


def test_one_mailing_writes_once_to_an_address(text: TextTemplate):
    first, second = agreed(), agreed("ООО «Ромашка-2»", "INFO@romashka.example")

    assert to_many(SYSTEM, text, [first, second])["done"] == 1
    again = to_many(SYSTEM, text, [first, second])

    assert again["done"] == 0
    assert Mail.objects.count() == 1


def test_preview_of_a_mailing_tells_what_the_mailing_does(text: TextTemplate, monkeypatch: pytest.MonkeyPatch):
    """Batches of a preview are rolled back one by one, and know of each other still."""
    monkeypatch.setattr(running, "ROWS_AT_ONCE", 1)
    rows = [agreed(), agreed("ООО «Ромашка-2»"), clients.add(actor=SYSTEM, name="Без адреса")]

    shown = to_many(SYSTEM, text, rows, running.PREVIEW_WORK)
    assert not Mail.objects.exists()
    done = to_many(SYSTEM, text, rows)

    assert (shown["done"], shown["refused_count"]) == (done["done"], done["refused_count"]) == (1, 2)
    assert shown["reasons"] == done["reasons"]
    assert shown["outside"] == {"communications.send": 1}


def test_mailing_taken_back_does_not_send_what_waits(text: TextTemplate, peer: SmtpPeer):
    asked = Asked(
        record="clients.client",
        ids=[agreed().pk],
        label="Письмо",
        command="communications.send_out",
        on="client",
        given={"template": text.pk},
    )
    job = steps.begun(SYSTEM, running.WORK, asked)
    back = steps.looked_back(SYSTEM, job)
    steps.taken_back(SYSTEM, back, shown=[], fields=[])

    send_queued(Mail.objects.get().pk)

    assert not peer.received
