"""An expression computed for a row: pure, within a budget of steps."""

from __future__ import annotations

import decimal
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from okno.kit.conditions import reading
from okno.kit.conditions.reading import Row
from okno.kit.errors import Refused
from okno.kit.expressions.ahead import with_links
from okno.kit.expressions.catalog import WHEN, Context, Function
from okno.kit.expressions.functions import numbers
from okno.kit.expressions.tokens import fault
from okno.kit.expressions.tree import Aggregate, Binary, Call, ListOf, Literal, Name, Node, Unary
from okno.kit.expressions.types import Type
from okno.kit.expressions.values import added, compared, limited, loose, multiplied, subtracted

MAX_STEPS = 100_000
_PYTHON: dict[str, tuple[type, ...]] = {
    Type.NUMBER: (Decimal,),
    Type.TEXT: (str,),
    Type.BOOLEAN: (bool,),
    Type.DATE: (date,),
    Type.MOMENT: (datetime,),
    WHEN: (date, datetime),
    Type.LIST: (tuple,),
}


@dataclass(slots=True)
class _Budget:
    left: int = MAX_STEPS

    def spend(self) -> None:
        self.left -= 1
        if self.left < 0:
            raise Refused("expressions.too_long_run", _("The expression takes too long to compute."))


@dataclass(frozen=True, slots=True)
class _Run:
    row: Row
    context: Context
    budget: _Budget = field(default_factory=_Budget)

    def node(self, node: Node) -> Any:
        self.budget.spend()
        try:
            return limited(_STEPS[type(node)](self, node))
        except TypeError:
            raise fault(node.at, _("Values of these types do not go together"), "expressions.type") from None
        except decimal.InvalidOperation:
            raise fault(node.at, _("The result is too large a number"), "expressions.too_large_number") from None
        except (OverflowError, ValueError, KeyError):
            # A function that has no answer to such arguments (no such day, no such period) gives nothing.
            return None

    def name(self, node: Name) -> Any:
        if node.place is None:
            return loose(_loose_value(self.row, node.key), self.context.zone)
        return self.read(reading.value(self.row, node.place))

    def read(self, value: Any) -> Any:
        if isinstance(value, datetime):
            return value.astimezone(self.context.zone)
        if isinstance(value, int) and not isinstance(value, bool):
            return Decimal(value)
        return tuple(self.read(one) for one in value) if isinstance(value, tuple) else value

    def items(self, node: ListOf) -> Any:
        return tuple(self.node(one) for one in node.items)

    def unary(self, node: Unary) -> Any:
        value = self.node(node.operand)
        if node.op == "not":
            return _truth(value) is False
        return None if value is None else multiplied("*", value, Decimal(-1))

    def binary(self, node: Binary) -> Any:
        left = self.node(node.left)
        if node.op == "and":
            return _truth(left) and _truth(self.node(node.right))
        if node.op == "or":
            return _truth(left) or _truth(self.node(node.right))
        right = self.node(node.right)
        match node.op:
            case "+":
                return added(left, right)
            case "-":
                return subtracted(left, right)
            case "*" | "/" | "%":
                return multiplied(node.op, left, right)
            case "in":
                return any(compared("=", left, one) for one in right or ())
        return compared(node.op, left, right)

    def call(self, node: Call) -> Any:
        known = node.function
        if known is None:
            raise TypeError(node.name)
        if known.is_lazy:
            return known.run(*(self.later(one) for one in node.args))
        args = [self.node(one) for one in node.args]
        if not known.takes_empty and any(one is None for one in args):
            return None
        _check_types(known, args, node)
        found = known.run(self.context, *args) if known.asks else known.run(*args)
        return self.read(found)

    def later(self, node: Node) -> Callable[[], Any]:
        return lambda: self.node(node)

    def aggregate(self, node: Aggregate) -> Any:
        rows = with_links(reading.related_rows(self.row, node.relation), node)
        inside = [replace(self, row=row) for row in rows]
        held = (one for one in inside if node.where is None or _truth(one.node(node.where)))
        match node.name:
            case "count":
                return Decimal(sum(1 for _one in held))
            case "some":
                return any(True for _one in held)
            case "every":
                return sum(1 for _one in held) == len(inside)
        if node.item is None:
            return None
        found = (one.node(node.item) for one in held)
        return next(found, None) if node.name == "lookup" else _GATHERED[node.name](tuple(found))


def evaluate_tree(tree: Node, row: Row, context: Context) -> Any:
    """Compute a checked tree; the root of `Expression.evaluate`."""
    return _Run(row, context).node(tree)


def _loose_value(row: Row, key: str) -> Any:
    value: Any = row
    for name in key.split("."):
        value = value.get(name) if hasattr(value, "get") else None
    return value


def _truth(value: Any) -> bool:
    if value is not None and not isinstance(value, bool):
        raise TypeError(value)
    return value is True


def _check_types(known: Function, args: list[Any], node: Call) -> None:
    """What was known only as "any value" must fit now."""
    for number, value in enumerate(args):
        parameter = known.parameter(number)
        wanted = _PYTHON.get(parameter.type) if parameter else None
        if wanted and value is not None and not isinstance(value, wanted):
            raise fault(node.args[number].at, _("Values of these types do not go together"), "expressions.type")


_GATHERED: dict[str, Callable[[tuple[Any, ...]], Any]] = {
    "sum": numbers.total,
    "avg": numbers.average,
    "min": lambda values: numbers.edge(min, values),
    "max": lambda values: numbers.edge(max, values),
    "list": lambda values: tuple(value for value in values if value is not None),
}
_STEPS: dict[type, Callable[[_Run, Any], Any]] = {
    # The label of an option is translated only now, for the reader.
    Literal: lambda _run, node: str(node.value) if isinstance(node.value, Promise) else node.value,
    Name: _Run.name,
    ListOf: _Run.items,
    Unary: _Run.unary,
    Binary: _Run.binary,
    Call: _Run.call,
    Aggregate: _Run.aggregate,
}
