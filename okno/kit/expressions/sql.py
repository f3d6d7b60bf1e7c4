"""An expression compiled to SQL, where the database can compute it: arithmetic, comparisons and sums over relations."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from functools import reduce
from typing import Any

from django.db.models import (
    BooleanField,
    Case,
    DateField,
    DecimalField,
    F,
    Field,
    Func,
    OuterRef,
    Q,
    Subquery,
    TextField,
    Value,
    When,
)
from django.db.models.functions import Coalesce, ExtractDay, ExtractMonth, ExtractYear, Greatest, Least, Lower, Upper
from django.db.models.lookups import Exact, GreaterThan, GreaterThanOrEqual, IsNull, LessThan, LessThanOrEqual

from okno.kit.conditions import places
from okno.kit.conditions.sql import IsNotTrue, column
from okno.kit.expressions.expression import Expression
from okno.kit.expressions.tree import Aggregate, Binary, Call, Literal, Name, Node, Unary
from okno.kit.expressions.types import Type
from okno.kit.search import Folded

_FIELDS: dict[Type, Field[Any, Any]] = {
    Type.NUMBER: DecimalField(),
    Type.TEXT: TextField(),
    Type.BOOLEAN: BooleanField(),
    Type.DATE: DateField(),
}


class _Untranslatable(Exception):  # noqa: N818 - control flow inside this module, never seen outside
    """The database does not know this."""


def to_sql(expression: Expression) -> Any | None:
    """
    Compile to an expression for `annotate`, `order_by` and `aggregate`; None when only Python can compute it.

    Booleans are two-valued. A quotient may differ from Python's beyond the sixteenth significant digit.
    """
    try:
        return _compile(expression.tree)
    except _Untranslatable:
        return None


def _compile(node: Node) -> Any:
    match node:
        case Literal():
            return _literal(node)
        case Name():
            return _name(node)
        case Unary(op="-"):
            return _Minus(_compile(node.operand))
        case Unary():
            return IsNotTrue(_compile(node.operand))
        case Binary():
            return _binary(node)
        case Aggregate():
            return _aggregate(node)
        case Call() if node.name in _CALLS:
            return _CALLS[node.name](node)
    raise _Untranslatable


class _Minus(Func):
    template = "(- %(expressions)s)"
    output_field = DecimalField()


class _Numeric(Func):
    """A column as numeric, so that integers divide and multiply without overflow."""

    template = "(%(expressions)s)::numeric"
    output_field = DecimalField()


class _Infix(Func):
    """Two parts with a sign between them."""

    template = "(%(expressions)s)"

    def __init__(self, left: Any, sign: str, right: Any, output_field: Field[Any, Any]) -> None:
        super().__init__(left, right, arg_joiner=f" {sign} ", output_field=output_field)


class _IsTrue(Func):
    template = "(%(expressions)s) IS TRUE"
    output_field = BooleanField()


class _NotZero(Func):
    template = "nullif(%(expressions)s, 0)"
    output_field = DecimalField()


class _Whole(Func):
    template = "trunc(%(expressions)s)::integer"
    output_field = DecimalField()


class _Filled(Func):
    template = "nullif(%(expressions)s, '')"
    output_field = TextField()


class _Round(Func):
    template = "round(%(expressions)s)"
    output_field = DecimalField()


class _Over(Subquery):
    """A function of one column over rows that are not joined, so nothing is multiplied."""

    template = "(SELECT %(over)s FROM (%(subquery)s) AS rows)"
    empty_result_set_value = None


def _literal(node: Literal) -> Value:
    if node.value is None or node.type not in _FIELDS:
        raise _Untranslatable
    return Value(node.value, output_field=_FIELDS[node.type])


def _name(node: Name) -> Any:
    found = node.place
    if found is None or found.field.many:
        raise _Untranslatable
    match node.type:
        case Type.NUMBER | Type.LINK:
            return _Numeric(column(found))
        case Type.TEXT:
            return _Filled(column(found))
        case Type.DATE | Type.BOOLEAN:
            return column(found)
    raise _Untranslatable


def _binary(node: Binary) -> Any:
    left, right = _compile(node.left), _compile(node.right)
    if node.op in {"and", "or"}:
        joined = Q(_truth(left), _truth(right), _connector=node.op.upper())
        return _IsTrue(joined)
    if node.op in _COMPARED:
        return _compared(node, left, right)
    types = (node.left.type, node.right.type)
    if types == (Type.NUMBER, Type.NUMBER):
        if node.op == "%":
            return Func(left, _NotZero(right), function="mod", output_field=DecimalField())
        return _Infix(left, node.op, _NotZero(right) if node.op == "/" else right, DecimalField())
    if types == (Type.DATE, Type.NUMBER):
        return _Infix(left, node.op, _Whole(right), DateField())
    if types == (Type.DATE, Type.DATE):
        return _Numeric(_Infix(left, "-", right, DecimalField()))
    if types == (Type.TEXT, Type.TEXT):
        empty = Value("", output_field=TextField())
        return _Infix(Coalesce(left, empty), "||", Coalesce(right, empty), TextField())
    raise _Untranslatable


_COMPARED: dict[str, Any] = {
    "=": Exact,
    "<": LessThan,
    "<=": LessThanOrEqual,
    ">": GreaterThan,
    ">=": GreaterThanOrEqual,
    "!=": lambda left, right: ~Exact(left, right),
}


def _compared(node: Binary, left: Any, right: Any) -> Any:
    if Type.ANY in {node.left.type, node.right.type}:
        raise _Untranslatable
    if node.left.type is Type.TEXT:
        left, right = Folded(_Filled(left)), Folded(_Filled(right))
    return _IsTrue(_COMPARED[node.op](left, right))


def _truth(compiled: Any) -> Any:
    """A plain column is compared, since Django takes only comparisons as conditions."""
    return Exact(compiled, Value(value=True, output_field=BooleanField())) if isinstance(compiled, F) else compiled


def _choose(node: Call) -> Any:
    if node.type not in _FIELDS:
        raise _Untranslatable
    asked, then, *otherwise = node.args
    last = _compile(otherwise[0]) if otherwise else None
    return Case(When(Q(_truth(_compile(asked))), then=_compile(then)), default=last, output_field=_FIELDS[node.type])


def _coalesce(node: Call) -> Any:
    if node.type not in _FIELDS:
        raise _Untranslatable
    return Coalesce(*(_compile(one) for one in node.args), output_field=_FIELDS[node.type])


def _nearest(node: Call, pick: type[Func]) -> Any:
    if {one.type for one in node.args} != {Type.NUMBER}:
        raise _Untranslatable
    parts = [_compile(one) for one in node.args]
    return parts[0] if len(parts) == 1 else pick(*parts, output_field=DecimalField())


def _total(node: Call) -> Any:
    if {one.type for one in node.args} != {Type.NUMBER}:
        raise _Untranslatable
    zero = Value(Decimal(0), output_field=DecimalField())
    parts: list[Any] = [Coalesce(_compile(one), zero) for one in node.args]
    return reduce(_plus, parts)


def _plus(left: Any, right: Any) -> Any:
    return _Infix(left, "+", right, DecimalField())


def _rounded(node: Call) -> Any:
    value, *digits = node.args
    if not digits:
        return _Round(_compile(value))
    if not isinstance(digits[0], Literal):
        raise _Untranslatable
    return Func(_compile(value), Value(int(digits[0].value)), function="round", output_field=DecimalField())


def _filled(node: Call) -> Any:
    compiled = _compile(node.args[0])
    return IsNull(_Filled(compiled) if node.args[0].type is Type.TEXT else compiled, False)


def _of_day(extract: type[Func]) -> Callable[[Call], Any]:
    def compiled(node: Call) -> Any:
        if node.args[0].type is not Type.DATE:
            raise _Untranslatable
        return _Numeric(extract(_compile(node.args[0])))

    return compiled


_CALLS: dict[str, Callable[[Call], Any]] = {
    "if": _choose,
    "coalesce": _coalesce,
    "or_zero": _total,
    "sum": _total,
    "min": lambda node: _nearest(node, Least),
    "max": lambda node: _nearest(node, Greatest),
    "round": _rounded,
    "abs": lambda node: Func(_compile(node.args[0]), function="abs", output_field=DecimalField()),
    "upper": lambda node: Upper(_compile(node.args[0])),
    "lower": lambda node: Lower(_compile(node.args[0])),
    "is_filled": _filled,
    "is_empty": lambda node: IsNotTrue(_filled(node)),
    "year": _of_day(ExtractYear),
    "month": _of_day(ExtractMonth),
    "day": _of_day(ExtractDay),
}

_OVER = {
    "sum": "coalesce(sum(item), 0)",
    "avg": "avg(item)",
    "min": "min(item)",
    "max": "max(item)",
    "count": "count(*)",
    "some": "count(*) > 0",
}


def _aggregate(node: Aggregate) -> Any:
    if node.name not in _OVER:
        raise _Untranslatable
    found = node.relation
    rows = found.pointing(places.living(found.record.model), OuterRef(found.near))
    if node.where is not None:
        rows = rows.filter(Q(_truth(_compile(node.where))))
    if node.item is not None and node.type not in _FIELDS:
        raise _Untranslatable
    rows = rows.annotate(item=_compile(node.item)).values("item") if node.item else rows.values("pk")
    over = _Over(rows, over=_OVER[node.name], output_field=_FIELDS[node.type])
    return _Numeric(over) if node.type is Type.NUMBER else over
