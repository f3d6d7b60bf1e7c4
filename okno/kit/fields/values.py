"""The canonical form of a custom field's value, one per kind, as `extra` keeps it."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping
from decimal import Context, Decimal
from typing import Any

from django.utils.dateparse import parse_date, parse_datetime
from django.utils.translation import gettext as _

from okno.kit import contacts, money
from okno.kit.errors import Refused
from okno.kit.kinds import Kind
from okno.kit.registry import Field

LONGEST = {Kind.TEXT: 1_000, Kind.LONG_TEXT: 4_000, Kind.ADDRESS: 1_000}
LARGEST_ID = 2**63 - 1
MOST_VALUES = 100
MOST_DIGITS = 15
SMALLEST = Decimal("1e-10")
YES = frozenset({"1", "true", "on", "yes", "y", "t", "да", "истина", "+"})
NO = frozenset({"0", "false", "off", "no", "n", "f", "нет", "ложь", "-"})


def canonical(field: Field, value: Any) -> Any:
    """
    A value as JSON keeps it: numbers as numbers, money `{"a": text, "c": currency}`, dates `YYYY-MM-DD`,
    moments in UTC `…Z`, options, links and files by id, everything else as text; empty is None.

    :raises Refused: the value is not of the field's kind; `params["missing"]` names the field.
    """
    if value is None or value in ("", []) or (isinstance(value, str) and not value.strip()):
        return None
    try:
        return _list(field, value) if field.many else _one(field, value)
    except (ValueError, TypeError, ArithmeticError, LookupError, Refused) as error:
        raise Refused(
            "bad_value",
            _("“%(label)s” cannot be read: %(value)s."),
            label=field.label,
            value=str(value)[:100],
            missing=[field.key],
        ) from error


def fitting(value: Any) -> Any:
    """A number that was computed in as many digits as are kept; anything else as it is."""
    if not isinstance(value, Decimal):
        return value
    found = Context(prec=MOST_DIGITS).plus(value)
    if found.adjusted() - len(found.as_tuple().digits) + 1 < SMALLEST.adjusted():
        found = found.quantize(SMALLEST)
    # Plain digits: rounded to thousands it would be written 1E+3.
    return Decimal(format(found, "f"))


def _list(field: Field, value: Any) -> list[Any] | None:
    """Several values, each once, in the order of the options where there are some."""
    given = value if isinstance(value, list | tuple | set | frozenset) else [value]
    found = list(dict.fromkeys(_one(field, one) for one in given if one not in (None, "")))
    if len(found) > MOST_VALUES:
        raise ValueError(len(found))
    places = {one: number for number, (one, _label) in enumerate(field.choices)}
    return sorted(found, key=lambda one: places.get(one, 0)) or None


def _one(field: Field, value: Any) -> Any:
    reader: Callable[[Field, Any], Any] = _READERS.get(field.kind, _text)
    return reader(field, value)


def _text(field: Field, value: Any) -> str:
    if isinstance(value, Mapping | list | tuple):
        raise TypeError(value)
    text = str(value).replace("\x00", "").strip()
    if len(text) > LONGEST.get(field.kind, LONGEST[Kind.TEXT]):
        raise ValueError(len(text))
    return text


def _integer(_field: Field, value: Any) -> int:
    if isinstance(value, bool):
        raise TypeError(value)
    number = int(re.sub(r"\s", "", str(value)))
    if abs(number) >= 10**MOST_DIGITS:
        raise ValueError(value)
    return number


def _decimal(_field: Field, value: Any) -> float | int:
    if isinstance(value, bool):
        raise TypeError(value)
    number = money.read_amount(format(Decimal(str(value)), "f") if isinstance(value, float | Decimal) else str(value))
    if len(number.normalize().as_tuple().digits) > MOST_DIGITS:
        # JSON numbers pass through binary ones on their way: more digits would come back as others.
        raise ValueError(value)
    return int(number) if number == number.to_integral() else float(number)


def _money(field: Field, value: Any) -> dict[str, str]:
    raw = value.get("a") if isinstance(value, Mapping) else value
    told = value.get("c") if isinstance(value, Mapping) else ""
    if raw is None or isinstance(raw, bool):
        raise TypeError(value)
    amount = money.round_money(Decimal(money.read_amount(str(raw))))
    return {"a": str(amount), "c": currency(str(told or field.currency or "RUB"))}


def currency(text: str) -> str:
    """The code of a currency that rates are known of. :raises Refused: there is none such."""
    code = money.currency_code(text)
    if code not in money.CURRENCIES.values():
        raise Refused("money.unknown_currency", _("“%(text)s” is not a currency."), text=text[:40])
    return code


def _date(_field: Field, value: Any) -> str:
    if isinstance(value, dt.datetime):
        value = value.date()
    day = value if isinstance(value, dt.date) else parse_date(str(value).strip()) or _russian_date(str(value))
    return day.isoformat()


def _russian_date(text: str) -> dt.date:
    return dt.datetime.strptime(text.strip(), "%d.%m.%Y").date()  # noqa: DTZ007 - a day has no zone


def _moment(_field: Field, value: Any) -> str:
    moment = value if isinstance(value, dt.datetime) else parse_datetime(str(value).strip())
    if moment is None or moment.tzinfo is None:
        raise ValueError(value)
    return moment.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _boolean(_field: Field, value: Any) -> bool:
    if isinstance(value, bool):
        return value
    word = str(value).strip().lower()
    if word in YES:
        return True
    if word in NO:
        return False
    raise ValueError(value)


def _choice(field: Field, value: Any) -> Any:
    return {str(one): one for one, _label in field.choices}[str(value)]


def _link(_field: Field, value: Any) -> int:
    raw = value.get("id") if isinstance(value, Mapping) else getattr(value, "pk", value)
    if isinstance(raw, bool | float) or raw is None:
        raise TypeError(value)
    found = int(raw)
    if not 0 < found <= LARGEST_ID:
        raise ValueError(value)
    return found


def _phone(_field: Field, value: Any) -> str:
    phone = contacts.normal_phone(str(value))
    if phone is None:
        raise ValueError(value)
    return f"{phone.number} доб. {phone.extension}" if phone.extension else phone.number


def _email(_field: Field, value: Any) -> str:
    address = contacts.normal_email(str(value))
    if address is None:
        raise ValueError(value)
    return address


def _address(field: Field, value: Any) -> str:
    return re.sub(r"\s+", " ", _text(field, value))


_READERS = {
    Kind.INTEGER: _integer,
    Kind.DECIMAL: _decimal,
    Kind.MONEY: _money,
    Kind.DATE: _date,
    Kind.MOMENT: _moment,
    Kind.BOOLEAN: _boolean,
    Kind.CHOICE: _choice,
    Kind.LINK: _link,
    Kind.PERSON: _link,
    Kind.FILE: _link,
    Kind.PHONE: _phone,
    Kind.EMAIL: _email,
    Kind.ADDRESS: _address,
}
