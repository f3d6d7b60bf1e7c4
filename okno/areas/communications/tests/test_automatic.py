"""Reports of failure, vacation answers and lists, as real servers write them."""

from __future__ import annotations

import pytest

from okno.areas.communications.parts.mail.parse import parse_message

EXIM = """Return-path: <>
From: Mail Delivery System <Mailer-Daemon@mx.okno.test>
To: sales@okno.test
Auto-Submitted: auto-replied
X-Failed-Recipients: nobody@client.test
References: <out-1@okno.test>
Content-Type: multipart/report; report-type=delivery-status; boundary=b
MIME-Version: 1.0
Subject: Mail delivery failed: returning message to sender
Message-Id: <E1@mx.okno.test>
Date: Sat, 21 Nov 2026 12:00:00 +0300

--b
Content-type: text/plain; charset=us-ascii

A message that you sent could not be delivered: nobody@client.test

--b
Content-type: message/delivery-status

Reporting-MTA: dns; mx.okno.test
Original-Envelope-Id: outbox-17

Action: {action}
Final-Recipient: rfc822;Nobody@client.test
Status: {status}
Diagnostic-Code: smtp; 550 5.1.1 No such user

--b
Content-type: message/rfc822

From: sales@okno.test
Message-ID: <out-1@okno.test>
Subject: hello

text
--b--
"""
VACATION = """Return-Path: <>
From: Ivan <ivan@client.test>
To: sales@okno.test
Subject: Отпуск
Auto-Submitted: auto-replied (vacation)
Precedence: bulk
In-Reply-To: <out-1@okno.test>
Content-Type: text/plain; charset=utf-8

Меня нет.
"""
OLD_SERVER = """Return-Path: <>
From: MAILER-DAEMON@mx.test
To: sales@okno.test
Subject: Недоставленное сообщение
Content-Type: text/plain; charset=utf-8

Не удалось доставить письмо для <gone@client.test>: 550 5.1.1 unknown user
"""


def read(text: str, **headers: str):
    extra = "".join(f"{name.replace('_', '-')}: {value}\n" for name, value in headers.items())
    return parse_message((extra + text).encode())


def test_bounce_is_read_whole():
    mail = read(EXIM.format(action="failed", status="5.1.1"))

    assert mail.bounce is not None
    (failed,) = mail.bounce.recipients
    assert (failed.address, failed.permanent, failed.status) == ("nobody@client.test", True, "5.1.1")
    assert failed.diagnostic == "550 5.1.1 No such user"
    assert mail.bounce.original_message_id == "<out-1@okno.test>"
    assert mail.bounce.envelope_id == "outbox-17"
    assert mail.auto_reply == ""
    assert not mail.may_be_answered_automatically


@pytest.mark.parametrize(("action", "status"), [("delayed", "4.4.1"), ("failed", "4.2.2")])
def test_soft_bounce_is_not_permanent(action: str, status: str):
    mail = read(EXIM.format(action=action, status=status))

    assert mail.bounce is not None
    assert not mail.bounce.permanent


def test_report_of_success_is_no_bounce():
    assert read(EXIM.format(action="delivered", status="2.0.0").replace("X-Failed-Recipients", "X-None")).bounce is None


def test_bounce_in_prose_of_an_old_server():
    mail = read(OLD_SERVER)

    assert mail.bounce is not None
    assert [(one.address, one.status) for one in mail.bounce.recipients] == [("gone@client.test", "5.1.1")]


def test_vacation_answer_is_known_by_the_first_word():
    mail = read(VACATION)

    assert mail.bounce is None
    assert mail.auto_reply == "vacation"
    assert mail.thread_ids == ("<out-1@okno.test>",)
    assert not mail.may_be_answered_automatically


@pytest.mark.parametrize(
    ("headers", "kind"),
    [
        ({}, ""),
        ({"Auto_Submitted": "no"}, ""),
        ({"Auto_Submitted": "auto-generated"}, "auto"),
        ({"Subject": "Автоматический ответ: в отпуске"}, "vacation"),
        ({"X_Autoreply": "yes"}, "vacation"),
        ({"Precedence": "list"}, "list"),
        ({"List_Id": "<news.client.test>"}, "list"),
        (
            {"Content_Type": "multipart/report; report-type=disposition-notification; boundary=b"},
            "receipt",
        ),
    ],
)
def test_kinds_of_robots(headers: dict[str, str], kind: str):
    mail = read("From: ivan@client.test\n\ntext", **headers)

    assert mail.auto_reply == kind
    assert mail.may_be_answered_automatically is (kind == "")


def test_null_sender_is_never_answered():
    assert not read("From: ivan@client.test\nReturn-Path: <>\n\ntext").may_be_answered_automatically
