"""The tree of an expression: nodes with their types and positions."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from okno.kit.conditions.places import Place, Relation
from okno.kit.expressions.catalog import Function
from okno.kit.expressions.types import Type


@dataclass(frozen=True, slots=True)
class Literal:
    """A number, a text, yes or no, or `empty`."""

    value: Any
    at: int
    type: Type


@dataclass(frozen=True, slots=True)
class Name:
    """A field; `place` is where it lives when the record is known."""

    key: str
    at: int
    type: Type = Type.ANY
    place: Place | None = None


@dataclass(frozen=True, slots=True)
class ListOf:
    """Values in square brackets."""

    items: tuple[Node, ...]
    at: int
    type: Type = Type.LIST


@dataclass(frozen=True, slots=True)
class Unary:
    """Minus or `not`."""

    op: str
    operand: Node
    at: int
    type: Type = Type.ANY


@dataclass(frozen=True, slots=True)
class Binary:
    """An operator between two parts."""

    op: str
    left: Node
    right: Node
    at: int
    type: Type = Type.ANY


@dataclass(frozen=True, slots=True)
class Call:
    """A function with its arguments; `function` is known after the check."""

    name: str
    args: tuple[Node, ...]
    at: int
    type: Type = Type.ANY
    function: Function | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Aggregate:
    """A value over related rows: `item` is computed in each row that holds `where`."""

    name: str
    key: str
    relation: Relation
    item: Node | None
    where: Node | None
    at: int
    named_at: int
    type: Type = Type.ANY


Node = Literal | Name | ListOf | Unary | Binary | Call | Aggregate


def parts(node: Node) -> tuple[Node, ...]:
    """The nodes right under a node."""
    match node:
        case ListOf(items):
            return items
        case Unary(_op, operand):
            return (operand,)
        case Binary(_op, left, right):
            return (left, right)
        case Call(_name, args):
            return args
        case Aggregate():
            return tuple(one for one in (node.item, node.where) if one is not None)
    return ()
