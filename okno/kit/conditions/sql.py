"""A condition compiled to SQL: predicates that multiply no rows and say exactly what the in-memory form says."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import reduce
from operator import and_, or_
from typing import Any

from django.db.models import (
    BigIntegerField,
    BooleanField,
    Case,
    CharField,
    DateField,
    DateTimeField,
    DecimalField,
    Exists,
    Expression,
    F,
    Field,
    Func,
    IntegerField,
    JSONField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    TextField,
    Value,
    When,
)
from django.db.models.fields.json import DataContains, KeyTextTransform, KeyTransform
from django.db.models.functions import Cast
from django.db.models.lookups import (
    Contains,
    Exact,
    GreaterThan,
    GreaterThanOrEqual,
    In,
    IsNull,
    LessThan,
    LessThanOrEqual,
    StartsWith,
)

from okno.kit.conditions import functions
from okno.kit.conditions.binding import Bound, Broken, Operand, Span, bind, spans
from okno.kit.conditions.moments import Context
from okno.kit.conditions.operators import CHANGES, NEGATIVE, Family
from okno.kit.conditions.places import Place, Through
from okno.kit.conditions.problems import bound_relation
from okno.kit.conditions.tree import AllOf, AnyOf, Condition, Leaf, Negated, Related
from okno.kit.registry import Record
from okno.kit.search import Covers, Folded, Pieces, Trigrams

# Constants that stay constants inside IS NOT TRUE, unlike `pk__in=[]`.
TRUE = Q(Value(True, output_field=BooleanField()))
FALSE = Q(Value(False, output_field=BooleanField()))
TRIGRAM_LETTERS = 3


def to_q(condition: Condition, record: Record, context: Context) -> Q:
    """
    Compile a condition to a filter of the record's rows.

    The filter is meant to be kept or joined by AND and OR; to negate it, negate the condition.
    Operators that ask for a change are broken here: a table knows no "before".
    """
    return _Compiler(record, context).node(condition, wanted=True)


@dataclass(frozen=True, slots=True)
class _Compiler:
    record: Record
    context: Context

    def node(self, node: Condition, *, wanted: bool) -> Q:
        """Negation goes down to the leaves, as in the other evaluators."""
        match node:
            case AllOf(parts) | AnyOf(parts):
                compiled = [self.node(part, wanted=wanted) for part in parts]
                if isinstance(node, AllOf) is wanted:
                    return Q(*compiled) if compiled else TRUE
                return reduce(or_, compiled) if compiled else FALSE
            case Negated(part):
                return self.node(part, wanted=not wanted)
        try:
            found = self.leaf(node) if isinstance(node, Leaf) else self.related(node)
        except Broken:
            return FALSE
        return found if wanted else Q(IsNotTrue(found))

    def leaf(self, leaf: Leaf) -> Q:
        bound = bind(leaf, self.record)
        if bound.op in CHANGES:
            raise Broken("conditions.no_change", "")
        if bound.place.through is not None and not any(isinstance(one, Place) for one in bound.operands):
            return self.beyond(leaf, bound.place, bound.place.through)
        if bound.op in {"empty", "not_empty"}:
            return self.filled(bound.place) if bound.op == "not_empty" else Q(IsNotTrue(self.filled(bound.place)))
        found = self.of_many(bound) if bound.place.field.many else self.compare(comparable(bound.place), bound)
        return found & (self.filled(bound.place) if bound.op in NEGATIVE else self.seen(bound.place))

    def beyond(self, leaf: Leaf, place: Place, through: Through) -> Q:
        """
        A leaf on the row that a custom link leads to, asked of the linked table at once: the index of the link leads
        back. Asked row by row it costs a hundred times more than by a key of the table.
        """
        op = "not_empty" if leaf.op == "empty" else leaf.op
        rows = self.limited(through)
        inner = _Compiler(through.record, self.context).leaf(replace(leaf, field=through.inner.key, op=op))
        start = through.record.model._base_manager.all() if rows is None else rows
        found = Q(In(linked_id(through.key, through.path), start.order_by().filter(inner).values("pk")))
        found &= self.seen_here(place)
        return Q(IsNotTrue(found)) if leaf.op == "empty" else found

    def related(self, node: Related) -> Q:
        found, count = bound_relation(node, self.record)
        rows = found.living(self.context.sight)
        if found.link and count is None:
            # A row of links between the two would keep the planner from joining them: two hundred times slower.
            rows = found.telling(rows).filter(_owner=OuterRef(found.near))
        else:
            rows = found.pointing(rows, OuterRef(found.near))
        inner = _Compiler(found.record, self.context)
        rows = rows.values("pk")
        match node.quantifier:
            case "every":
                return Q(~Exists(rows.filter(inner.node(node.where, wanted=False))))
            case "none":
                return Q(~Exists(rows.filter(inner.node(node.where, wanted=True))))
        holding = rows.filter(inner.node(node.where, wanted=True))
        return Q(Exists(holding)) if count is None else self.compare(_Count(holding), count)

    def filled(self, place: Place) -> Q:
        """The opposite of `empty`; never NULL."""
        if place.is_relation:
            found = self.linked(place, "isnull", False)
        elif place.family is Family.JSON or place.field.many:
            found = Q(~In(functions.Whole(stored(place)), ["", "[]", "{}"]))
        else:
            found = Q(IsNull(column(place), False))
        if place.family in {Family.TEXT, Family.PHONE, Family.CHOICE} and not place.field.many:
            found &= Q(~Exact(raw(place), Value("", output_field=TextField())))
        return found & self.seen(place)

    def seen(self, place: Place) -> Q:
        """
        Every linked row on the way to the field is within sight, and the field is open in this one; nothing to ask
        when all of them always are.
        """
        found = self.seen_here(place)
        return found if place.through is None else found & self.seen_beyond(place.through)

    def seen_here(self, place: Place) -> Q:
        """The same of the rows on the way up to a custom link."""
        sight = self.context.sight
        limited = ((hop, sight.limited(hop.model)) for hop in place.hops) if sight else ()
        found = Q(*(Exists(rows.filter(pk=OuterRef(hop.path))) for hop, rows in limited if rows is not None))
        opened = sight.opened(self.record, place.key) if sight else None
        return found if opened is None else found & opened

    def seen_beyond(self, through: Through) -> Q:
        """The row of a custom link, and those on the way further, are within sight."""
        rows = self.limited(through)
        inner = _Compiler(through.record, self.context).seen(through.inner)
        return Q(Exists(linked_rows(through, rows).filter(inner))) if rows is not None or inner else Q()

    def limited(self, through: Through) -> QuerySet[Any] | None:
        """The rows within sight where a custom link leads; None when all are, or when only the name is read."""
        sight = self.context.sight
        return sight.limited(through.record.model) if sight and not through.is_named else None

    def linked(self, place: Place, lookup: str, value: Any) -> Q:
        """A test of the rows of a to-many link, asked of this very row again so that they multiply nothing outside."""
        own, rows = place, self.record.model._base_manager.filter(pk=OuterRef("pk"))
        if place.through is not None:
            own, rows = place.through.inner, linked_rows(place.through)
        return Q(Exists(rows.filter(**{f"{own.path}__{lookup}": value})))

    def compare(self, left: Any, bound: Bound) -> Q:
        """Compare a column with every operand; two-valued wherever a negative operator needs it."""
        family = bound.place.family
        against = [self.points(operand, family) for operand in bound.operands]
        points = [point for operand in against for point in operand]
        if bound.op == "between":
            both = all(against)
            return _at_least(left, points[0]) & _at_most(left, points[-1]) if both else FALSE
        if bound.op not in NEGATIVE:
            return self.positive(left, bound, points)
        if not points:
            return TRUE if bound.op == "not_in" else FALSE
        positive = "contains" if bound.op == "not_contains" else "in"
        found = Q(IsNotTrue(self.positive(left, Bound(bound.place, positive, ()), points)))
        others = [one for one in bound.operands if isinstance(one, Place)] if bound.op != "not_in" else []
        return reduce(Q.__and__, [self.filled(other) for other in others], found)

    def positive(self, left: Any, bound: Bound, points: list[Span]) -> Q:
        if bound.op in {"eq", "in"} and bound.place.family is Family.TEXT and all(map(_has_no_case, points)):
            # Codes and digits are found by a plain index of the column.
            left = raw(bound.place)
        if bound.op in {"eq", "in"} and len(points) > 1 and all(map(_is_constant, points)):
            return Q(In(left, [point.low for point in points]))
        found = [_TESTS[bound.op](left, point) for point in points]
        if bound.op == "contains" and bound.place.field.trigram:
            found = [one & _trigrams(raw(bound.place), point) for one, point in zip(found, points, strict=True)]
        return reduce(or_, found) if found else FALSE

    def points(self, operand: Operand, family: Family) -> list[Span]:
        if isinstance(operand, Place):
            found, seen = _nonempty(comparable(operand), family), self.seen(operand)
            # What may not be seen is empty, and nothing equals it.
            return [Span(Case(When(seen, then=found), output_field=_COLUMN[family]) if seen else found)]
        return [
            Span(typed(span.low, family), None if span.high is None else typed(span.high, family))
            for span in spans(operand, self.context, family)
        ]

    def of_many(self, bound: Bound) -> Q:
        family = bound.place.family
        values = [span.low for operand in bound.operands for span in spans(operand, self.context, family)]
        if not values:
            return TRUE if bound.op == "not_in" else FALSE
        if bound.place.is_relation and bound.op == "all_of":
            found = reduce(and_, (self.linked(bound.place, "in", [one]) for one in values))
        elif bound.place.is_relation:
            found = self.linked(bound.place, "in", values)
        else:
            column = stored(bound.place)
            joint = and_ if bound.op == "all_of" else or_
            found = reduce(joint, (Q(DataContains(column, Value([one], JSONField()))) for one in values))
        return Q(IsNotTrue(found)) if bound.op in NEGATIVE else found


class IsNotTrue(Func):
    """False and NULL alike: the negation of a two-valued reading."""

    template = "(%(expressions)s) IS NOT TRUE"
    output_field = BooleanField()


class _Count(Subquery):
    """How many rows, zero included."""

    template = "(SELECT count(*) FROM (%(subquery)s) AS counted)"
    output_field = IntegerField()
    empty_result_set_value = 0


_CUSTOM: dict[Family, type[Func]] = {
    Family.DATE: functions.Day,
    Family.MOMENT: functions.Moment,
    Family.BOOLEAN: functions.Boolean,
    Family.LINK: functions.Identifier,
}
_COLUMN: dict[Family, Field[Any, Any]] = {
    Family.TEXT: TextField(),
    Family.PHONE: TextField(),
    Family.NUMBER: DecimalField(),
    Family.DATE: DateField(),
    Family.MOMENT: DateTimeField(),
    Family.BOOLEAN: BooleanField(),
    Family.CHOICE: CharField(),
    Family.LINK: BigIntegerField(),
    Family.JSON: JSONField(),
}


def column(place: Place) -> Any:
    """The typed column of a field; for a custom one, the expression its index is built on."""
    if place.through is not None:
        return _beyond(place.through, column)
    if not place.field.is_custom:
        return F(place.path)
    if place.family is Family.NUMBER:
        return functions.Number(stored(place))
    made = _CUSTOM.get(place.family)
    return made(raw(place)) if made else raw(place)


def comparable(place: Place) -> Any:
    """The column as it is compared: text without case and «ё», phones as digits."""
    if place.family is Family.TEXT:
        return Folded(raw(place))
    return functions.Digits(raw(place)) if place.family is Family.PHONE else column(place)


def linked_id(key: str, path: str | OuterRef = "extra") -> Cast:
    """The id that rows keep in a custom link, as a number: the expression of its index."""
    return Cast(KeyTextTransform(key, path), BigIntegerField())


def linked_rows(through: Through, rows: QuerySet[Any] | None = None) -> QuerySet[Any]:
    """The row that a custom link of the outer row leads to, among these rows."""
    start = through.record.model._base_manager.all() if rows is None else rows
    linked = linked_id(through.key, OuterRef(through.path))
    found: QuerySet[Any] = start.order_by().annotate(_linked_by=linked).filter(pk=F("_linked_by"))
    return found


def _beyond(through: Through, read: Callable[[Place], Any]) -> Subquery:
    """What stands in a field of the linked row."""
    return Subquery(linked_rows(through).annotate(_beyond=read(through.inner)).values("_beyond")[:1])


def raw(place: Place) -> Any:
    if place.through is not None:
        return _beyond(place.through, raw)
    return KeyTextTransform(place.field.key, place.path) if place.field.is_custom else F(place.path)


def stored(place: Place) -> Any:
    if place.through is not None:
        return _beyond(place.through, stored)
    return KeyTransform(place.field.key, place.path) if place.field.is_custom else F(place.path)


def typed(value: Any, family: Family) -> Value:
    """A constant of the type that columns of a family are compared in."""
    return Value(value, output_field=_COLUMN[family])


def _nonempty(found: Expression | F, family: Family) -> Any:
    return functions.Nonempty(found) if family in {Family.TEXT, Family.PHONE} else found


def _trigrams(text: Any, point: Span) -> Q:
    """The predicate a trigram index serves; a shorter fragment has no trigrams."""
    wanted = point.low.value if isinstance(point.low, Value) else ""
    if len(wanted) < TRIGRAM_LETTERS:
        return Q()
    return Q(Covers(Trigrams(text), Pieces(point.low)))


def _equal(left: Any, point: Span) -> Q:
    if point.high is None:
        return Q(Exact(left, point.low))
    return Q(GreaterThanOrEqual(left, point.low)) & Q(LessThan(left, point.high))


def _at_least(left: Any, point: Span) -> Q:
    return Q(GreaterThanOrEqual(left, point.low))


def _at_most(left: Any, point: Span) -> Q:
    return Q(LessThanOrEqual(left, point.low)) if point.high is None else Q(LessThan(left, point.high))


def _above(left: Any, point: Span) -> Q:
    return Q(GreaterThan(left, point.low)) if point.high is None else Q(GreaterThanOrEqual(left, point.high))


def _is_constant(point: Span) -> bool:
    return isinstance(point.low, Value) and point.high is None


def _has_no_case(point: Span) -> bool:
    """Whether only the very same text equals this one: no letter of it has another form."""
    return _is_constant(point) and point.low.value == point.low.value.upper()


def _fragment(point: Span) -> Any:
    """A constant goes to LIKE as plain text, which Django escapes."""
    return point.low.value if isinstance(point.low, Value) else point.low


_TESTS: dict[str, Callable[[Any, Span], Q]] = {
    "eq": _equal,
    "in": _equal,
    "contains": lambda left, point: Q(Contains(left, _fragment(point))),
    "starts": lambda left, point: Q(StartsWith(left, _fragment(point))),
    "gt": _above,
    "ge": _at_least,
    "lt": lambda left, point: Q(LessThan(left, point.low)),
    "le": _at_most,
}
