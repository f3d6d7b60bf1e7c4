"""The canonical form of a custom field's value, one per kind, as `extra` keeps it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from django.utils.dateparse import parse_date, parse_datetime
from django.utils.translation import gettext as _

from okno.kit import money
from okno.kit.errors import Refused
from okno.kit.fields.kinds import Kind
from okno.kit.registry import Field


def canonical(field: Field, value: Any) -> Any:
    """
    A value as JSON keeps it: numbers as numbers, money `{"a": text, "c": currency}`, dates `YYYY-MM-DD`,
    moments in UTC `…Z`, options and links by id, everything else as text; empty is None.

    :raises Refused: the value is not of the field's kind.
    """
    if value in (None, "", []):
        return None
    try:
        reader: Callable[[Field, Any], Any] = _READERS.get(field.kind, _text)
        return reader(field, value)
    except (ValueError, TypeError, ArithmeticError, LookupError) as error:
        raise Refused(
            "bad_value", _("“%(label)s” cannot be read: %(value)s."), label=field.label, value=value
        ) from error


def _text(_field: Field, value: Any) -> str:
    return str(value)


def _integer(_field: Field, value: Any) -> int:
    return int(str(value).replace(" ", "").replace("\u00a0", ""))


def _decimal(_field: Field, value: Any) -> float | int:
    number = money.read_amount(str(value))
    return int(number) if number == number.to_integral() else float(number)


def _money(field: Field, value: Any) -> dict[str, str]:
    raw = value.get("a") if isinstance(value, dict) else value
    currency = value.get("c") if isinstance(value, dict) else field.currency
    return {"a": str(money.round_money(Decimal(money.read_amount(str(raw))))), "c": currency or "RUB"}


def _date(_field: Field, value: Any) -> str:
    day = value if isinstance(value, dt.date) else parse_date(str(value)) or _russian_date(str(value))
    return day.isoformat()[:10]


def _russian_date(text: str) -> dt.date:
    return dt.datetime.strptime(text.strip(), "%d.%m.%Y").date()  # noqa: DTZ007 - a day has no zone


def _moment(_field: Field, value: Any) -> str:
    moment = value if isinstance(value, dt.datetime) else parse_datetime(str(value))
    if moment is None or moment.tzinfo is None:
        raise ValueError(value)
    return moment.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _boolean(_field: Field, value: Any) -> bool:
    if isinstance(value, bool):
        return value
    return str(value).lower() in {"1", "true", "on", "yes", "да"}


def _choice(field: Field, value: Any) -> Any:
    allowed = {str(one): one for one, _label in field.choices}
    return [allowed[str(one)] for one in value] if field.many else allowed[str(value)]


def _link(_field: Field, value: Any) -> int:
    return int(getattr(value, "pk", value))


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
}
