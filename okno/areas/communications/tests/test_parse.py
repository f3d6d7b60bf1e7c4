"""Structure of mails: addresses, ids, parts, attachments, HTML; and that no bytes can make reading fail."""

from __future__ import annotations

import datetime as dt
from email.message import EmailMessage
from typing import cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from okno.areas.communications.parts.mail.message import MailAddress
from okno.areas.communications.parts.mail.parse import parse_message

HEAD = b"From: i@x.ru\r\nMessage-ID: <1@x.ru>\r\nDate: Sat, 21 Nov 2026 10:00:00 +0300\r\nMIME-Version: 1.0\r\n"


def with_head(*lines: str, charset: str = "utf-8") -> bytes:
    return "\r\n".join(lines).encode(charset) + b"\r\n\r\ntext"


def html_mail(source: str) -> bytes:
    return HEAD + b"Content-Type: text/html; charset=utf-8\r\n\r\n" + source.encode()


def with_file(disposition: bytes, kind: bytes = b"application/pdf") -> bytes:
    return (
        HEAD
        + b'Content-Type: multipart/mixed; boundary="b"\r\n\r\n--b\r\n\r\nhello\r\n--b\r\nContent-Type: '
        + kind
        + b"\r\nContent-Disposition: "
        + disposition
        + b"\r\n\r\n%PDF\r\n--b--\r\n"
    )


def test_addresses_with_names_and_commas():
    mail = parse_message(
        with_head(
            "From: =?utf-8?Q?=D0=98=D0=B2=D0=B0=D0=BD=D0=BE=D0=B2,_=D0=98?= <Ivan@Client.RU>",
            'To: "Петров, П. (офис)" <p@x.ru>, Отдел <o@x.ru>, plain@x.ru',
            "Cc: undisclosed-recipients:;",
            "Reply-To: <reply@x.ru>",
        )
    )

    assert mail.sender == MailAddress("ivan@client.ru", "Иванов, И")
    assert [one.address for one in mail.to] == ["p@x.ru", "o@x.ru", "plain@x.ru"]
    assert mail.to[1].name == "Отдел"
    assert mail.cc == ()
    assert mail.reply_to == (MailAddress("reply@x.ru"),)


def test_sender_in_raw_windows_1251():
    mail = parse_message(with_head("From: Иван Петров <i@x.ru>", charset="cp1251"))

    assert mail.sender == MailAddress("i@x.ru", "Иван Петров")


def test_ids_and_threading_order():
    mail = parse_message(
        with_head("Message-ID: <3@x>", "In-Reply-To: <2@x>", "References: <0@x>\r\n <1@x> <2@x>", "From: a@b.ru")
    )

    assert mail.message_id == "<3@x>"
    assert mail.references == ("<0@x>", "<1@x>", "<2@x>")
    assert mail.thread_ids == ("<2@x>", "<1@x>", "<0@x>")


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("Sat, 21 Nov 2026 10:00:00 +0300", dt.datetime(2026, 11, 21, 7, tzinfo=dt.UTC)),
        ("Sat, 21 Nov 2026 10:00:00 -0000", dt.datetime(2026, 11, 21, 10, tzinfo=dt.UTC)),
        ("21 Nov 2026 10:00:00 GMT", dt.datetime(2026, 11, 21, 10, tzinfo=dt.UTC)),
        ("вчера", None),
        ("Sat, 99 Nov 2026 10:00:00 +0300", None),
        ("Sat, 21 Nov 99999 10:00:00 +0300", None),
    ],
)
def test_date_is_aware_or_nothing(written: str, expected: dt.datetime | None):
    mail = parse_message(with_head(f"Date: {written}"))

    assert mail.date == expected
    assert ("date" in {problem.code for problem in mail.problems}) is (expected is None)


@pytest.mark.parametrize(
    "subject",
    [
        "Счёт № 5",
        "Re: Счёт № 5",
        "RE[2]: Отв: Счёт  № 5",
        "Fwd: FW: Пересл: счёт № 5",
        "HA: НА: Счёт № 5",
        "AW: WG: Счёт № 5",
    ],
)
def test_subject_key_is_the_same_for_a_whole_talk(subject: str):
    assert parse_message(with_head(f"Subject: {subject}")).subject_key == "счёт № 5"


@pytest.mark.parametrize("subject", ["Резюме: окна", "Реклама: окна", "Наш: окна"])
def test_subject_key_keeps_words_that_look_like_prefixes(subject: str):
    assert parse_message(with_head(f"Subject: {subject}")).subject_key == subject.lower()


@pytest.mark.parametrize(
    "disposition",
    [
        'attachment; filename="Счёт.pdf"'.encode(),
        'attachment; filename="Счёт.pdf"'.encode("cp1251"),
        b"attachment; filename*=utf-8''%D0%A1%D1%87%D1%91%D1%82.pdf",
        b"attachment;\r\n filename*0*=koi8-r''%F3%DE;\r\n filename*1*=%A3%D4.pdf",
        b"attachment; filename*=x-cp1251''%D1%F7%B8%F2.pdf",
        b'attachment; filename="=?utf-8?B?0KHRh9GR0YIucGRm?="',
        b'attachment; filename="=?windows-1251?Q?=D1=F7=B8=F2.pdf?="',
        b'attachment; filename="../../=?utf-8?B?0KHRh9GR0YIucGRm?="',
    ],
)
def test_attachment_names_in_every_way(disposition: bytes):
    (attachment,) = parse_message(with_file(disposition)).attachments

    assert attachment.name == "Счёт.pdf"
    assert attachment.content() == b"%PDF"
    assert attachment.size == 4


def test_attachment_named_only_in_its_type():
    (attachment,) = parse_message(with_file(b"inline", b'application/pdf; name="a.pdf"')).attachments

    assert attachment.name == "a.pdf"


def test_inline_picture_and_attached_message_are_told_apart():
    message = EmailMessage()
    message["From"] = "i@x.ru"
    message.set_content("Смотрите")
    message.add_alternative('<p>Смотрите <img src="cid:logo"></p>', subtype="html")
    formatted = cast("EmailMessage", message.get_payload(1))
    formatted.add_related(b"PNG", maintype="image", subtype="png", cid="<logo>")
    inner = EmailMessage()
    inner["Subject"] = "Вложенное"
    inner.set_content("внутри")
    message.add_attachment(inner)

    mail = parse_message(message.as_bytes())

    picture, attached = mail.attachments
    assert (picture.content_id, picture.inline, picture.mime) == ("logo", True, "image/png")
    assert (attached.name, attached.inline, attached.mime) == ("Вложенное.eml", False, "message/rfc822")
    assert "внутри" not in mail.text
    assert 'src="cid:logo"' in mail.html
    assert parse_message(attached.content()).subject == "Вложенное"


def test_html_is_cleaned_and_remote_pictures_wait():
    mail = parse_message(
        html_mail(
            '<style>p{}</style><p onclick="x()" style="color:red;background:url(http://t.ru/a)">Да</p>'
            '<script>alert(1)</script><img src="http://t.ru/pixel.gif" alt="a&gt;b"><img src="//t.ru/2.gif">'
            '<a href="javascript:x()">нет</a><a href="https://ok.ru">да</a>'
            '<img src="cid:1"><img src="data:image/png,x">'
            '<iframe src="http://t.ru"></iframe><form action="http://t.ru"><input></form>'
        )
    )

    for forbidden in ["script", "onclick", "url(", "iframe", "form", "style>", ' src="http', ' src="//', "data:"]:
        assert forbidden not in mail.html
    assert 'data-remote-src="http://t.ru/pixel.gif"' in mail.html
    assert 'data-remote-src="//t.ru/2.gif"' in mail.html
    assert 'href="https://ok.ru"' in mail.html
    assert mail.has_remote_images


def test_html_alone_gives_text():
    mail = parse_message(
        html_mail("<div>Имя:&nbsp;Иван</div><table><tr><td>Телефон</td><td>123</td></tr></table><ul><li>раз</ul>")
    )

    assert mail.text == "Имя: Иван\n\nТелефон\t123\n\n- раз"


def test_plain_parts_around_a_file_are_one_text():
    raw = with_file(b'attachment; filename="a.pdf"').replace(
        b"--b--", b"--b\r\nContent-Type: text/plain\r\n\r\nbye\r\n--b--"
    )

    assert parse_message(raw).text == "hello\nbye"


def test_winmail_is_told():
    mail = parse_message(with_file(b'attachment; filename="winmail.dat"', b"application/ms-tnef"))

    assert "winmail" in {problem.code for problem in mail.problems}


def test_multipart_without_boundary_shows_its_text():
    mail = parse_message(HEAD + b"Content-Type: multipart/mixed\r\n\r\nhello")

    assert "hello" in mail.text
    assert "mime" in {problem.code for problem in mail.problems}


def test_broken_off_mail_keeps_what_came():
    whole = with_file(b'attachment; filename="a.pdf"')

    mail = parse_message(whole[: whole.index(b"%PDF") + 2])

    assert mail.text == "hello"
    assert mail.attachments[0].content() == b"%P"


@pytest.mark.parametrize("depth", [40, 3000])
def test_deep_nesting_is_not_followed(depth: int):
    opening = b"".join(
        f'Content-Type: multipart/mixed; boundary="b{level}"\r\n\r\n--b{level}\r\n'.encode() for level in range(depth)
    )

    mail = parse_message(b"Subject: deep\r\n" + opening + b"\r\nbottom")

    assert mail.subject == "deep"
    assert "too_deep" in {problem.code for problem in mail.problems}


def test_thousands_of_parts_are_not_read():
    parts = b"--b\r\nContent-Type: application/x\r\n\r\n1\r\n" * 3000

    mail = parse_message(HEAD + b'Content-Type: multipart/mixed; boundary="b"\r\n\r\n' + parts + b"--b--\r\n")

    assert len(mail.attachments) == 500
    assert "too_deep" in {problem.code for problem in mail.problems}


def test_endless_text_is_cut():
    mail = parse_message(HEAD + b"\r\n" + b"line of text\r\n" * 60_000)

    assert len(mail.text) == 500_000
    assert "body_cut" in {problem.code for problem in mail.problems}


def test_html_of_a_long_talk_is_read_to_its_end():
    mail = parse_message(html_mail("<div>" * 1000 + "дно" + "</div>" * 1000))

    assert mail.text == "дно"
    assert "дно" in mail.html


def test_html_deeper_than_any_talk_does_not_break():
    mail = parse_message(html_mail("<div>" * 20_000 + "дно" + "</div>" * 20_000))

    assert mail.sender == MailAddress("i@x.ru")


def test_brackets_within_brackets_do_not_hide_the_address():
    assert parse_message(with_head("To: " + "(" * 10_000 + "a@b.ru")).to == (MailAddress("a@b.ru"),)


def test_no_zero_bytes_reach_the_result():
    mail = parse_message(b"From: I\0van <i@x.ru>\r\nSubject: a\0b\r\n\r\nte\0xt")

    assert (mail.subject, mail.text, mail.sender) == ("ab", "text", MailAddress("i@x.ru", "Ivan"))


SAMPLES = [
    with_file(b'attachment; filename="=?utf-8?B?0KHRh9GR0YIucGRm?="'),
    html_mail('<p>Да</p><div class="gmail_quote"><blockquote>x</blockquote></div>'),
    with_head("From: Иван <i@x.ru>", "Subject: =?utf-8?B?0KHRh9GR0YI=?=", "Date: Sat, 21 Nov 2026 10:00:00 +0300"),
    HEAD
    + b'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n\r\n--b\r\n'
    + b"Content-Type: message/delivery-status\r\n\r\nReporting-MTA: x\r\n\r\nFinal-Recipient: rfc822; a@b.ru\r\n"
    + b"Action: failed\r\nStatus: 5.1.1\r\n\r\n--b--\r\n",
]


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=300))
def test_any_bytes_are_read_without_an_error(raw: bytes):
    parse_message(raw)


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(SAMPLES), st.integers(0, 600), st.integers(0, 40), st.binary(max_size=12))
def test_damaged_mails_are_read_without_an_error(sample: bytes, at: int, cut: int, noise: bytes):
    mail = parse_message(sample[:at] + noise + sample[at + cut :])

    for attachment in mail.attachments:
        assert len(attachment.content()) == attachment.size
    for problem in mail.problems:
        assert problem.message
