"""Texts of CommerceML turned into values: numbers, dates, switches and ids as real files spell them."""

from __future__ import annotations

import html
import re
from datetime import date, datetime, time
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from okno.kit.errors import Refused

# Blanks that 1C puts between thousands: ordinary, no-break, thin, narrow no-break, figure space.
_BLANKS = re.compile(r"[\s\u00a0\u2007\u2009\u202f]+")
_NUMBER = re.compile(r"[+-]?(?:\d{1,30}(?:\.\d{0,20})?|\.\d{1,20})")
# The separator may be a Latin T, a Cyrillic Т, a blank, or the letters UTC; a zone is read and dropped.
_BETWEEN = r"(?:[TТ\s]|UTC)*"
_CLOCK = r"(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,]\d+)?)?"
_ZONE = r"\s*(?:Z|[+-]\d{2}:?\d{2})?"
_ISO = re.compile(rf"(\d{{4}})-(\d{{1,2}})-(\d{{1,2}}){_BETWEEN}(?:{_CLOCK})?{_ZONE}")
_DOTTED = re.compile(rf"(\d{{1,2}})\.(\d{{1,2}})\.(\d{{4}}){_BETWEEN}(?:{_CLOCK})?{_ZONE}")
_PACKED = re.compile(r"(\d{4})(\d{2})(\d{2})(?:(\d{2})(\d{2})(\d{2}))?")
_TIME = re.compile(rf"{_BETWEEN}{_CLOCK}{_ZONE}")
_EMPTY_MOMENT = re.compile(rf"{_BETWEEN}|{_BETWEEN}0{{1,2}}:00(?::00)?")
_TRUE = frozenset({"true", "1", "да", "истина", "yes"})


def number(text: str) -> Decimal | None:
    """
    The number that a text means, None when it is empty; blanks inside and a decimal comma are accepted.

    :raises Refused: the text is not a number.
    """
    bare = _BLANKS.sub("", text)
    if not bare:
        return None
    if "," in bare:
        bare = bare.replace(".", "").replace(",", ".") if bare.rfind(",") > bare.rfind(".") else bare.replace(",", "")
    if not _NUMBER.fullmatch(bare):
        raise Refused("exchange.not_a_number", _("Not a number: “%(text)s”."), text=text[:80])
    return Decimal(bare)


def number_or_none(text: str) -> Decimal | None:
    """The same for fields that decide nothing: what cannot be read counts as absent."""
    try:
        return number(text)
    except Refused:
        return None


def moment(text: str) -> datetime | None:
    """
    The wall-clock moment that a text means, without zone; None for the empty values of 1C (blank, `T`, year 1).

    :raises Refused: the text is not a date.
    """
    bare = text.strip()
    if _EMPTY_MOMENT.fullmatch(bare):
        return None
    found = _groups(bare)
    if found is None:
        raise _not_a_date(text)
    if found[0] <= 1:
        return None
    try:
        return datetime(*found)  # noqa: DTZ001 - local time of the 1C server, its zone is known to the connection
    except ValueError:
        raise _not_a_date(text) from None


def moment_or_none(text: str) -> datetime | None:
    """The same for fields that decide nothing: what cannot be read counts as absent."""
    try:
        return moment(text)
    except Refused:
        return None


def day(text: str) -> date | None:
    """
    The day that a text means, None when it is empty.

    :raises Refused: the text is not a date.
    """
    found = moment(text)
    return found.date() if found else None


def day_or_none(text: str) -> date | None:
    """The same for fields that decide nothing: what cannot be read counts as absent."""
    found = moment_or_none(text)
    return found.date() if found else None


def clock(text: str) -> time | None:
    """The time of day that a text means; None when it is empty or is not a time, as it only refines a date."""
    if found := _TIME.fullmatch(text.strip()):
        hours, minutes, seconds = (int(part or 0) for part in found.groups())
        if hours < 24 and minutes < 60 and seconds < 60:
            return time(hours, minutes, seconds)
    full = moment_or_none(text)
    return full.time() if full else None


def truth(text: str) -> bool:
    """Whether a switch is on: decided by its text, since `false` is a text too."""
    return text.strip().lower() in _TRUE


def truth_or_none(text: str) -> bool | None:
    """Whether a switch is on, None when nothing is written."""
    return truth(text) if text.strip() else None


def plain(text: str) -> str:
    """A name as people read it: some exporters escape it twice, so `&quot;` is still inside after parsing."""
    return html.unescape(text) if "&" in text and ";" in text else text


def split_id(text: str) -> tuple[str, str]:
    """Ids of the goods and of the characteristic from `goods#characteristic`; the second is empty for bare goods."""
    goods, _hash, characteristic = text.partition("#")
    return goods.strip(), characteristic.strip()


def package_id(text: str) -> str:
    """The catalogue id inside the id of an offer package, which ends with `#` and has nothing after it."""
    return text.rstrip("#").strip()


def _groups(bare: str) -> tuple[int, int, int, int, int, int] | None:
    if found := (_ISO.fullmatch(bare) or _PACKED.fullmatch(bare)):
        year, month, day_of_month, *rest = (int(part or 0) for part in found.groups())
    elif found := _DOTTED.fullmatch(bare):
        day_of_month, month, year, *rest = (int(part or 0) for part in found.groups())
    else:
        return None
    return year, month, day_of_month, rest[0], rest[1], rest[2]


def _not_a_date(text: str) -> Refused:
    return Refused("exchange.not_a_date", _("Not a date: “%(text)s”."), text=text[:80])
