"""Letters written, sent, answered and taken in once; with a real SMTP peer and a real Dovecot where it is installed."""

from __future__ import annotations

import io
import threading
from collections.abc import Iterator
from email.message import EmailMessage

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from okno.access import commands as access
from okno.access.tests.cast import Cast
from okno.areas.clients import commands as clients
from okno.areas.clients.models import Client
from okno.areas.communications import commands, queries
from okno.areas.communications.commands import reading
from okno.areas.communications.commands.outgoing import send_queued, send_rest
from okno.areas.communications.models import Mail, MailAccount
from okno.kit import files
from okno.kit.attachments import commands as attachments
from okno.kit.errors import Missing, Refused
from okno.kit.models import Attachment, EntryLink, EventRow
from okno.kit.models.files import FileVersion
from okno.kit.permissions import SYSTEM, Actor, Grant, ReachKind
from okno.kit.secrets import SecretText
from okno.kit.testing.fakes.dovecot import running_dovecot, why_not
from okno.kit.testing.fakes.smtp import SmtpPeer, smtp_peer

pytestmark = pytest.mark.django_db


@pytest.fixture
def account() -> MailAccount:
    return commands.set_account(
        actor=SYSTEM, address="sales@okno.test", values={"name": "Отдел продаж", "smtp_host": "127.0.0.1"}
    )


@pytest.fixture
def client_() -> Client:
    return clients.add(actor=SYSTEM, name="ООО «Ромашка»", email="anna@romashka.example")


@pytest.fixture
def peer(account: MailAccount) -> Iterator[SmtpPeer]:
    with smtp_peer() as started:
        MailAccount.objects.update(smtp_port=started.port, smtp_security="none")
        yield started


def kept(message: EmailMessage | bytes) -> str:
    raw = message if isinstance(message, bytes) else message.as_bytes()
    return files.store(io.BytesIO(raw), "message.eml").sha256


def attached(client: Client, stored: files.Stored) -> FileVersion:
    """A file of a client."""
    named = {"sha256": stored.sha256, "size": stored.size, "mime": stored.mime, "name": stored.name}
    return attachments.add(actor=SYSTEM, record="clients.client", row_id=client.pk, **named).versions.get()


def letter(**headers: str) -> EmailMessage:
    message = EmailMessage()
    message["From"] = "Анна <anna@romashka.example>"
    message["To"] = "sales@okno.test"
    message["Subject"] = "Вопрос"
    message["Message-ID"] = "<1@romashka.example>"
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    message.set_content("Сколько стоит терминал?")
    return message


def test_take_in_recognises_the_client_and_writes_into_its_feed(account: MailAccount, client_: Client) -> None:
    mail = commands.take_in(actor=SYSTEM, account=account, raw=kept(letter()))

    assert (mail.client, mail.text.strip()) == (client_, "Сколько стоит терминал?")
    assert EntryLink.objects.filter(
        record="clients.client", row_id=client_.pk, entry__kind="communications.mail"
    ).exists()


def test_take_in_of_the_same_message_again_changes_nothing(account: MailAccount) -> None:
    for _turn in range(2):
        commands.take_in(actor=SYSTEM, account=account, raw=kept(letter()))

    assert Mail.objects.count() == 1
    assert EventRow.objects.filter(name="communications.MailReceived").count() == 1


def test_an_answer_stands_by_what_it_answers(account: MailAccount, client_: Client) -> None:
    about = clients.add(actor=SYSTEM, name="ООО «Лютик»")
    ours = commands.write(
        actor=SYSTEM,
        to=["anna@romashka.example"],
        subject="Счёт",
        text="Вот счёт",
        client=client_,
        about_record="clients.client",
        about_id=about.pk,
    )

    answer = commands.take_in(actor=SYSTEM, account=account, raw=kept(letter(In_Reply_To=ours.message_id)))

    assert (answer.about_record, answer.about_id, answer.client) == ("clients.client", about.pk, client_)
    told = EntryLink.objects.filter(record="clients.client", row_id=about.pk, entry__kind="communications.mail")
    assert told.count() == 2


def test_an_answer_to_whoever_is_away_goes_to_their_deputy(account: MailAccount, cast: Cast) -> None:
    ours = commands.write(actor=cast.actor("anna"), to=["anna@romashka.example"], subject="Счёт", text="Вот счёт")
    access.set_available(actor=SYSTEM, user=cast.anna, is_available=False, deputy=cast.boris)

    answer = commands.take_in(actor=SYSTEM, account=account, raw=kept(letter(In_Reply_To=ours.message_id)))

    assert (ours.owner, answer.owner) == (cast.anna, cast.boris)


def test_what_cannot_be_parsed_is_kept_with_its_problems(account: MailAccount) -> None:
    mail = commands.take_in(actor=SYSTEM, account=account, raw=kept(b"\xff\xfe\x00 no mail at all \x80"))

    assert mail.raw
    with files.open_stored(mail.raw) as stream:
        assert stream.read() == b"\xff\xfe\x00 no mail at all \x80"


def test_a_program_among_the_attachments_is_noted_and_not_attached(account: MailAccount) -> None:
    message = letter()
    message.add_attachment(b"MZ" + b"\0" * 100, maintype="application", subtype="octet-stream", filename="счёт.exe")
    message.add_attachment("Договор".encode(), maintype="text", subtype="plain", filename="договор.txt")

    mail = commands.take_in(actor=SYSTEM, account=account, raw=kept(message))

    assert list(Attachment.objects.values_list("name", flat=True)) == ["договор.txt"]
    assert mail.problems


def test_a_letter_goes_to_the_server_with_its_files(account: MailAccount, client_: Client, peer: SmtpPeer) -> None:
    stored = files.store(io.BytesIO(b"%PDF-1.7 ..."), "счёт.pdf")
    version = attached(client_, stored)
    mail = commands.write(
        actor=SYSTEM, to=["anna@romashka.example"], subject="Счёт", text="Вот счёт", versions=[version]
    )

    send_queued(mail.pk)
    send_queued(mail.pk)

    (received,) = peer.received
    assert received.recipients == ("anna@romashka.example",)
    assert mail.message_id.encode() in received.raw
    assert Mail.objects.get().state == "sent"


def test_a_refused_letter_says_why_and_can_be_sent_again(account: MailAccount, peer: SmtpPeer) -> None:
    peer.refuse("nobody@romashka.example")
    mail = commands.write(actor=SYSTEM, to=["nobody@romashka.example"], subject="Счёт", text="Вот счёт")

    send_queued(mail.pk)

    failed = Mail.objects.get()
    assert failed.state == "failed"
    assert failed.error
    commands.send_again(actor=SYSTEM, mail=failed)
    assert Mail.objects.get().state == "queued"


def test_recipient_refused_for_the_time_being_is_tried_again(account: MailAccount, peer: SmtpPeer) -> None:
    peer.refuse("grey@romashka.example", "450 4.2.0 greylisted")
    to = ["anna@romashka.example", "grey@romashka.example"]
    mail = commands.write(actor=SYSTEM, to=to, subject="Счёт", text="Вот счёт")

    send_queued(mail.pk)
    job = ProcrastinateJob.objects.get(task_name="communications.send_rest")
    told = Mail.objects.get().error
    peer.refuse("grey@romashka.example", "")
    send_rest(**job.args)

    assert "greylisted" in told
    assert job.args == {"mail_id": mail.pk, "recipients": ["grey@romashka.example"], "tries": 1}
    assert [one.recipients for one in peer.received] == [("anna@romashka.example",), ("grey@romashka.example",)]
    assert (Mail.objects.get().state, Mail.objects.get().error) == ("sent", "")
    assert EventRow.objects.filter(name="communications.MailSent").count() == 1
    assert ProcrastinateJob.objects.filter(task_name="communications.send_rest").count() == 1


def test_write_refuses_wrong_addresses_and_no_mailbox(db: None) -> None:
    with pytest.raises(Refused):
        commands.write(actor=SYSTEM, to=["a@b.example"], subject="Счёт", text="")
    commands.set_account(actor=SYSTEM, address="sales@okno.test", values={"smtp_host": "127.0.0.1"})
    with pytest.raises(Refused):
        commands.write(actor=SYSTEM, to=["не адрес"], subject="Счёт", text="")


def test_files_of_others_cannot_be_sent(account: MailAccount, client_: Client) -> None:
    stored = files.store(io.BytesIO(b"%PDF-1.7 ..."), "тайна.pdf")
    version = attached(client_, stored)
    seller = Actor(
        "person", "Продавец", 999, grants=(Grant("communications.*", ReachKind.ALL), Grant("clients.*", ReachKind.OWN))
    )

    with pytest.raises(Missing):
        commands.write(actor=seller, to=["a@b.example"], subject="Файл", text="", versions=[version])


def test_the_password_of_a_mailbox_is_kept_encrypted(db: None) -> None:
    account = commands.set_account(
        actor=SYSTEM, address="sales@okno.test", values={"imap_host": "127.0.0.1"}, password=SecretText("тайна")
    )

    assert "тайна" not in account.secret
    assert queries.imap_of(account).password == "тайна"


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(bool(why_not()), reason=why_not() or "ready")
def test_a_mailbox_is_read_from_where_it_was_left(db: None) -> None:
    with running_dovecot({"sales@okno.test": "тайна"}) as dovecot:
        account = commands.set_account(
            actor=SYSTEM,
            address="sales@okno.test",
            values={"imap_host": dovecot.host, "imap_port": dovecot.imap_port, "imap_security": "none"},
            password=SecretText("тайна"),
        )
        for number in range(3):
            dovecot.deliver("sales@okno.test", letter_of(number))
        first = commands.read_account(account)
        dovecot.deliver("sales@okno.test", letter_of(3))
        account.refresh_from_db()

        second = commands.read_account(account)

    assert (first, second, Mail.objects.count()) == (3, 1, 4)


def letter_of(number: int) -> bytes:
    message = letter()
    message.replace_header("Message-ID", f"<{number}@romashka.example>")
    return message.as_bytes()


def test_a_mailbox_set_up_anew_is_not_waited_for(account: MailAccount) -> None:
    MailAccount.objects.update(imap_host="127.0.0.1", error="нет связи")
    stop = threading.Event()

    waited = reading.wait_out(account.pk, 0.05, stop)
    MailAccount.objects.update(error="")
    mended = reading.wait_out(account.pk, 0.05, stop)

    assert (waited, mended) == (False, True)


def test_a_letter_is_not_linked_to_what_is_out_of_reach(account: MailAccount, client_: Client) -> None:
    mail = commands.take_in(actor=SYSTEM, account=account, raw=kept(letter()))
    seller = Actor(
        "person", "Продавец", 999, grants=(Grant("communications.*", ReachKind.ALL), Grant("clients.*", ReachKind.OWN))
    )

    with pytest.raises(Missing):
        commands.link(actor=seller, mail=mail, about_record="clients.client", about_id=client_.pk)

    assert Mail.objects.get().about_record == ""


def test_a_letter_that_was_sent_is_not_sent_again(account: MailAccount) -> None:
    mail = commands.write(actor=SYSTEM, to=["anna@romashka.example"], subject="Счёт", text="")
    Mail.objects.update(state=Mail.State.SENT)
    queued = ProcrastinateJob.objects.count()

    with pytest.raises(Refused):
        commands.send_again(actor=SYSTEM, mail=mail)

    assert ProcrastinateJob.objects.count() == queued
