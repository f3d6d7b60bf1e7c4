"""Choosing, and asking whether there is anything at all."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext_lazy as _

from okno.kit.expressions.catalog import function
from okno.kit.expressions.values import compared, is_empty

Later = Callable[[], Any]


@function(
    "if",
    "если",
    "boolean, same, same? -> same",
    _("The second value if the first holds, else the third."),
    is_lazy=True,
)
def choose(asked: Later, then: Later, otherwise: Later = lambda: None) -> Any:
    return then() if asked() is True else otherwise()


@function("coalesce", "первое", "same, same... -> same", _("The first value that is not empty."), is_lazy=True)
def coalesce(*values: Later) -> Any:
    return next((found for found in (value() for value in values) if not is_empty(found)), None)


@function(
    "switch",
    "выбор",
    "any, any, any, any... -> any",
    _("Finds the value among the pairs that follow and gives its pair; a last value alone stands for all others."),
    is_lazy=True,
)
def switch(value: Later, *pairs: Later) -> Any:
    sought = value()
    for number in range(0, len(pairs) - 1, 2):
        if compared("=", sought, pairs[number]()):
            return pairs[number + 1]()
    return pairs[-1]() if len(pairs) % 2 else None


@function("is_empty", "не_заполнено", "any -> boolean", _("Whether there is no value."), takes_empty=True)
def nothing(value: Any) -> bool:
    return is_empty(value)


@function("is_filled", "заполнено", "any -> boolean", _("Whether there is a value."), takes_empty=True)
def something(value: Any) -> bool:
    return not is_empty(value)


@function(
    "between", "между", "same, same, same -> boolean", _("Whether a value lies between two others, both included.")
)
def between(value: Any, low: Any, high: Any) -> bool:
    return compared(">=", value, low) and compared("<=", value, high)


@function("or_zero", "или_ноль", "number -> number", _("The number, or zero if there is none."), takes_empty=True)
def or_zero(value: Any) -> Any:
    return 0 if value is None else value


@function("all_of", "все_из", "boolean... -> boolean", _("Whether all hold."), takes_empty=True)
def all_of(*values: Any) -> bool:
    return all(value is True for value in values)


@function("any_of", "любое_из", "boolean... -> boolean", _("Whether at least one holds."), takes_empty=True)
def any_of(*values: Any) -> bool:
    return any(value is True for value in values)
