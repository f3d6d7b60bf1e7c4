"""Numbers, and lists of them."""

from __future__ import annotations

import decimal
from collections.abc import Callable, Iterator
from decimal import Decimal
from functools import reduce
from typing import Any

from django.utils.translation import gettext_lazy as _

from okno.kit.expressions.catalog import function
from okno.kit.expressions.values import ARITHMETIC, is_empty, multiplied

HUNDRED = Decimal(100)
MOST_DIGITS = 20


def _to_digits(value: Decimal, digits: Decimal, rounding: str) -> Decimal:
    places = max(-MOST_DIGITS, min(MOST_DIGITS, int(digits)))
    return value.quantize(Decimal(1).scaleb(-places), rounding, ARITHMETIC)


@function(
    "round",
    "округлить",
    "number, number? -> number",
    _("The number rounded to so many digits after the point; a half goes away from zero."),
)
def round_half_up(value: Decimal, digits: Decimal = Decimal(0)) -> Decimal:
    return _to_digits(value, digits, decimal.ROUND_HALF_UP)


@function("floor", "вниз", "number, number? -> number", _("The number rounded down."))
def floor(value: Decimal, digits: Decimal = Decimal(0)) -> Decimal:
    return _to_digits(value, digits, decimal.ROUND_FLOOR)


@function("ceil", "вверх", "number, number? -> number", _("The number rounded up."))
def ceil(value: Decimal, digits: Decimal = Decimal(0)) -> Decimal:
    return _to_digits(value, digits, decimal.ROUND_CEILING)


@function("trunc", "целое", "number -> number", _("The number without its fraction."))
def trunc(value: Decimal) -> Decimal:
    return _to_digits(value, Decimal(0), decimal.ROUND_DOWN)


@function("abs", "модуль", "number -> number", _("The number without its sign."))
def absolute(value: Decimal) -> Decimal:
    return abs(value)


@function("sign", "знак", "number -> number", _("1, 0 or -1."))
def sign(value: Decimal) -> int:
    return (value > 0) - (value < 0)


@function("quotient", "частное", "number, number -> number", _("How many whole times the second goes into the first."))
def quotient(value: Decimal, by: Decimal) -> Decimal | None:
    return ARITHMETIC.divide_int(value, by) if by else None


@function(
    "percent", "процент_от", "number, number -> number", _("So many per cent of a number: percent(200, 15) is 30.")
)
def percent(value: Decimal, share: Decimal) -> Any:
    return multiplied("/", multiplied("*", value, share), HUNDRED)


@function("share", "доля", "number, number -> number", _("How many per cent the first is of the second."))
def share(part: Decimal, whole: Decimal) -> Any:
    return multiplied("/", multiplied("*", part, HUNDRED), whole)


@function("growth", "прирост", "number, number -> number", _("By how many per cent the second is more than the first."))
def growth(before: Decimal, after: Decimal) -> Any:
    return share(ARITHMETIC.subtract(after, before), before)


@function("clamp", "в_пределах", "number, number, number -> number", _("The number, but not below or above these."))
def clamp(value: Decimal, low: Decimal, high: Decimal) -> Decimal:
    return max(low, min(high, value))


def _flat(values: tuple[Any, ...]) -> Iterator[Any]:
    for value in values:
        if isinstance(value, tuple):
            yield from _flat(value)
        elif not is_empty(value):
            yield value


def _decimals(values: tuple[Any, ...]) -> list[Decimal]:
    flat = list(_flat(values))
    if not all(isinstance(value, Decimal) for value in flat):
        raise TypeError(values)
    return flat


def total(values: tuple[Any, ...]) -> Decimal:
    """The sum of those that are not empty; nothing adds up to zero."""
    return reduce(ARITHMETIC.add, _decimals(values), Decimal(0))


def average(values: tuple[Any, ...]) -> Any:
    """The mean of those that are not empty."""
    numbers = _decimals(values)
    return multiplied("/", total(tuple(numbers)), Decimal(len(numbers))) if numbers else None


def edge(pick: Callable[..., Any], values: tuple[Any, ...]) -> Any:
    """The least or the greatest of those that are not empty."""
    return pick(_flat(values), default=None)


@function("sum", "сумма", "any... -> number", _("The sum of numbers, lists or related rows."), takes_empty=True)
def sum_of(*values: Any) -> Decimal:
    return total(values)


@function("avg", "среднее", "any... -> number", _("The average of numbers, lists or related rows."), takes_empty=True)
def avg_of(*values: Any) -> Any:
    return average(values)


@function("min", "мин", "any... -> any", _("The least of values, lists or related rows."), takes_empty=True)
def min_of(*values: Any) -> Any:
    return edge(min, values)


@function("max", "макс", "any... -> any", _("The greatest of values, lists or related rows."), takes_empty=True)
def max_of(*values: Any) -> Any:
    return edge(max, values)


@function("count", "количество", "any... -> number", _("How many values or related rows there are."), takes_empty=True)
def count_of(*values: Any) -> int:
    return sum(1 for _value in _flat(values))


@function("item", "элемент", "list, number -> any", _("The item of a list by its number, counted from 1."))
def item(values: tuple[Any, ...], number: Decimal) -> Any:
    place = int(number)
    return values[place - 1] if 1 <= place <= len(values) else None


@function("unique", "разные", "list -> list", _("The list without repetitions."))
def unique(values: tuple[Any, ...]) -> tuple[Any, ...]:
    return tuple(dict.fromkeys(values))
