"""
How values look on a page: money, quantities, days, moments, sizes, initials, ready before the template sees them.

A page has thousands of cells, and the formatters of Django cost 10-40 µs each; these cost 1-6 µs, mostly f-strings.
The few words they need stand here by language and not in the translation catalogue for the same reason.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal
from functools import lru_cache

from django.utils.translation import get_language

from okno.kit.contacts.people import parse_person_name
from okno.kit.money import CENT, round_money

# Thin no-break space: digits of one number never part at the end of a line.
THIN = "\u202f"
_MINUS = "−"
_ONE = Decimal(1)
_TENTH = Decimal("0.1")
_THOUSAND = Decimal(1000)
SIGNS: Mapping[str, str] = {
    "RUB": "₽",
    "USD": "$",
    "EUR": "€",
    "KZT": "₸",
    "BYN": "Br",
    "UAH": "₴",
    "CNY": "¥",
    "GBP": "£",
    "GEL": "₾",
    "AMD": "֏",
    "TRY": "₺",
}
Number = Decimal | int | str


@dataclass(frozen=True, kw_only=True)
class Words:
    """The words of formats in a language; `{}` is where the value stands."""

    decimal: str
    group: str
    thousands: tuple[str, ...]
    bytes: tuple[str, ...]
    today: str
    tomorrow: str
    yesterday: str
    weekdays: tuple[str, ...]
    now: str
    ahead: str
    ago: str
    minutes: str
    hours: str
    days: str


_WORDS = {
    "ru": Words(
        decimal=",",
        group=THIN,
        thousands=("", "т.", "млн", "млрд", "трлн"),
        bytes=("Б", "КБ", "МБ", "ГБ", "ТБ"),
        today="сегодня {}",
        tomorrow="завтра {}",
        yesterday="вчера",
        weekdays=("пн", "вт", "ср", "чт", "пт", "сб", "вс"),
        now="сейчас",
        ahead="через {}",
        ago="{} назад",
        minutes="{} мин",
        hours="{} ч",
        days="{} дн.",
    ),
    "en": Words(
        decimal=".",
        group=",",
        thousands=("", "k", "m", "bn", "tn"),
        bytes=("B", "KB", "MB", "GB", "TB"),
        today="today {}",
        tomorrow="tomorrow {}",
        yesterday="yesterday",
        weekdays=("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
        now="now",
        ahead="in {}",
        ago="{} ago",
        minutes="{} min",
        hours="{} h",
        days="{} d",
    ),
}
_RUSSIAN = _WORDS["ru"]


def _words(language: str | None) -> Words:
    return _WORDS.get((language or get_language() or "ru")[:2], _RUSSIAN)


def money_text(amount: Number | None, currency: str = "RUB", *, language: str | None = None) -> str:
    """Show a sum: `1 234 567,89 ₽`; nothing for None."""
    if amount is None:
        return ""
    value = amount if isinstance(amount, Decimal) else Decimal(amount)
    if value.as_tuple().exponent != -2:
        value = round_money(value)
    words = _words(language)
    return f"{_digits(f'{value:,}', words)}{THIN}{sign_of(currency)}"


def sign_of(currency: str) -> str:
    """What stands beside sums of a currency: its sign, else its code."""
    return SIGNS.get(currency, currency)


def short_money(amount: Number | None, *, language: str | None = None) -> str:
    """Show a sum in three significant digits for boards and charts: `1,25 млн`, `450 т.`, `999`."""
    if amount is None:
        return ""
    value, words = Decimal(amount), _words(language)
    power = 0
    while abs(value) >= _THOUSAND and power < len(words.thousands) - 1:
        value, power = value / _THOUSAND, power + 1
    rounded = _significant(value, whole=not power)
    if abs(rounded) >= _THOUSAND and power < len(words.thousands) - 1:
        rounded, power = rounded / _THOUSAND, power + 1
    shown = _digits(_plain(rounded), words)
    return f"{shown}{THIN}{words.thousands[power]}" if power else shown


def quantity_text(quantity: Number | None, *, language: str | None = None) -> str:
    """Show a quantity without trailing zeros: `12,5`, `1 200`."""
    return "" if quantity is None else _digits(_plain(Decimal(quantity)), _words(language))


def percent_text(share: Number | None, *, language: str | None = None) -> str:
    """Show a percentage with a tenth, so that figures of one column stand alike: `24,0 %`, `34,2 %`."""
    if share is None:
        return "—"
    value = Decimal(share).quantize(_TENTH, ROUND_HALF_UP)
    return f"{_digits(f'{value:,}', _words(language))}\N{NO-BREAK SPACE}%"


def size_text(size: int, *, language: str | None = None) -> str:
    """Show the size of a file given in bytes: `1,5 МБ`, in steps of 1024."""
    words, value, power = _words(language), Decimal(size), 0
    while value >= 1024 and power < len(words.bytes) - 1:
        value, power = value / 1024, power + 1
    places = _TENTH if power and value < 100 else _ONE
    return f"{_digits(_plain(value.quantize(places)), words)}{THIN}{words.bytes[power]}"


def date_text(day: dt.date | None) -> str:
    """Show a day: `21.11.2026`; nothing for None."""
    return "" if day is None else f"{day.day:02}.{day.month:02}.{day.year:04}"


def time_text(at: dt.datetime, zone: dt.tzinfo) -> str:
    """Show the time of day in the zone: `14:30`."""
    local = at.astimezone(zone)
    return f"{local.hour:02}:{local.minute:02}"


def moment_text(at: dt.datetime | None, now: dt.datetime, zone: dt.tzinfo, *, language: str | None = None) -> str:
    """Show a moment as people say it: `сегодня 14:30`, `завтра 09:00`, `вчера`, otherwise the day."""
    if at is None:
        return ""
    local, today = at.astimezone(zone), now.astimezone(zone)
    days = local.toordinal() - today.toordinal()
    if not -1 <= days <= 1:
        return date_text(local)
    words = _words(language)
    said = (words.today, words.tomorrow, words.yesterday)[days]
    return said.format(f"{local.hour:02}:{local.minute:02}")


def moment_exact(at: dt.datetime | None, zone: dt.tzinfo) -> str:
    """Show the day and the time of a moment that is planned or kept: `21.11.2026 14:30`; nothing for None."""
    return "" if at is None else f"{date_text(at.astimezone(zone).date())} {time_text(at, zone)}"


def moment_full(at: dt.datetime | None, zone: dt.tzinfo, *, language: str | None = None) -> str:
    """Show everything of a moment, for the title attribute: `сб 21.11.2026 14:30:05 UTC+03:00`."""
    if at is None:
        return ""
    local = at.astimezone(zone)
    weekday = _words(language).weekdays[local.weekday()]
    offset = local.strftime("%z")
    clock = f"{local.hour:02}:{local.minute:02}:{local.second:02}"
    return f"{weekday} {date_text(local)} {clock} UTC{offset[:3]}:{offset[3:5]}"


def left_text(at: dt.datetime | None, now: dt.datetime, *, language: str | None = None) -> str:
    """Show how far a moment is: `через 2 ч`, `15 мин назад`, `через 3 дн.`, `сейчас` within a minute."""
    if at is None:
        return ""
    words = _words(language)
    far = at - now
    length = duration_text(abs(far), language=language)
    if not length:
        return words.now
    return (words.ahead if far > dt.timedelta(0) else words.ago).format(length)


def duration_text(length: dt.timedelta, *, language: str | None = None) -> str:
    """Show a length in its largest unit, cut to a whole number: `45 мин`, `2 ч`, `3 дн.`; nothing under a minute."""
    minutes = int(length.total_seconds()) // 60
    words = _words(language)
    if minutes < 60:
        return words.minutes.format(minutes).replace(" ", THIN) if minutes else ""
    if minutes < 48 * 60:
        return words.hours.format(minutes // 60).replace(" ", THIN)
    return words.days.format(minutes // (24 * 60)).replace(" ", THIN)


@lru_cache(maxsize=10_000)
def initials(name: str) -> str:
    """Return the letters for an avatar: given name, then surname: «Иванова Анна Петровна» → «АИ»."""
    person = parse_person_name(name)
    return f"{person.first[:1]}{person.last[:1]}".upper()


def _digits(text: str, words: Words) -> str:
    """Put the separators of the language into a number that Python grouped with commas."""
    if words.decimal == ",":
        # The comma of groups goes first, so that the decimal one does not become a space.
        text = text.replace(",", words.group).replace(".", ",")
    return text.replace("-", _MINUS)


def _plain(value: Decimal) -> str:
    text = f"{value:,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _significant(value: Decimal, *, whole: bool) -> Decimal:
    size = abs(value)
    places = CENT if size < 10 else _TENTH if size < 100 else _ONE
    return value.quantize(_ONE if whole else places, ROUND_HALF_EVEN)
