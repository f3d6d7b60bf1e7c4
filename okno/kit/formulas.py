"""Formula fields: what they look at, which rows a change concerns, and their values in the records' `extra`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from operator import attrgetter
from typing import Any, TypeAlias, cast

from django.db.models import Model, QuerySet
from django.utils.translation import gettext as _

from okno.kit import expressions
from okno.kit.conditions.places import Place, Relation, Through
from okno.kit.errors import Refused
from okno.kit.expressions import Expression
from okno.kit.expressions.tree import Aggregate, Call, Name, Node, parts
from okno.kit.kinds import Kind
from okno.kit.models.registry import FieldLink
from okno.kit.registry import Field, Record, registry

# A column of a table, or a key of its `extra`.
Seen: TypeAlias = tuple[type[Model], str]


@dataclass(frozen=True)
class Source:
    """
    Something a formula looks at: a column and how rows of the formula's record are found from rows of its table.

    `back` is the column that holds the id of the row on the formula's side, where the way is that short: a row that was
    given from one to another concerns both. `is_own` says that the column is of the formula's row itself.
    """

    seen: Seen
    rows: Callable[[Iterable[int]], QuerySet[Any]]
    back: str = ""
    is_own: bool = False


@dataclass(frozen=True)
class Formula:
    """A formula field of a record."""

    record: Record
    field: Field
    expression: Expression

    @property
    def gives(self) -> Seen:
        """Where its values are kept."""
        return (self.record.model, self.field.key)


def formulas() -> list[Formula]:
    """All formula fields, each after those it looks at; broken ones are left out."""
    found = [one for record in registry.records.values() for one in _of(record)]
    return _ordered(found)


def parsed(record: Record, field: Field) -> Expression | None:
    """The formula of a field; None when it is broken: a field it names was retired."""
    known = tuple(sorted((key, one.kind.value) for key, one in registry.custom_fields(record.name).items()))
    return _parsed(field.formula, record.name, known)


def sources(formula: Formula) -> list[Source]:
    """Everything a formula looks at; one that gives a sum of money, at the currencies of the sums it is made of too."""
    model = formula.record.model
    told = [one.currency for _key, one in _sums(formula) if not one.is_custom and not one.currency.isupper()]
    beside = [source for path in dict.fromkeys(told) for source in along(model, path, "", model, ())]
    return [*_sources(formula.expression.tree, model, ()), *beside]


def currencies(formula: Formula, row: Any) -> set[str]:
    """Codes of the currencies of the row's own sums that a formula is made of."""
    found = set()
    for key, one in _sums(formula):
        if one.is_custom:
            stored = row.extra.get(key)
            found.add(stored.get("c", "") if isinstance(stored, dict) else "")
        else:
            found.add(one.currency if one.currency.isupper() else attrgetter(one.currency.replace("__", "."))(row))
    return found - {""}


def _sums(formula: Formula) -> list[tuple[str, Field]]:
    """Sums of money of the row itself that a formula giving money looks at, by key; those with a currency."""
    if formula.field.kind is not Kind.MONEY:
        return []
    known = ((key, formula.record.field(key)) for key in sorted(formula.expression.dependencies))
    return [(key, one) for key, one in known if one is not None and one.kind is Kind.MONEY and one.currency]


def asks_the_clock(node: Node) -> bool:
    """Whether what it gives changes with time alone."""
    if isinstance(node, Call) and node.function is not None and node.function.asks:
        return True
    return any(asks_the_clock(one) for one in parts(node))


def check_circles(record: str, key: str, expression: Expression) -> None:
    """:raises Refused: with this formula some fields would look at each other in a circle; the circle is told."""
    own = registry.record(record)
    field = Field(label=key, path="extra", key=key, is_custom=True, formula=expression.source)
    others = [one for one in formulas() if one.gives != (own.model, key)]
    labels = {one.gives: str(one.field.label) for one in others}
    graph = {one.gives: _looks_at(one) for one in [*others, Formula(own, field, expression)]}
    circle = _circle((own.model, key), graph, [])
    if circle:
        names = " → ".join(labels.get(one, _("this field")) for one in circle)
        text = _("These formulas look at each other: %(circle)s")
        raise Refused("expressions.cycle", text, circle=names, missing=["formula"])


def _of(record: Record) -> Iterator[Formula]:
    for field in registry.custom_fields(record.name).values():
        expression = parsed(record, field) if field.formula else None
        if expression is not None:
            yield Formula(record, field, expression)


@lru_cache(maxsize=1_000)
def _parsed(source: str, record: str, _known: Any) -> Expression | None:
    """Read once for each set of fields that the record has."""
    try:
        return expressions.parse(source, registry.record(record))
    except Refused:
        return None


def _ordered(found: list[Formula]) -> list[Formula]:
    by_place = {one.gives: one for one in found}
    done: dict[Seen, Formula] = {}

    def visit(one: Formula, path: frozenset[Seen]) -> None:
        if one.gives in done or one.gives in path:
            return
        for seen in _looks_at(one):
            if seen in by_place:
                visit(by_place[seen], path | {one.gives})
        done[one.gives] = one

    for one in found:
        visit(one, frozenset())
    return list(done.values())


def _looks_at(formula: Formula) -> set[Seen]:
    return {one.seen for one in sources(formula)}


def _circle(at: Seen, graph: Mapping[Seen, set[Seen]], path: list[Seen]) -> list[Seen]:
    if at in path:
        return [*path[path.index(at) :], at]
    for seen in graph.get(at, set()):
        if seen in graph and (found := _circle(seen, graph, [*path, at])):
            return found
    return []


def _sources(node: Node, model: type[Model], way: tuple[Relation, ...]) -> Iterator[Source]:
    """Sources of a node; `model` is that of the formula, `way` the relations passed on the way to the node."""
    if isinstance(node, Name) and node.place is not None:
        start = way[-1].record.model if way else model
        yield from of_place(node.place, start, model, way)
    if isinstance(node, Aggregate):
        way = (*way, node.relation)
        yield from of_relation(model, way)
    for one in parts(node):
        yield from _sources(one, model, way)


def of_place(place: Place, start: type[Model], model: type[Model], way: tuple[Relation, ...]) -> Iterator[Source]:
    """The columns that a place looks at; through a custom link, those of the linked row as well."""
    through = place.through
    if through is None:
        yield from along(start, place.path, place.field.key if place.field.is_custom else "", model, way)
        return
    yield from along(start, through.path, through.key, model, way)
    head = through.path.rpartition("extra")[0]
    owner = _owner_of(start, head)
    for source in of_place(through.inner, through.record.model, through.record.model, ()):
        yield Source(source.seen, _finder(f"{head}pk__in", model, way, _linking(owner, through, source)))


def _owner_of(start: type[Model], head: str) -> type[Model]:
    """The model that a path of links, each with its double underscore, leads to."""
    for name in filter(None, head.split("__")):
        start = cast("type[Model]", start._meta.get_field(name).related_model)
    return start


def _linking(owner: type[Model], through: Through, source: Source) -> Callable[[Iterable[int]], QuerySet[Any]]:
    """From ids of rows behind a custom link to the ids of the rows that have the link."""
    links = FieldLink.objects.filter(
        record=registry.record_of(owner).name, key=through.key, to_record=through.record.name
    )
    return lambda ids: links.filter(to_id__in=source.rows(ids).values("pk")).values("row_id")


def along(start: type[Model], path: str, key: str, model: type[Model], way: tuple[Relation, ...]) -> Iterator[Source]:
    """The columns along a path; a change in a linked row concerns the rows that link to it."""
    names, current = path.split("__"), start
    for number, name in enumerate(names):
        column: Any = current._meta.pk if name == "pk" else current._meta.get_field(name)
        lookup = "__".join([*names[:number], "pk__in"])
        seen = key if name == "extra" and key else column.attname
        # What a trigger keeps is in no journal: it follows from columns that are.
        kept_from: Mapping[str, tuple[str, ...]] = getattr(current, "kept_from", {})
        finder = _finder(lookup, model, way)
        is_own = number == 0 and not way and start is model
        yield from (Source((current, one), finder, is_own=is_own) for one in kept_from.get(seen, (seen,)))
        if isinstance(column.related_model, type):
            current = column.related_model


def of_relation(model: type[Model], way: tuple[Relation, ...]) -> Iterator[Source]:
    """What decides whether a related row counts: where it points to, and whether it is alive."""
    relation = way[-1]
    related = relation.record.model
    finder = _finder("pk__in", model, way)
    if relation.link:
        back = relation.link if len(way) == 1 and relation.near == "pk" else ""
        yield from (Source((related, name), finder, back) for name in (relation.link, *_marks(related)))
        return
    first = relation.back.split("__", 1)[0]
    column: Any = related._meta.get_field(first)
    is_direct = first == relation.back and len(way) == 1 and relation.near == "pk" and hasattr(column, "attname")
    back = column.attname if is_direct else ""
    yield from (
        Source((related, name), finder, back) for name in (back or getattr(column, "attname", first), *_marks(related))
    )


def _marks(model: type[Model]) -> list[str]:
    """The columns that say whether a row counts at all."""
    return [one.attname for one in model._meta.concrete_fields if one.name == "is_deleted"]


def _finder(
    lookup: str,
    model: type[Model],
    way: tuple[Relation, ...],
    before: Callable[[Iterable[int]], Iterable[Any]] = list,
) -> Callable[[Iterable[int]], QuerySet[Any]]:
    """From ids of rows that have changed to the rows of the formula, back along the relations."""

    def rows(ids: Iterable[int]) -> QuerySet[Any]:
        start = way[-1].record.model if way else model
        found = start._base_manager.filter(**{lookup: before(ids)})
        for number in range(len(way) - 1, -1, -1):
            relation = way[number]
            nearer = way[number - 1].record.model if number else model
            found = nearer._base_manager.filter(**{f"{relation.near}__in": relation.owners(found)})
        return found

    return rows
