"""Sending against a strict peer: accepted, refused, failed and unknown are told apart."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest

from okno.areas.communications.parts.mail import smtp
from okno.areas.communications.parts.mail.accounts import SmtpSettings
from okno.areas.communications.parts.mail.build import FileToSend, build_message
from okno.areas.communications.parts.mail.message import MailAddress
from okno.areas.communications.parts.mail.parse import parse_message
from okno.kit.http import TransportError
from okno.kit.testing.fakes.certificate import server_context
from okno.kit.testing.fakes.smtp import HANG_UP, SmtpPeer, smtp_peer

TO = ["ivan@client.test", "olga@client.test"]
MESSAGE = build_message(
    message_id="<out-17@okno.test>",
    sender=MailAddress("sales@okno.test", "Отдел продаж"),
    to=[MailAddress(address) for address in TO],
    subject="Счёт на оплату",
    text="Добрый день!\n.строка с точкой\n..две точки\n",
    at=dt.datetime(2026, 11, 21, 12, tzinfo=dt.UTC),
    attachments=[FileToSend(name="Счёт № 5.pdf", content=b"%PDF-1.7\n.\n" * 20)],
)


@pytest.fixture
def peer() -> Iterator[SmtpPeer]:
    with smtp_peer() as running:
        yield running


def account(peer: SmtpPeer, **more: object) -> SmtpSettings:
    settings = {"host": peer.host, "port": peer.port, "security": "none", "timeout": 5.0, **more}
    return SmtpSettings(**settings)


def test_send_hands_the_message_over_unchanged(peer: SmtpPeer):
    result = smtp.send(account(peer), MESSAGE, TO)

    (received,) = peer.received
    mail = parse_message(received.raw)
    assert (result.outcome, result.refused) == ("accepted", {})
    assert received.sender == "sales@okno.test"
    assert received.recipients == tuple(TO)
    assert mail.text == "Добрый день!\n.строка с точкой\n..две точки"
    assert mail.attachments[0].content() == b"%PDF-1.7\n.\n" * 20


def test_send_asks_for_reports_where_the_server_offers_them(peer: SmtpPeer):
    result = smtp.send(account(peer), MESSAGE, TO[:1], envelope_id="outbox=17")

    (received,) = peer.received
    assert result.asked_for_report
    assert received.mail_options[-2:] == ("RET=HDRS", "ENVID=outbox+3D17")
    assert received.rcpt_options == ("NOTIFY=FAILURE,DELAY", "ORCPT=rfc822;ivan@client.test")


def test_send_does_not_ask_a_server_that_knows_no_reports():
    with smtp_peer(offers_dsn=False) as peer:
        result = smtp.send(account(peer), MESSAGE, TO)

        assert not result.asked_for_report
        assert len(peer.received) == 1


def test_refused_recipient_does_not_keep_the_mail_from_the_others(peer: SmtpPeer):
    peer.refuse(TO[0], "550 5.1.1 no such user")

    result = smtp.send(account(peer), MESSAGE, [*TO, "broken address"])

    assert peer.received[0].recipients == (TO[1],)
    assert result.refused[TO[0]].permanent
    assert result.refused[TO[0]].message == "550 5.1.1 no such user"
    assert result.refused["broken address"].permanent


@pytest.mark.parametrize(("reply", "permanent"), [("450 4.2.0 greylisted", False), ("550 5.1.1 unknown", True)])
def test_all_recipients_refused_is_an_error(peer: SmtpPeer, reply: str, permanent: bool):  # noqa: FBT001
    for address in TO:
        peer.refuse(address, reply)

    with pytest.raises(TransportError) as failed:
        smtp.send(account(peer), MESSAGE, TO)

    assert failed.value.permanent is permanent
    assert reply in failed.value.message


@pytest.mark.parametrize("moment", ["MAIL", "DATA", "DOT"])
@pytest.mark.parametrize(("reply", "permanent"), [("451 4.3.0 busy", False), ("554 5.7.1 spam", True)])
def test_planned_answer_tells_whether_to_try_again(peer: SmtpPeer, moment: str, reply: str, permanent: bool):  # noqa: FBT001
    peer.fail(moment, reply)

    with pytest.raises(TransportError) as failed:
        smtp.send(account(peer), MESSAGE, TO)

    assert failed.value.permanent is permanent
    assert failed.value.message == reply
    assert peer.received == []


@pytest.mark.parametrize("moment", ["EHLO", "MAIL", "RCPT", "DATA"])
def test_connection_lost_before_the_end_may_be_tried_again(peer: SmtpPeer, moment: str):
    peer.fail(moment, HANG_UP, times=2)

    with pytest.raises(TransportError) as failed:
        smtp.send(account(peer), MESSAGE, TO)

    assert not failed.value.permanent


def test_connection_lost_after_the_final_dot_is_unknown(peer: SmtpPeer):
    peer.fail("DOT", HANG_UP)

    assert smtp.send(account(peer), MESSAGE, TO).outcome == "unknown"


def test_nobody_listening_may_be_tried_again(peer: SmtpPeer):
    with smtp_peer() as gone:
        closed = account(gone)

    with pytest.raises(TransportError) as failed:
        smtp.send(closed, MESSAGE, TO)

    assert not failed.value.permanent


def test_sign_in_is_used_and_a_wrong_password_is_permanent():
    with smtp_peer(users={"sales@okno.test": "пароль"}) as peer:
        smtp.send(account(peer, username="sales@okno.test", password="пароль"), MESSAGE, TO)
        with pytest.raises(TransportError) as failed:
            smtp.check(account(peer, username="sales@okno.test", password="wrong"))

        assert peer.received[0].username == "sales@okno.test"
        assert failed.value.permanent


def test_token_is_used_and_a_wrong_one_is_permanent():
    with smtp_peer(tokens={"sales@okno.test": "good-token"}) as peer:
        smtp.send(account(peer, username="sales@okno.test", token="good-token"), MESSAGE, TO)
        with pytest.raises(TransportError) as failed:
            smtp.check(account(peer, username="sales@okno.test", token="old-token"))

        assert peer.received[0].username == "sales@okno.test"
        assert failed.value.permanent


@pytest.mark.parametrize("security", ["starttls", "ssl"])
def test_mail_goes_over_tls(tmp_path: Path, security: str):
    with smtp_peer(tls=server_context(tmp_path), implicit_tls=security == "ssl") as peer:
        smtp.send(account(peer, security=security, verify_certificate=False), MESSAGE, TO)

        assert peer.received[0].over_tls


def test_certificate_that_nobody_trusts_is_refused(tmp_path: Path):
    with smtp_peer(tls=server_context(tmp_path)) as peer, pytest.raises(TransportError) as failed:
        smtp.send(account(peer, security="starttls"), MESSAGE, TO)

    assert failed.value.permanent
    assert peer.received == []


def test_starttls_is_never_given_up_silently(peer: SmtpPeer):
    with pytest.raises(TransportError) as failed:
        smtp.send(account(peer, security="starttls"), MESSAGE, TO)

    assert failed.value.permanent


def test_settings_do_not_show_secrets():
    shown = repr(SmtpSettings(host="h", port=1, password="secret-word", token="secret-token"))

    assert "secret" not in shown
