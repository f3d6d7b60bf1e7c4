"""Messages of ours as other programs read them."""

from __future__ import annotations

import datetime as dt
from email import policy
from email.parser import BytesParser

import pytest

from okno.areas.communications.parts.mail.build import FileToSend, build_message, wire_bytes
from okno.areas.communications.parts.mail.message import MailAddress
from okno.areas.communications.parts.mail.parse import parse_message
from okno.kit.errors import Refused

LONG = "Счёт на оплату № ОК-000123 от 21 ноября 2026 г. за окна и двери для вашего дома"
FILE = "Счёт № ОК-000123 от 21 ноября 2026 (светлые окна).pdf"


def build(**changes: object):
    values = {
        "message_id": "<out-1@okno.test>",
        "sender": MailAddress("sales@okno.test", "ООО «Светлые окна», отдел продаж и ещё много слов в названии"),
        "to": [MailAddress("ivan@client.test", "Иванов, Иван")],
        "subject": LONG,
        "text": "Добрый день!",
        "at": dt.datetime(2026, 11, 21, 12, tzinfo=dt.UTC),
        **changes,
    }
    return build_message(**values)


def test_message_reads_back_as_it_was_given():
    message = build(
        html='<p>Добрый день <img src="cid:logo"></p>',
        cc=[MailAddress("boss@client.test")],
        reply_to=[MailAddress("answers@okno.test", "Ответы")],
        attachments=[
            FileToSend(name=FILE, content=b"%PDF" * 100),
            FileToSend(name="logo.png", content=b"PNG", content_id="logo"),
        ],
    )

    mail = parse_message(wire_bytes(message))

    assert mail.message_id == "<out-1@okno.test>"
    assert mail.subject == LONG
    assert mail.sender == MailAddress("sales@okno.test", "ООО «Светлые окна», отдел продаж и ещё много слов в названии")
    assert mail.to == (MailAddress("ivan@client.test", "Иванов, Иван"),)
    assert mail.cc == (MailAddress("boss@client.test"),)
    assert mail.reply_to == (MailAddress("answers@okno.test", "Ответы"),)
    assert (mail.text, mail.html) == ("Добрый день!", '<p>Добрый день <img src="cid:logo"></p>')
    assert {one.name: one.content() for one in mail.attachments} == {FILE: b"%PDF" * 100, "logo.png": b"PNG"}
    assert mail.date == dt.datetime(2026, 11, 21, 12, tzinfo=dt.UTC)
    assert mail.problems == ()


def test_the_library_reads_the_same_headers_and_names():
    raw = wire_bytes(build(attachments=[FileToSend(name=FILE, content=b"x")]))

    message = BytesParser(policy=policy.default).parsebytes(raw)

    (attachment,) = message.iter_attachments()
    assert message["Subject"] == LONG
    assert message["To"].addresses[0].display_name == "Иванов, Иван"
    assert attachment.get_filename() == FILE


def test_file_names_are_written_both_ways():
    raw = wire_bytes(build(attachments=[FileToSend(name="Счёт.pdf", content=b"x")]))

    assert b"filename*=utf-8''%D0%A1%D1%87%D1%91%D1%82.pdf" in raw
    assert b'name="=?utf-8?B?0KHRh9GR0YIucGRm?="' in raw


def test_wire_form_is_seven_bit_with_short_lines():
    raw = wire_bytes(build(html="<p>" + "я" * 5000 + "</p>", text="я" * 5000))

    assert raw.isascii()
    assert max(len(line) for line in raw.split(b"\r\n")) <= 78
    assert b"\n" not in raw.replace(b"\r\n", b"")


def test_answer_carries_the_root_and_the_last_references():
    message = build(in_reply_to="<30@x>", references=[f"<{number}@x>" for number in range(30)])

    ids = str(message["References"]).split()
    assert len(ids) == 20
    assert (ids[0], ids[-1]) == ("<0@x>", "<30@x>")
    assert message["In-Reply-To"] == "<30@x>"


def test_long_address_of_unsubscribing_goes_out_as_it_is():
    address = f"https://okno.test/u/{'a' * 120}:1xVKQz:HTO_K2EJ-JJyq"

    raw = wire_bytes(build(unsubscribe_url=address))

    assert f"List-Unsubscribe: <{address}>\r\n".encode() in raw


def test_unsubscribing_takes_one_click():
    message = build(unsubscribe_url="https://okno.test/u/1")

    assert message["List-Unsubscribe"] == "<https://okno.test/u/1>"
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


def test_foreign_domain_goes_in_ascii():
    mail = parse_message(wire_bytes(build(to=[MailAddress("info@окна.рф")])))

    assert mail.to[0].address == "info@xn--80atjc.xn--p1ai"


@pytest.mark.parametrize(
    "address", ["no-at-sign", "a@", "@b.ru", "a b@c.ru", "a@b.ru\r\nBcc: spy@x.ru", "a@b.ru, c@d.ru"]
)
def test_broken_address_is_refused(address: str):
    with pytest.raises(Refused):
        build(to=[MailAddress(address)])


def test_line_breaks_never_reach_the_headers():
    message = build(subject="Счёт\r\nBcc: spy@x.ru", sender=MailAddress("a@b.ru", "Имя\r\nBcc: spy@x.ru"))

    assert parse_message(wire_bytes(message)).subject == "Счёт Bcc: spy@x.ru"
    assert message["Bcc"] is None
    with pytest.raises(Refused):
        build(message_id="<1@x>\r\nBcc: spy@x.ru")


def test_too_large_message_is_refused():
    message = build(attachments=[FileToSend(name="big.bin", content=b"\0" * 20 * 1024 * 1024)])

    with pytest.raises(Refused) as refused:
        wire_bytes(message)

    assert refused.value.code == "mail.too_large"
