"""An expression checked against a record: names found, functions known, types fitting."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from okno.kit.conditions import places
from okno.kit.expressions.catalog import FUNCTIONS, SAME, WHEN, Function, Parameter
from okno.kit.expressions.functions import dates, logic, money, numbers, tables, texts, working
from okno.kit.expressions.labels import key_of, relation_key_of, shown
from okno.kit.expressions.tokens import fault
from okno.kit.expressions.tree import Aggregate, Binary, Call, ListOf, Literal, Name, Node, Unary
from okno.kit.expressions.types import OF_FAMILY, Type
from okno.kit.registry import Record

# The catalogue is filled by importing these.
SUBJECTS = (logic, texts, numbers, money, dates, working, tables)
TYPE_WORDS: dict[str, str | Promise] = {
    Type.NUMBER: _("a number"),
    Type.TEXT: _("a text"),
    Type.BOOLEAN: _("yes or no"),
    Type.DATE: _("a date"),
    Type.MOMENT: _("a moment"),
    Type.LIST: _("a list"),
    Type.LINK: _("a link"),
    Type.ANY: _("a value"),
    WHEN: _("a date or a moment"),
    SAME: _("a value of the same type"),
}
# What is computed in each related row, and what comes of all of them.
AGGREGATES: dict[str, str] = {
    "sum": "number",
    "avg": "number",
    "min": "ordered",
    "max": "ordered",
    "count": "",
    "some": "",
    "every": "",
    "lookup": "any",
    "list": "any",
}
AGGREGATE_ALIASES = {
    "сумма": "sum",
    "среднее": "avg",
    "мин": "min",
    "макс": "max",
    "количество": "count",
    "есть": "some",
    "все": "every",
    "найти": "lookup",
    "список": "list",
}
_RETURNS = {"count": Type.NUMBER, "some": Type.BOOLEAN, "every": Type.BOOLEAN, "list": Type.LIST}
_ORDERED = {Type.NUMBER, Type.DATE, Type.MOMENT, Type.ANY}
_WHEN = {Type.DATE, Type.MOMENT, Type.ANY}


def check(tree: Node, record: Record | None) -> Node:
    """
    Give every node its type.

    :raises Refused: a name is not known, or a type does not fit; the position is told.
    """
    return _Checker(record).node(tree)


@dataclass(frozen=True, slots=True)
class _Checker:
    record: Record | None

    def node(self, node: Node) -> Node:
        match node:
            case Name():
                return self.name(node)
            case ListOf():
                return replace(node, items=tuple(self.node(one) for one in node.items))
            case Unary():
                return self.unary(node)
            case Binary():
                return self.binary(node)
            case Call():
                return self.aggregate(node) or self.call(node)
        return node

    def name(self, node: Name) -> Name:
        if self.record is None:
            return node
        key = key_of(self.record, node.key)
        found = places.place(self.record, key) if key else None
        if found is None:
            raise fault(node.at, _("There is no field “%(field)s”"), "expressions.unknown_field", field=node.key)
        return replace(
            node, key=found.key, place=found, type=Type.LIST if found.field.many else OF_FAMILY[found.family]
        )

    def unary(self, node: Unary) -> Unary:
        wanted = Type.NUMBER if node.op == "-" else Type.BOOLEAN
        return replace(node, operand=self.typed(node.operand, wanted), type=wanted)

    def binary(self, node: Binary) -> Binary:
        left, right = self.node(node.left), self.node(node.right)
        made = replace(node, left=left, right=right)
        match node.op:
            case "and" | "or":
                _fit(left, Type.BOOLEAN)
                _fit(right, Type.BOOLEAN)
                return replace(made, type=Type.BOOLEAN)
            case "in":
                _fit(right, Type.LIST)
                return replace(made, type=Type.BOOLEAN)
            case "+" | "-":
                return replace(made, type=_sum_type(made))
            case "*" | "/" | "%":
                _fit(left, Type.NUMBER)
                _fit(right, Type.NUMBER)
                return replace(made, type=Type.NUMBER)
        return _compared(made)

    def call(self, node: Call) -> Node:
        known = FUNCTIONS.get(node.name)
        if known is None:
            raise fault(node.at, _("There is no function “%(name)s”"), "expressions.unknown_function", name=node.name)
        args = tuple(self.node(one) for one in node.args)
        if len(args) < known.least or (args and known.parameter(len(args) - 1) is None):
            raise fault(node.at, _("It is written %(signature)s"), "expressions.arguments", signature=call_of(known))
        made = replace(node, name=known.name, args=args, function=known, type=_returned(known, args))
        asked = args[0] if known.name == "label" else None
        return (shown(asked, self.record) if isinstance(asked, Name) else None) or made

    def aggregate(self, node: Call) -> Aggregate | None:
        name = AGGREGATE_ALIASES.get(node.name, node.name)
        first = node.args[0] if node.args else None
        if self.record is None or name not in AGGREGATES or not isinstance(first, Name):
            return None
        key = relation_key_of(self.record, first.key)
        found = places.relation(self.record, key) if key else None
        if found is None:
            return None
        inside = _Checker(found.record)
        takes = AGGREGATES[name]
        rest = list(node.args[1:])
        if len(rest) > (2 if takes else 1) or (takes and not rest):
            written = f"{name}(relation, value, condition?)" if takes else f"{name}(relation, condition?)"
            raise fault(node.at, _("It is written %(signature)s"), "expressions.arguments", signature=written)
        item = inside.node(rest.pop(0)) if takes else None
        where = inside.typed(rest[0], Type.BOOLEAN) if rest else None
        if item and takes == "number":
            _fit(item, Type.NUMBER)
        elif item and takes == "ordered" and item.type not in _ORDERED:
            raise _misfit(item, Type.NUMBER)
        returned = _RETURNS.get(name) or (item.type if item else Type.ANY)
        return Aggregate(name, found.key, found, item, where, node.at, first.at, returned)

    def typed(self, node: Node, wanted: Type) -> Node:
        made = self.node(node)
        _fit(made, wanted)
        return made


def is_russian() -> bool:
    """Whether the reader calls functions by their Russian names."""
    return (get_language() or "").startswith("ru")


def call_of(known: Function) -> str:
    """How a function is called, in the language of the reader: `round(number, number?)`, `округлить(число; число?)`."""
    if not is_russian():
        return known.signature
    told = (f"{TYPE_WORDS[one.type]}{'?' * one.is_optional}{'…' * one.is_repeated}" for one in known.parameters)
    return f"{known.alias}({'; '.join(told)})"


def _fit(node: Node, wanted: Type) -> None:
    if wanted is not Type.ANY and node.type not in {Type.ANY, wanted}:
        raise _misfit(node, wanted)


def _misfit(node: Node, wanted: str) -> Any:
    return fault(
        node.at,
        _("What is needed here is %(wanted)s, not %(found)s"),
        "expressions.type",
        wanted=TYPE_WORDS[wanted],
        found=TYPE_WORDS[node.type],
    )


def _sum_type(node: Binary) -> Type:
    left, right = node.left.type, node.right.type
    if node.op == "+" and Type.TEXT in {left, right}:
        return Type.TEXT
    if left in {Type.DATE, Type.MOMENT}:
        if node.op == "-" and right is left:
            return Type.NUMBER
        if right is not Type.ANY:
            _fit(node.right, Type.NUMBER)
        return left if right is Type.NUMBER or node.op == "+" else Type.ANY
    _fit(node.left, Type.NUMBER)
    if left is Type.ANY:
        return Type.ANY
    _fit(node.right, Type.NUMBER)
    return Type.NUMBER


def _compared(node: Binary) -> Binary:
    left, right = node.left, node.right
    for side in (left, right):
        if isinstance(side, Literal) and side.value is None:
            raise fault(side.at, _("Use is_empty() to ask whether a value is empty"), "expressions.type")
    if node.op not in {"=", "!="}:
        for side in (left, right):
            if side.type not in _ORDERED:
                raise _misfit(side, Type.NUMBER)
    if Type.ANY not in {left.type, right.type}:
        is_link_id = {left.type, right.type} == {Type.LINK, Type.NUMBER}
        if not is_link_id:
            _fit(right, left.type)
    return replace(node, type=Type.BOOLEAN)


def _returned(known: Function, args: tuple[Node, ...]) -> Type:
    """The type of a call whose arguments fit; `same` and `when` take that of the arguments."""
    taken = {SAME: Type.ANY, WHEN: Type.ANY}
    for number, arg in enumerate(args):
        parameter = known.parameter(number)
        wanted = parameter.type if parameter else Type.ANY
        if wanted == WHEN and arg.type not in _WHEN:
            raise _misfit(arg, WHEN)
        if wanted == SAME and taken[SAME] is not Type.ANY:
            _fit(arg, taken[SAME])
        if wanted in taken:
            taken[wanted] = arg.type if taken[wanted] is Type.ANY else taken[wanted]
        elif isinstance(parameter, Parameter):
            _fit(arg, Type(parameter.type))
    return taken[known.returns] if known.returns in taken else Type(known.returns)
