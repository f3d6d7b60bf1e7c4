"""The functions of the language as data: names, types and a sentence each, for the check and for an editor."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from django.utils.functional import Promise

from okno.kit.expressions.types import Type
from okno.kit.worktime import Schedule

F = TypeVar("F", bound=Callable[..., Any])

WHEN = "when"
SAME = "same"


@dataclass(frozen=True, slots=True)
class Context:
    """
    When and where an expression is computed: all that it may know besides the row.

    `at` is an aware moment, `zone` decides where days begin, `schedule` says when people work, `tables` are tables of
    coefficients by name, each by the value in small letters.
    """

    at: datetime
    zone: ZoneInfo
    schedule: Schedule | None = None
    tables: Mapping[str, Mapping[str, Decimal]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Parameter:
    """A type, or `when` (a day or a moment), or `same` (any one type for all such parameters)."""

    type: str
    is_optional: bool = False
    is_repeated: bool = False


@dataclass(frozen=True, slots=True)
class Function:
    """
    A function: its English and Russian names, its types and what it does.

    Unless it `takes_empty`, an empty argument makes the result empty. A lazy one gets its arguments
    uncomputed; one that asks gets the context first.
    """

    name: str
    alias: str
    parameters: tuple[Parameter, ...]
    returns: str
    doc: str | Promise
    run: Callable[..., Any]
    takes_empty: bool = False
    is_lazy: bool = False
    asks: bool = False

    @property
    def least(self) -> int:
        """How many arguments there are at least."""
        return sum(not (one.is_optional or one.is_repeated) for one in self.parameters)

    def parameter(self, number: int) -> Parameter | None:
        """The parameter an argument stands for, counted from 0; None when there are too many."""
        if number < len(self.parameters):
            return self.parameters[number]
        last = self.parameters[-1] if self.parameters else None
        return last if last and last.is_repeated else None

    @property
    def signature(self) -> str:
        """How to write a call: `round(number, number?)`."""
        written = (f"{one.type}{'?' * one.is_optional}{'...' * one.is_repeated}" for one in self.parameters)
        return f"{self.name}({', '.join(written)})"


FUNCTIONS: dict[str, Function] = {}


def function(
    name: str,
    alias: str,
    signature: str,
    doc: str | Promise,
    *,
    takes_empty: bool = False,
    is_lazy: bool = False,
    asks: bool = False,
) -> Callable[[F], F]:
    """Put a function on the list under both names; `signature` is written as `text, number?, any... -> text`."""
    written, _arrow, returns = signature.partition("->")
    parameters = tuple(_parameter(one.strip()) for one in written.split(",") if one.strip())

    def put(run: F) -> F:
        made = Function(name, alias, parameters, returns.strip(), doc, run, takes_empty, is_lazy, asks)
        for known in (name, alias):
            if known in FUNCTIONS:
                raise ValueError(f"two functions are called {known}")
            FUNCTIONS[known] = made
        return run

    return put


def _parameter(written: str) -> Parameter:
    name = written.rstrip("?.")
    if name not in {WHEN, SAME}:
        name = Type(name)
    return Parameter(name, written.endswith("?"), written.endswith("..."))


def catalogue() -> list[Function]:
    """All functions, each once, by their English names."""
    return sorted({one.name: one for one in FUNCTIONS.values()}.values(), key=lambda one: one.name)
