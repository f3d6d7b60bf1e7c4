"""What `okno doctor` says about mail: silent when all is well, otherwise which mailbox and what to do."""

from __future__ import annotations

import datetime as dt
import socket
from collections.abc import Iterator

import pytest
from django.test import override_settings

from okno.areas.communications import commands, queries
from okno.areas.communications.models import Mail, MailAccount
from okno.kit.permissions import SYSTEM
from okno.kit.secrets import SecretText
from okno.kit.testing.fakes.dovecot import Dovecot, running_dovecot, why_not
from okno.kit.testing.fakes.smtp import smtp_peer

pytestmark = pytest.mark.django_db

AT = dt.datetime(2026, 11, 21, 12, tzinfo=dt.UTC)
ADDRESS, INBOX = "sales@okno.test", "inbox@okno.test"


@pytest.fixture
def account() -> Iterator[MailAccount]:
    with smtp_peer() as peer:
        values = {"smtp_host": "127.0.0.1", "smtp_port": peer.port, "smtp_security": "none"}
        yield commands.set_account(actor=SYSTEM, address=ADDRESS, values=values)


@pytest.fixture
def silent_port() -> int:
    """A port nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port: int = taken.getsockname()[1]
        return port


def letter(account: MailAccount, state: str, at: dt.datetime, error: str = "") -> Mail:
    return Mail.objects.create(account=account, direction=Mail.Direction.OUT, state=state, at=at, error=error)


def test_troubles_of_no_mailboxes_are_none() -> None:
    assert queries.troubles(AT) == []


def test_troubles_of_a_server_that_answers_are_none(account: MailAccount) -> None:
    assert queries.troubles(AT) == []


def test_troubles_name_the_server_that_takes_no_letters(account: MailAccount, silent_port: int) -> None:
    MailAccount.objects.update(smtp_port=silent_port)

    (told,) = queries.troubles(AT)

    assert told.startswith(f"с ящика {ADDRESS} не отправить писем через 127.0.0.1:{silent_port}")


def test_troubles_name_the_server_that_is_not_read_and_when_it_was(account: MailAccount, silent_port: int) -> None:
    MailAccount.objects.update(
        imap_host="127.0.0.1", imap_port=silent_port, imap_security="none", polled_at=AT - dt.timedelta(days=1)
    )

    (told,) = queries.troubles(AT)

    assert f"127.0.0.1:{silent_port}" in told
    assert "20.11.2026 15:00" in told


@pytest.mark.skipif(bool(why_not()), reason=why_not() or "runs")
def test_troubles_name_a_mailbox_that_answers_and_is_not_read(account: MailAccount) -> None:
    with running_dovecot({INBOX: "pass"}) as server:
        _read_from(server)
        fresh = queries.troubles(AT)
        late = queries.troubles(AT + dt.timedelta(hours=1))

    assert fresh == []
    assert len(late) == 1
    assert late[0].startswith(f"ящик {INBOX} отвечает, но давно не читался")


def _read_from(server: Dovecot) -> None:
    values = {"imap_host": server.host, "imap_port": server.imap_port, "imap_security": "none", "polled_at": AT}
    commands.set_account(actor=SYSTEM, address=INBOX, values=values, password=SecretText("pass"))


def test_troubles_name_a_password_that_this_key_does_not_open(account: MailAccount) -> None:
    commands.set_account(actor=SYSTEM, address=ADDRESS, values={}, password=SecretText("pass"))

    with override_settings(SECRET_KEY="another key of this installation", SECRET_KEY_FALLBACKS=[]):
        (told,) = queries.troubles(AT)

    assert told.startswith(f"пароль ящика {ADDRESS} не открыть")


def test_troubles_name_a_mailbox_that_its_server_put_out(account: MailAccount) -> None:
    commands.note_trouble(actor=SYSTEM, account=account, message="[AUTHENTICATIONFAILED]", is_permanent=True)

    (told,) = queries.troubles(AT)

    assert told.startswith(f"ящик {ADDRESS} отключён")
    assert "[AUTHENTICATIONFAILED]" in told


def test_troubles_say_that_no_mailbox_can_send(account: MailAccount) -> None:
    MailAccount.objects.update(smtp_host="")

    (told,) = queries.troubles(AT)

    assert told.startswith("ни с одного ящика нельзя отправлять письма")


def test_troubles_count_letters_that_were_not_sent(account: MailAccount) -> None:
    letter(account, Mail.State.FAILED, AT - dt.timedelta(hours=1), "550 нет такого ящика.")
    letter(account, Mail.State.FAILED, AT - dt.timedelta(days=8), "давно")
    letter(account, Mail.State.QUEUED, AT - dt.timedelta(hours=1))
    letter(account, Mail.State.QUEUED, AT - dt.timedelta(minutes=1))
    letter(account, Mail.State.SENT, AT - dt.timedelta(hours=1))

    waiting, lost = queries.troubles(AT)

    assert waiting.startswith("писем, которые не уходят больше 15 минут: 1.")
    assert lost.startswith("неотправленных писем за 7 дней: 1, последнее — из-за «550 нет такого ящика».")
