"""Values of the language: their limits, their text, and how two of them are compared and added."""

from __future__ import annotations

import decimal
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Model
from django.utils.translation import gettext as _

from okno.kit.conditions.binding import fold
from okno.kit.conditions.operators import Family
from okno.kit.errors import Refused
from okno.kit.expressions.parser import LARGEST

MAX_TEXT = 100_000
MAX_ITEMS = 10_000
SECONDS_OF_DAY = Decimal(86_400)
# Enough for 1e30 with twenty digits after the point; a result out of bounds is refused, never infinite.
ARITHMETIC = decimal.Context(prec=51, rounding=decimal.ROUND_HALF_EVEN)
_TWENTY_DIGITS = Decimal(1).scaleb(-20)


def limited(value: Any) -> Any:
    """
    The value, if it is of a size the language allows.

    :raises Refused: a number beyond 1e30, a text beyond 100 000 characters, a list beyond 10 000 items.
    """
    if isinstance(value, Decimal) and (not value.is_finite() or abs(value) > LARGEST):
        raise Refused("expressions.too_large_number", _("The result is too large a number."))
    if isinstance(value, str) and len(value) > MAX_TEXT:
        raise too_long_text()
    if isinstance(value, tuple) and len(value) > MAX_ITEMS:
        raise Refused("expressions.too_large_list", _("The result is too long a list."))
    return value


def too_long_text() -> Refused:
    """What is said of a text beyond the limit."""
    return Refused("expressions.too_large_text", _("The result is too long a text."))


def is_empty(value: Any) -> bool:
    """Nothing, an empty text or an empty list."""
    return value is None or value in ("", ())


def loose(raw: Any, zone: ZoneInfo) -> Any:
    """A value of a mapping that no record describes, in the types of the language."""
    if isinstance(raw, bool) or raw is None:
        return raw
    if isinstance(raw, int | float):
        return Decimal(str(raw))
    if isinstance(raw, datetime):
        return raw.astimezone(zone) if raw.tzinfo else raw.replace(tzinfo=zone)
    if isinstance(raw, list | tuple):
        return tuple(loose(one, zone) for one in raw)
    if isinstance(raw, Mapping) and "a" in raw:
        return Decimal(str(raw["a"]))
    if isinstance(raw, Model):
        return Decimal(raw.pk)
    return raw if isinstance(raw, str | date | Decimal) else str(raw)


def text_of(value: Any) -> str:
    """A value as Russian documents write it: 1234,5; 21.11.2026; 21.11.2026 12:30; empty is nothing."""
    match value:
        case None:
            return ""
        case bool():
            return _("yes") if value else _("no")
        case Decimal():
            return number_text(value).replace(".", ",")
        case datetime():
            return f"{value:%d.%m.%Y %H:%M}"
        case date():
            return f"{value:%d.%m.%Y}"
        case tuple():
            return ", ".join(text_of(one) for one in value)
    return str(value)


def number_text(value: Decimal) -> str:
    """Digits without an exponent and without idle zeros."""
    plain = f"{value:f}"
    plain = plain.rstrip("0").rstrip(".") if "." in plain else plain
    return "0" if plain in {"-0", ""} else plain


def compared(op: str, left: Any, right: Any) -> bool:
    """Compare two values; with an empty one the answer is always no. :raises TypeError: they do not compare."""
    if is_empty(left) or is_empty(right):
        return False
    left, right = _comparable(left), _comparable(right)
    if type(left) is not type(right):
        raise TypeError(op)
    match op:
        case "=":
            return bool(left == right)
        case "!=":
            return bool(left != right)
    if isinstance(left, str | bool | tuple):
        raise TypeError(op)
    return bool({"<": left < right, "<=": left <= right, ">": left > right, ">=": left >= right}[op])


def _comparable(value: Any) -> Any:
    if isinstance(value, str):
        return fold(value, Family.TEXT)
    return Decimal(value) if isinstance(value, int) and not isinstance(value, bool) else value


def added(left: Any, right: Any) -> Any:
    """Numbers added, days moved on, texts joined. :raises TypeError: these do not add up."""
    if isinstance(left, str) or isinstance(right, str):
        return text_of(left) + text_of(right)
    if left is None or right is None:
        return None
    if isinstance(left, date) and isinstance(right, Decimal):
        return shifted(left, right)
    return ARITHMETIC.add(_number(left), _number(right))


def subtracted(left: Any, right: Any) -> Any:
    """Numbers subtracted, days moved back, days between. :raises TypeError: these do not subtract."""
    if left is None or right is None:
        return None
    if isinstance(left, date) and isinstance(right, Decimal):
        return shifted(left, -right)
    if isinstance(left, date) and type(left) is type(right):
        return days_between(right, left)
    return ARITHMETIC.subtract(_number(left), _number(right))


def multiplied(op: str, left: Any, right: Any) -> Any:
    """A product, quotient or remainder; by zero is empty. :raises TypeError: these are not numbers."""
    if left is None or right is None:
        return None
    one, other = _number(left), _number(right)
    if op == "*":
        return ARITHMETIC.multiply(one, other)
    if not other:
        return None
    return rounded(ARITHMETIC.divide(one, other)) if op == "/" else ARITHMETIC.remainder(one, other)


def rounded(value: Decimal) -> Decimal:
    """Twenty digits after the point at most: as many as a division has."""
    return value.quantize(_TWENTY_DIGITS, context=ARITHMETIC).normalize(ARITHMETIC)


def shifted(when: date, days: Decimal) -> date:
    """A day or a moment some days later; of a day only whole days count. :raises OverflowError: out of years."""
    whole = int(days)
    later = when + timedelta(days=whole)
    if not isinstance(later, datetime) or whole == days:
        return later
    # Whole days keep the hour of the clock; what is left of a day is time that passes.
    left = timedelta(seconds=float((days - whole) * SECONDS_OF_DAY))
    return (later.astimezone(UTC) + left).astimezone(later.tzinfo)


def days_between(first: date, last: date) -> Decimal:
    """How many days lie between two days, or how many days of 24 hours between two moments."""
    if not isinstance(first, datetime) or not isinstance(last, datetime):
        return Decimal((last - first).days)
    gone = last.astimezone(UTC) - first.astimezone(UTC)
    seconds = Decimal(gone.days * 86_400 + gone.seconds) + Decimal(gone.microseconds) / 1_000_000
    return rounded(ARITHMETIC.divide(seconds, SECONDS_OF_DAY))


def _number(value: Any) -> Decimal:
    if not isinstance(value, Decimal):
        raise TypeError(value)
    return value
