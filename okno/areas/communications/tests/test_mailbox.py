"""A real Dovecot: incremental reading, waiting, filing, and a talk that goes out by SMTP and comes back."""

from __future__ import annotations

import datetime as dt
import itertools
import threading
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from dataclasses import replace

import pytest

from okno.areas.communications.parts.mail import smtp
from okno.areas.communications.parts.mail.accounts import ImapSettings, SmtpSettings
from okno.areas.communications.parts.mail.build import build_message, wire_bytes
from okno.areas.communications.parts.mail.imap import FolderState, Mailbox
from okno.areas.communications.parts.mail.message import MailAddress
from okno.areas.communications.parts.mail.parse import parse_message
from okno.kit.http import TransportError
from okno.kit.testing.fakes import dovecot
from okno.kit.testing.fakes.smtp import smtp_peer

US, CLIENT = "sales@okno.test", "ivan@client.test"
AT = dt.datetime(2026, 11, 21, 12, tzinfo=dt.UTC)

pytestmark = pytest.mark.skipif(bool(dovecot.why_not()), reason=dovecot.why_not() or "runs")


@pytest.fixture(scope="module")
def running() -> Iterator[dovecot.Dovecot]:
    users = {f"u{number}@okno.test": "pass" for number in range(30)} | {US: "пароль"}
    with dovecot.running_dovecot(users, tokens={"good-token": US}) as server:
        yield server


@pytest.fixture
def settings(running: dovecot.Dovecot, request: pytest.FixtureRequest) -> ImapSettings:
    """Each test has a mailbox of its own."""
    number = len(list((running.folder / "mail").iterdir()))
    return ImapSettings(
        host=running.host,
        port=running.imap_port,
        security="none",
        username=f"u{number}@okno.test",
        password="pass",
        timeout=10,
    )


def letter(subject: str, size: int = 0) -> bytes:
    return wire_bytes(
        build_message(
            message_id=f"<{subject}@client.test>",
            sender=MailAddress(CLIENT),
            to=[MailAddress(US)],
            subject=subject,
            text="Здравствуйте!" + "x" * size,
            at=AT,
        )
    )


def subjects(raws: Iterator[bytes] | list[bytes]) -> list[str]:
    return [parse_message(raw).subject for raw in raws]


def test_fetch_new_brings_each_message_once(running: dovecot.Dovecot, settings: ImapSettings):
    for subject in ("one", "two"):
        running.deliver(settings.username, letter(subject))

    with Mailbox(settings) as mailbox:
        first = mailbox.fetch_new("INBOX")
        again = mailbox.fetch_new("INBOX", first.state)
        running.deliver(settings.username, letter("three"))
        more = mailbox.fetch_new("INBOX", again.state)

    assert subjects([message.raw for message in first.messages]) == ["one", "two"]
    assert again.messages == ()
    assert subjects([message.raw for message in more.messages]) == ["three"]
    assert not more.validity_changed


def test_fetch_new_leaves_messages_unread(running: dovecot.Dovecot, settings: ImapSettings):
    running.deliver(settings.username, letter("unread"))

    with Mailbox(settings) as mailbox:
        mailbox.fetch_new("INBOX")
        (message,) = mailbox.fetch_new("INBOX").messages

    assert "\\Seen" not in message.flags
    assert message.received_at is not None
    assert message.received_at.tzinfo is not None


def test_fetch_new_comes_in_batches(running: dovecot.Dovecot, settings: ImapSettings):
    for number in range(5):
        running.deliver(settings.username, letter(f"mail-{number}"))
    seen: list[str] = []
    state: FolderState | None = None

    with Mailbox(settings) as mailbox:
        for _ in range(3):
            batch = mailbox.fetch_new("INBOX", state, most=2)
            seen += subjects([message.raw for message in batch.messages])
            state = batch.state

    assert seen == [f"mail-{number}" for number in range(5)]
    assert not batch.has_more


def test_fetch_new_says_when_the_folder_was_numbered_anew(running: dovecot.Dovecot, settings: ImapSettings):
    running.deliver(settings.username, letter("kept"))
    with Mailbox(settings) as mailbox:
        before = mailbox.fetch_new("INBOX").state

    with Mailbox(settings) as mailbox:
        after = mailbox.fetch_new("INBOX", replace(before, uidvalidity=before.uidvalidity - 1))

    assert after.validity_changed
    assert subjects([message.raw for message in after.messages]) == ["kept"]


def test_fetch_new_takes_only_the_head_of_a_giant(running: dovecot.Dovecot, settings: ImapSettings):
    running.deliver(settings.username, letter("giant", size=200_000))

    with Mailbox(replace(settings, largest_message=100_000)) as mailbox:
        (message,) = mailbox.fetch_new("INBOX").messages

    assert message.head_only
    assert message.size > 200_000
    assert len(message.raw) < 5_000
    assert parse_message(message.raw).subject == "giant"


def test_fetch_new_of_an_old_mailbox_begins_since_a_day(running: dovecot.Dovecot, settings: ImapSettings):
    running.deliver(settings.username, letter("old"))

    with Mailbox(settings) as mailbox:
        fetched = mailbox.fetch_new("INBOX", since=dt.date(2100, 1, 1))
        running.deliver(settings.username, letter("new"))
        later = mailbox.fetch_new("INBOX", fetched.state)

    assert fetched.messages == ()
    assert subjects([message.raw for message in later.messages]) == ["new"]


def test_folders_are_known_by_their_role_not_name(settings: ImapSettings):
    with Mailbox(settings) as mailbox:
        roles = {folder.role: folder.name for folder in mailbox.folders()}

        assert mailbox.can_idle
        assert roles["sent"] == mailbox.folder_of("sent") == "Отправленные"
        assert roles["junk"] == "Спам"
        assert mailbox.folder_of("drafts") == ""


def test_append_sent_files_the_message_as_read(settings: ImapSettings):
    with Mailbox(settings) as mailbox:
        folder = mailbox.append_sent(letter("sent"), AT)
        (message,) = mailbox.fetch_new(folder).messages

    assert folder == "Отправленные"
    assert "\\Seen" in message.flags
    assert message.received_at == AT


def test_wait_returns_when_mail_comes(running: dovecot.Dovecot, settings: ImapSettings):
    with Mailbox(settings) as mailbox:
        state = mailbox.fetch_new("INBOX").state
        delivery = threading.Timer(0.3, running.deliver, (settings.username, letter("awaited")))
        delivery.start()
        came = mailbox.wait("INBOX", state, 20)
        delivery.join()

        assert came
        assert subjects([message.raw for message in mailbox.fetch_new("INBOX", state).messages]) == ["awaited"]


def test_wait_ends_without_mail_and_when_told_to_stop(settings: ImapSettings):
    with Mailbox(settings) as mailbox:
        state = mailbox.fetch_new("INBOX").state

        assert not mailbox.wait("INBOX", state, 0.2)
        assert not mailbox.wait("INBOX", state, 600, stop=lambda: True)


def test_mail_that_came_before_waiting_is_not_waited_for(running: dovecot.Dovecot, settings: ImapSettings):
    with Mailbox(settings) as mailbox:
        state = mailbox.fetch_new("INBOX").state
        running.deliver(settings.username, letter("early"))

        assert mailbox.wait("INBOX", state, 20)


def test_wait_tells_of_a_server_that_went_away(settings: ImapSettings):
    # Whoever asks the dead connection again and again asks this as often.
    asked = itertools.count()
    with ExitStack() as stack:
        passing = stack.enter_context(dovecot.running_dovecot({settings.username: settings.password}))
        with Mailbox(replace(settings, port=passing.imap_port)) as mailbox:
            state = mailbox.fetch_new("INBOX").state
            end = threading.Timer(0.3, stack.close)
            end.start()

            with pytest.raises(TransportError) as lost:
                mailbox.wait("INBOX", state, 20, stop=lambda: next(asked) > 100)
            end.join()

    assert not lost.value.permanent
    assert next(asked) < 100


@pytest.mark.parametrize("security", ["ssl", "starttls"])
def test_mailbox_speaks_tls(running: dovecot.Dovecot, settings: ImapSettings, security: str):
    port = running.imaps_port if security == "ssl" else running.imap_port
    safe = replace(settings, port=port, security=security, verify_certificate=False)

    with Mailbox(safe) as mailbox:
        assert mailbox.folders()

    with pytest.raises(TransportError), Mailbox(replace(safe, verify_certificate=True)):
        pass


def test_wrong_password_is_permanent(settings: ImapSettings):
    with pytest.raises(TransportError) as failed, Mailbox(replace(settings, password="wrong")):
        pass

    assert failed.value.permanent


def test_token_opens_the_mailbox_and_a_wrong_one_is_permanent(settings: ImapSettings):
    by_token = replace(settings, username=US, password="", token="good-token")

    with Mailbox(by_token) as mailbox:
        assert mailbox.folders()
    with pytest.raises(TransportError) as failed, Mailbox(replace(by_token, token="old-token")):
        pass

    assert failed.value.permanent


def test_russian_password_opens_the_mailbox(settings: ImapSettings):
    with Mailbox(replace(settings, username=US, password="пароль")) as mailbox:
        assert mailbox.folders()


def test_unknown_folder_is_an_error_with_the_words_of_the_server(settings: ImapSettings):
    with Mailbox(settings) as mailbox, pytest.raises(TransportError) as failed:
        mailbox.fetch_new("Нет такой")

    assert "exist" in failed.value.message


def test_server_that_went_away_may_be_asked_again(settings: ImapSettings):
    with dovecot.running_dovecot({US: "pass"}) as server:
        gone = replace(settings, port=server.imap_port, username=US)
        mailbox = Mailbox(gone).__enter__()

    with pytest.raises(TransportError) as failed:
        mailbox.fetch_new("INBOX")
    with pytest.raises(TransportError) as unreachable:
        Mailbox(gone).__enter__()

    assert not failed.value.permanent
    assert not unreachable.value.permanent
    with suppress(TransportError):
        mailbox.__exit__(None, None, None)


def test_talk_goes_out_and_the_answer_finds_it(running: dovecot.Dovecot, settings: ImapSettings):
    ours = build_message(
        message_id="<out-1@okno.test>",
        sender=MailAddress(US, "Отдел продаж"),
        to=[MailAddress(CLIENT, "Иван")],
        subject="Счёт на оплату № 5",
        text="Добрый день! Счёт во вложении.",
        at=AT,
    )
    with smtp_peer() as peer:
        smtp.send(SmtpSettings(host=peer.host, port=peer.port, security="none"), ours, [CLIENT])
        there = parse_message(peer.received[0].raw)
    answer = build_message(
        message_id="<answer-1@client.test>",
        sender=MailAddress(CLIENT, "Иван"),
        to=[MailAddress(settings.username)],
        subject=f"Re: {there.subject}",
        text="Оплатили.\n\n21.11.2026 15:00, Отдел продаж <sales@okno.test> написал(а):\n> Добрый день!\n",
        at=AT,
        references=[there.message_id],
    )

    with Mailbox(settings) as mailbox:
        state = mailbox.fetch_new("INBOX").state
        delivery = threading.Timer(0.2, running.deliver, (settings.username, wire_bytes(answer)))
        delivery.start()
        came = mailbox.wait("INBOX", state, 20)
        delivery.join()
        (fetched,) = mailbox.fetch_new("INBOX", state).messages

    mail = parse_message(fetched.raw)
    assert came
    assert mail.thread_ids == ("<out-1@okno.test>",)
    assert mail.subject_key == there.subject_key == "счёт на оплату № 5"
    assert mail.reply_text == "Оплатили."
    assert mail.problems == ()
