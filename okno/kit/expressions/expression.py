"""An expression as others use it: read and checked once, then computed for many rows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext_lazy as _

from okno.kit.conditions.reading import Row
from okno.kit.errors import Refused
from okno.kit.expressions.catalog import Context
from okno.kit.expressions.checking import check
from okno.kit.expressions.parser import syntax_tree
from okno.kit.expressions.running import evaluate_tree
from okno.kit.expressions.tree import Aggregate, Name, Node, parts
from okno.kit.expressions.types import Type
from okno.kit.registry import Record


@dataclass(frozen=True, slots=True)
class Expression:
    """A checked expression, its type, and the fields it looks at."""

    source: str
    tree: Node = field(repr=False, compare=False)
    record: Record | None = field(repr=False, compare=False)

    @property
    def type(self) -> Type:
        """What it gives."""
        return self.tree.type

    @property
    def dependencies(self) -> frozenset[str]:
        """Keys of the fields it looks at; those of related rows carry the key of the relation before a dot."""
        return frozenset(_names(self.tree, ""))


def parse(source: str, record: Record | None = None) -> Expression:
    """
    Read an expression and check it against a record; without one, names are any values of a mapping.

    :raises Refused: it is not an expression, or a name, a function or a type is wrong; `params["position"]` says where.
    """
    return Expression(source, check(syntax_tree(source), record), record)


def evaluate(expression: Expression, row: Row, context: Context) -> Any:
    """
    Compute an expression: Decimal, text, boolean, date, aware moment of the zone, tuple, or None for "empty".

    :raises Refused: the result or the work is too large, or values known only now do not go together.
    """
    return evaluate_tree(expression.tree, row, context)


def dependencies(expression: Expression) -> frozenset[str]:
    """Keys of the fields an expression looks at."""
    return expression.dependencies


def order(formulas: Mapping[str, Expression]) -> list[str]:
    """
    The order in which formula fields are to be computed, so that each comes after those it looks at.

    :raises Refused: some formulas look at each other in a circle; the circle is told.
    """
    done: list[str] = []
    for key in formulas:
        _visit(key, formulas, done, [])
    return done


def affected(formulas: Mapping[str, Expression], changed: Iterable[str]) -> list[str]:
    """The formula fields to compute anew after these fields have changed, in order."""
    stale = set(changed)
    found = []
    for key in order(formulas):
        if formulas[key].dependencies & stale:
            stale.add(key)
            found.append(key)
    return found


def _visit(key: str, formulas: Mapping[str, Expression], done: list[str], path: list[str]) -> None:
    if key in done:
        return
    if key in path:
        circle = " → ".join([*path[path.index(key) :], key])
        raise Refused("expressions.cycle", _("These formulas look at each other: %(circle)s"), circle=circle)
    for needed in sorted(formulas[key].dependencies & formulas.keys()):
        _visit(needed, formulas, done, [*path, key])
    done.append(key)


def _names(node: Node, prefix: str) -> Iterator[str]:
    if isinstance(node, Name):
        yield prefix + node.key
    if isinstance(node, Aggregate):
        yield prefix + node.key
        prefix = f"{prefix}{node.key}."
    for part in parts(node):
        yield from _names(part, prefix)
