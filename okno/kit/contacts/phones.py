"""Phones: one stored form, the key for duplicates, how they are shown and hidden."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

import phonenumbers
from phonenumbers.timezone import time_zones_for_number

REGION = "RU"
# "доб. 12", "вн. 12", "ext 12", "#12", ";ext=12" and "(12)" at the very end.
_EXTENSION = re.compile(
    r"[\s,;(]*(?:доб(?:авочный)?|вн(?:утр(?:енний)?)?|ext(?:ension)?|x|х|#)\s*[.:=]?\s*(\d{1,7})\)?\s*$",
    re.IGNORECASE,
)
_PLAUSIBLE = range(5, 16)
_LONGEST = 100


@dataclass(frozen=True, kw_only=True)
class Phone:
    """A number in E.164 (`+74951234567`) with its extension; `is_valid` by the numbering plan of its country."""

    number: str
    extension: str = ""
    is_valid: bool = True

    @property
    def key(self) -> str:
        return self.number.removeprefix("+")[-10:]


@lru_cache(maxsize=10_000)
def normal_phone(text: str, region: str = REGION) -> Phone | None:
    """
    Read a phone as people write it: `8 (495) 123-45-67 доб. 12`, `4951234567`, `+375 29 …`.

    Eleven digits with a leading 8 begin with 7, ten digits get a 7. A number outside the numbering plan keeps its
    digits and is not valid: short and internal numbers exist. Returns None when there is no number at all.
    """
    if len(text) > _LONGEST:
        return None
    main, extension = _split_extension(text)
    digits = re.sub(r"\D", "", main)
    if len(digits) not in _PLAUSIBLE or re.search(r"[^\W\d_]", re.sub(r"(?i)тел|факс|моб|phone|tel", "", main)):
        return None
    if region == REGION and "+" not in main:
        digits = _russian(digits)
    if region == REGION and _plain().fullmatch(digits):
        return Phone(number="+" + digits, extension=extension)
    found = _parsed(digits, main, region)
    if found:
        return Phone(number=phonenumbers.format_number(found, phonenumbers.PhoneNumberFormat.E164), extension=extension)
    return Phone(number="+" + digits if len(digits) > 10 else digits, extension=extension, is_valid=False)


def phone_uri(text: str) -> str:
    """Return the address that makes a telephone ring, `tel:+74951234567;ext=12` (RFC 3966); empty if it is no phone."""
    phone = normal_phone(text)
    if phone is None:
        return ""
    return f"tel:{phone.number};ext={phone.extension}" if phone.extension else f"tel:{phone.number}"


def phone_key(text: str) -> str:
    """Return the last ten digits without the extension, by which duplicates are found; empty if it is no phone."""
    phone = normal_phone(text)
    return phone.key if phone else ""


@lru_cache(maxsize=10_000)
def phone_display(number: str, extension: str = "") -> str:
    """Show a stored number: `+7 495 123-45-67`, with `доб. 12` if there is an extension."""
    shown = _grouped(number)
    return f"{shown} доб. {extension}" if extension else shown


def mask_phone(number: str) -> str:
    """Show a stored number to those who may not see it: `+7 *** ***-12-34`."""
    shown = _grouped(number)
    digits = [index for index, sign in enumerate(shown) if sign.isdigit()]
    code = shown.partition(" ")[0]
    first = sum(sign.isdigit() for sign in code) if len(digits) > 7 and shown.startswith("+") else 0
    hidden = set(digits[first:-4]) if len(digits) > 7 else set(digits[:-2])
    return "".join("*" if index in hidden else sign for index, sign in enumerate(shown))


def phone_zone(text: str) -> str:
    """The zone (IANA) that the code of a phone belongs to; empty where it has several, as codes of mobile ones do."""
    phone = normal_phone(text)
    if phone is None or not phone.is_valid:
        return ""
    try:
        known = time_zones_for_number(phonenumbers.parse(phone.number))
    except phonenumbers.NumberParseException:
        return ""
    return known[0] if len(known) == 1 and "/Unknown" not in known[0] else ""


def _split_extension(text: str) -> tuple[str, str]:
    found = _EXTENSION.search(text)
    return (text[: found.start()], found.group(1)) if found else (text, "")


def _russian(digits: str) -> str:
    if len(digits) == 11 and digits[0] == "8":
        return "7" + digits[1:]
    return "7" + digits if len(digits) == 10 else digits


@lru_cache(maxsize=1)
def _plain() -> re.Pattern[str]:
    """
    The commonest numbers, of Russian towns and mobile networks, by the numbering plan itself, without what the library
    does for all countries: a file of clients has a million of them.
    """
    plan = phonenumbers.PhoneMetadata.metadata_for_region(REGION)
    parts = (plan.mobile, plan.fixed_line) if plan else ()
    known = "|".join(one.national_number_pattern or "" for one in parts if one is not None)
    return re.compile(rf"7(?=[349]\d{{9}}$)(?:{known})")


def _parsed(digits: str, main: str, region: str) -> phonenumbers.PhoneNumber | None:
    """Return the number if the plan of its country knows it; 810… is how Russia dials abroad."""
    is_international = "+" in main or (region == REGION and len(digits) > 10)
    if "+" not in main and digits.startswith("810"):
        digits = digits[3:]
    try:
        found = phonenumbers.parse("+" + digits if is_international else digits, region)
    except phonenumbers.NumberParseException:
        return None
    return found if phonenumbers.is_valid_number(found) else None


def _grouped(number: str) -> str:
    # The commonest case needs no numbering plan: a column of a list has a thousand of them.
    if number.startswith("+7") and len(number) == 12 and number[2] in "3489":
        return f"+7 {number[2:5]} {number[5:8]}-{number[8:10]}-{number[10:]}"
    if not number.startswith("+"):
        return number
    try:
        parsed = phonenumbers.parse(number)
    except phonenumbers.NumberParseException:
        return number
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.INTERNATIONAL)
