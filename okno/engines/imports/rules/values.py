"""Cells of a file as values of fields: the one form of each kind, and how values are shown."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from okno.engines.imports.rules.targets import Target
from okno.kit import contacts
from okno.kit.errors import Refused
from okno.kit.importing import Broken, Cell
from okno.kit.kinds import Kind

YES = frozenset({"да", "yes", "true", "истина", "1", "+", "y", "д", "on", "x", "х", "v", "✓"})
NO = frozenset({"нет", "no", "false", "ложь", "0", "-", "n", "н", "off"})
# What people write where there is nothing to write, in cells that hold no free text.
NOTHING = frozenset({"-", "--", "–", "—", "нет", "н/д", "нет данных", "не указан", "не указана", "не указано", "n/a"})
EXACT = frozenset({Kind.PHONE, Kind.EMAIL, Kind.DATE, Kind.MOMENT, Kind.INTEGER, Kind.DECIMAL, Kind.MONEY})
_CLOCK = r"(?:[ T,]+(\d{1,2}):(\d{2})(?::(\d{2}))?(?:\.\d+)?)?$"
_RUSSIAN_DAY = re.compile(rf"(\d{{1,2}})[./-](\d{{1,2}})[./-](\d{{4}}|\d{{2}})(?:\s*г\.?)?{_CLOCK}")
_ISO_DAY = re.compile(rf"(\d{{4}})-(\d{{1,2}})-(\d{{1,2}}){_CLOCK}")
_BETWEEN = re.compile(r"[;,|\n]")
_MONEY_WORDS = re.compile(r"(?i)(руб(лей|ля|ль)?\.?|р\.|₽|rub|\$|€|коп\.?)")


def text_of(cell: Cell) -> str:
    """A cell as people read it: days as `21.11.2026`, numbers without a tail of zeros."""
    match cell:
        case None:
            return ""
        case bool():
            return _("yes") if cell else _("no")
        case datetime():
            return f"{cell:%d.%m.%Y %H:%M}"
        case date():
            return f"{cell:%d.%m.%Y}"
        case Decimal():
            return f"{cell:f}".replace(".", ",")
    return str(cell)


def read_cell(target: Target, cell: Cell, zone: ZoneInfo) -> Any:
    """
    The value of a field from a cell, empty text for an empty one; lists and links are read elsewhere.

    :raises Refused: the cell cannot be read as a value of this kind, or is too long.
    """
    if isinstance(cell, Broken):
        raise Refused("imports.broken", "%(text)s", text=str(cell))
    if cell is None or cell == "" or _says_nothing(target, cell):
        return ""
    if target.clean is not None:
        value = target.clean(cell)
    elif target.field.kind in {Kind.DATE, Kind.MOMENT}:
        value = _day(cell) if target.field.kind is Kind.DATE else _moment(cell, zone)
    else:
        value = _READERS.get(target.field.kind, text_of)(cell)
    if target.longest and isinstance(value, str) and len(value) > target.longest:
        raise Refused("imports.too_long", _("Longer than %(most)s signs."), most=target.longest)
    return value


def _says_nothing(target: Target, cell: Cell) -> bool:
    is_exact = target.clean is not None or target.field.kind in EXACT
    return is_exact and isinstance(cell, str) and cell.strip().lower() in NOTHING


def parts_of(target: Target, text: str) -> list[str]:
    """The names that a cell holds: several for a field of many options, unless all of it is the name of one."""
    if not target.field.many or any(text == str(label) for _code, label in target.field.choices):
        return [text]
    return list(dict.fromkeys(filter(None, (one.strip() for one in _BETWEEN.split(text)))))


def yes_or_no(text: str) -> bool | None:
    """What a text means as an answer; None when it is none."""
    folded = text.strip().lower()
    return True if folded in YES else False if folded in NO else None


def plain_number(value: Decimal) -> str:
    """A number in the one form by which it is compared: `12.5`, never `12.50`."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def shown(target: Target, value: Any, titles: Callable[[str, Any], str]) -> str:
    """A value as people read it; `titles` names rows of a record by id."""
    if value in (None, ""):
        return ""
    field = target.field
    if isinstance(value, list):
        return ", ".join(shown(target, one, titles) for one in value)
    if field.choices and field.kind is not Kind.BOOLEAN:
        known = {one: str(label) for one, label in field.choices}
        return known.get(value, str(value))
    if field.link:
        return titles(field.link, value)
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if field.kind is Kind.DATE:
        return f"{date.fromisoformat(str(value)):%d.%m.%Y}"
    if isinstance(value, dict):
        return str(value.get("a", value))
    return str(value)


def _whole(cell: Cell) -> Any:
    number = _number(cell)
    if number != number.to_integral():
        raise Refused("imports.not_whole", _("“%(text)s” is not a whole number."), text=text_of(cell))
    return int(number)


def _exact(cell: Cell) -> str:
    return plain_number(_number(cell))


def _number(cell: Cell) -> Decimal:
    if isinstance(cell, int | Decimal) and not isinstance(cell, bool):
        return Decimal(cell)
    text = _MONEY_WORDS.sub("", text_of(cell))
    tidy = re.sub(r"[\s\u00a0\u202f']", "", text)
    tidy = tidy.replace(",", "") if "," in tidy and "." in tidy and tidy.rindex(".") > tidy.rindex(",") else tidy
    tidy = tidy.replace(".", "") if tidy.count(".") > 1 or ("," in tidy and "." in tidy) else tidy
    try:
        number = Decimal(tidy.replace(",", "."))
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite() or abs(number) > Decimal(10) ** 18:
        raise Refused("imports.not_a_number", _("“%(text)s” is not a number."), text=text_of(cell)[:100])
    return number


def _day(cell: Cell) -> str:
    return read_day(cell).date().isoformat()


def _moment(cell: Cell, zone: ZoneInfo) -> str:
    moment = read_day(cell).replace(tzinfo=zone)
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def read_day(cell: Cell) -> datetime:
    """A day as people write it: `21.11.2026`, `21.11.26`, `2026-11-21`, with a time of day or without."""
    if isinstance(cell, datetime):
        return cell
    if isinstance(cell, date):
        return datetime(cell.year, cell.month, cell.day)  # noqa: DTZ001 - the zone is given by the caller
    text = text_of(cell).strip()
    parts: list[int] = []
    if found := _ISO_DAY.match(text):
        year, month, day, *clock = found.groups()
        parts = [int(one or 0) for one in (year, month, day, *clock)]
    elif found := _RUSSIAN_DAY.match(text):
        day, month, year, *clock = found.groups()
        parts = [int(one or 0) for one in (_century(year), month, day, *clock)]
    try:
        return datetime(*parts)  # type: ignore[arg-type] # noqa: DTZ001 - as above
    except (TypeError, ValueError) as error:
        raise Refused("imports.not_a_day", _("“%(text)s” is not a day."), text=text[:100]) from error


def _century(year: str) -> str:
    """Two digits mean this century up to 50: birthdays of the last one are written by four."""
    return year if len(year) == 4 else f"{'20' if int(year) <= 50 else '19'}{year}"


def _phone(cell: Cell) -> str:
    phone = contacts.normal_phone(text_of(cell))
    if phone is None:
        raise Refused("imports.not_a_phone", _("“%(text)s” is not a phone number."), text=text_of(cell)[:100])
    return contacts.phone_display(phone.number, phone.extension)


def _email(cell: Cell) -> str:
    address = contacts.normal_email(text_of(cell))
    if address is None:
        raise Refused("imports.not_an_email", _("“%(text)s” is not a mail address."), text=text_of(cell)[:100])
    return contacts.email_display(address)


_READERS: dict[Kind, Callable[[Cell], Any]] = {
    Kind.INTEGER: _whole,
    Kind.DECIMAL: _exact,
    Kind.MONEY: _exact,
    Kind.PHONE: _phone,
    Kind.EMAIL: _email,
}
