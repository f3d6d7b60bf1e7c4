"""Finding phones, e-mail addresses and ИНН in free text: letters, chats, notes, forms of sites."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import phonenumbers

from okno.kit.contacts.mail import normal_email
from okno.kit.contacts.phones import REGION, normal_phone
from okno.kit.contacts.requisites import is_inn

# Longer texts are looked at only so far: what people write about themselves stands near the beginning or signature.
LONGEST = 50_000
_EMAIL = re.compile(r"[\w.!#$%&'*+/=?^`{|}~-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}")
_LABELLED_INN = re.compile(r"\b(?:ИНН|INN)(?:\s*/\s*(?:КПП|KPP))?\D{0,5}(\d{12}|\d{10})(?!\d)", re.IGNORECASE)
_BARE_INN = re.compile(r"(?<![\d+./№-])(\d{12}|\d{10})(?![\d/-])")


@dataclass(frozen=True, kw_only=True)
class Recognised:
    """A value in its stored form and where it stands in the text."""

    kind: Literal["phone", "email", "inn"]
    value: str
    span: tuple[int, int]


def recognise(text: str) -> list[Recognised]:
    """
    Return phones (E.164), e-mail addresses and ИНН with right check digits, in the order of the text.

    Where one piece could be several things, an address comes before a labelled ИНН, that before a phone, and ten or
    twelve bare digits are an ИНН only if they are no Russian mobile number.
    """
    text = text[:LONGEST]
    found: list[Recognised] = []
    for candidate in (*_emails(text), *_labelled(text), *_bare(text), *_phones(text)):
        if not any(candidate.span[0] < other.span[1] and other.span[0] < candidate.span[1] for other in found):
            found.append(candidate)
    return sorted(found, key=lambda one: one.span)


def _emails(text: str) -> Iterator[Recognised]:
    for match in _EMAIL.finditer(text):
        # A full stop or a quotation mark before the address belongs to the sentence.
        written = match.group().lstrip(".'`")
        if address := normal_email(written):
            yield Recognised(kind="email", value=address, span=(match.end() - len(written), match.end()))


def _labelled(text: str) -> Iterator[Recognised]:
    for match in _LABELLED_INN.finditer(text):
        if is_inn(match.group(1)):
            yield Recognised(kind="inn", value=match.group(1), span=match.span(1))


def _bare(text: str) -> Iterator[Recognised]:
    for match in _BARE_INN.finditer(text):
        digits = match.group(1)
        is_mobile = len(digits) == 10 and digits[0] in "89"
        if is_inn(digits) and not is_mobile:
            yield Recognised(kind="inn", value=digits, span=match.span(1))


def _phones(text: str) -> Iterator[Recognised]:
    for match in phonenumbers.PhoneNumberMatcher(text, REGION):
        phone = normal_phone(match.raw_string)
        if phone and phone.is_valid:
            yield Recognised(kind="phone", value=phone.number, span=(match.start, match.end))
