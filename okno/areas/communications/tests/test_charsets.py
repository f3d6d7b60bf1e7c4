"""Letters of mails: every trap that senders' programs lay, built here byte by byte."""

from __future__ import annotations

import base64
import quopri

import pytest

from okno.areas.communications.parts.mail import charsets
from okno.areas.communications.parts.mail.parse import parse_message

SENTENCE = "Добрый день! Пришлите, пожалуйста, счёт на оплату двух окон."


def codes(mail_problems):
    return {problem.code for problem in mail_problems} - {"sender", "message_id", "date"}


def letter(body: bytes, charset: str, transfer: str = "8bit") -> bytes:
    head = f"From: i@x.ru\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset={charset}\r\n"
    return f"{head}Content-Transfer-Encoding: {transfer}\r\n\r\n".encode() + body


def word(text: bytes | str, charset: str, kind: str = "B") -> bytes:
    raw = text if isinstance(text, bytes) else text.encode(charset)
    content = base64.b64encode(raw) if kind == "B" else quopri.encodestring(raw, header=True)
    return b"=?" + charset.encode() + b"?" + kind.encode() + b"?" + content + b"?="


def subject(raw: bytes) -> str:
    return parse_message(b"Subject: " + raw + b"\r\nFrom: a@b.ru\r\n\r\n").subject


@pytest.mark.parametrize("charset", ["utf-8", "windows-1251", "koi8-r", "koi8-u", "cp866", "iso-8859-5"])
@pytest.mark.parametrize("transfer", ["8bit", "base64", "quoted-printable"])
def test_body_in_a_named_charset(charset: str, transfer: str):
    raw = SENTENCE.encode(charset)
    coded = {"8bit": raw, "base64": base64.encodebytes(raw), "quoted-printable": quopri.encodestring(raw)}[transfer]

    mail = parse_message(letter(coded, charset, transfer))

    assert mail.text == SENTENCE
    assert codes(mail.problems) == set()


@pytest.mark.parametrize("name", ["x-cp1251", "cp-1251", "win-1251", "CP1251", '"windows-1251"', "windows1251"])
def test_invented_names_of_windows_1251(name: str):
    mail = parse_message(letter(SENTENCE.encode("cp1251"), name))

    assert mail.text == SENTENCE
    assert codes(mail.problems) == set()


def test_utf8mb4_is_utf8():
    assert parse_message(letter(SENTENCE.encode(), "utf8mb4")).text == SENTENCE


@pytest.mark.parametrize("actual", ["utf-8", "windows-1251", "koi8-r", "cp866", "iso-8859-5"])
@pytest.mark.parametrize("named", ["unknown-8bit", "x-unknown", "nonsense"])
def test_unknown_charset_is_recognised_and_told(actual: str, named: str):
    mail = parse_message(letter(SENTENCE.encode(actual), named))

    assert mail.text == SENTENCE
    assert codes(mail.problems) == {"charset.unknown"}


@pytest.mark.parametrize("actual", ["windows-1251", "koi8-r"])
@pytest.mark.parametrize("named", ["iso-8859-1", "windows-1252", "us-ascii"])
def test_russian_under_a_western_name(actual: str, named: str):
    mail = parse_message(letter(SENTENCE.encode(actual), named))

    assert mail.text == SENTENCE
    assert codes(mail.problems) <= {"charset.mislabelled", "charset.broken"}
    assert codes(mail.problems)


@pytest.mark.parametrize(
    ("actual", "named"), [("koi8-r", "windows-1251"), ("windows-1251", "koi8-r"), ("utf-8", "windows-1251")]
)
def test_one_cyrillic_charset_under_the_name_of_another(actual: str, named: str):
    mail = parse_message(letter(SENTENCE.encode(actual), named))

    assert mail.text == SENTENCE
    assert codes(mail.problems) == {"charset.mislabelled"}


@pytest.mark.parametrize("text", ["Äpfel für Müller", "déjà vu à Genève", "Größe", "é", "Crème brûlée"])
def test_western_letters_stay_western(text: str):
    mail = parse_message(letter(text.encode("latin-1"), "iso-8859-1"))

    assert mail.text == text
    assert codes(mail.problems) == set()


def test_windows_1251_under_the_name_utf8():
    mail = parse_message(letter(SENTENCE.encode("cp1251"), "utf-8"))

    assert mail.text == SENTENCE
    assert codes(mail.problems) == {"charset.broken"}


def test_utf8_with_a_letter_cut_in_half_stays_utf8():
    mail = parse_message(letter(SENTENCE.encode()[:-1] + b"\xd0", "utf-8"))

    assert mail.text.startswith(SENTENCE[:-1])
    assert mail.text.endswith("\N{REPLACEMENT CHARACTER}")


def test_body_without_any_charset():
    raw = b"From: a@b.ru\r\n\r\n" + SENTENCE.encode("cp1251")

    assert parse_message(raw).text == SENTENCE


@pytest.mark.parametrize(
    "text", ["Привет", "ПРИВЕТ", "Счёт", "нет", "Иванов", "прайс", "Отв: цены", "Коммерческое предложение", "Тест"]
)
@pytest.mark.parametrize("charset", ["windows-1251", "koi8-r", "cp866"])
def test_short_words_are_recognised(text: str, charset: str):
    assert charsets.detect(text.encode(charset)) == text


@pytest.mark.parametrize("charset", ["utf-8", "windows-1251", "koi8-r"])
@pytest.mark.parametrize("kind", ["B", "Q"])
def test_subject_in_encoded_words(charset: str, kind: str):
    assert subject(b"Re: " + word("Счёт на оплату", charset, kind) + b" - 5") == "Re: Счёт на оплату - 5"


def test_subject_whose_letter_is_cut_between_two_words():
    raw = "Привет, мир".encode()

    assert subject(word(raw[:5], "utf-8") + b"\r\n " + word(raw[5:], "utf-8")) == "Привет, мир"


def test_subject_in_two_charsets():
    assert subject(word("Счёт", "koi8-r") + b" " + word(" и акт", "windows-1251")) == "Счёт и акт"


@pytest.mark.parametrize("charset", ["windows-1251", "koi8-r", "utf-8"])
def test_subject_in_raw_letters(charset: str):
    assert subject("Заявка с сайта".encode(charset)) == "Заявка с сайта"


def test_subject_in_a_charset_with_an_invented_name():
    assert subject(b"=?cp-1251?Q?" + quopri.encodestring("Привет".encode("cp1251")) + b"?=") == "Привет"


def test_subject_with_broken_base64():
    assert subject(word("Привет", "utf-8").replace(b"==?=", b"?=")) == "Привет"


def test_subject_of_raw_and_encoded_letters():
    assert subject("Счёт ".encode("cp1251") + word("на оплату", "utf-8")) == "Счёт на оплату"
