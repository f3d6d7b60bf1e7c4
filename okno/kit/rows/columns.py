"""Columns of a record for one actor, and the reader that brings their values without model instances."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import F, QuerySet
from django.db.models.fields.json import KeyTransform

from okno.kit import rates
from okno.kit.conditions import functions, sql
from okno.kit.conditions.places import Place
from okno.kit.kinds import Kind
from okno.kit.permissions import Actor
from okno.kit.registry import Field, Record
from okno.kit.rows import cells, expressions, veils
from okno.kit.rows.cells import Cell, Moment
from okno.kit.rows.keyset import Order
from okno.kit.rows.masks import masked_text
from okno.kit.rows.veils import Cover

GROUPABLE = frozenset({Kind.CHOICE, Kind.LINK, Kind.PERSON, Kind.BOOLEAN})


@dataclass(frozen=True)
class Column:
    """
    A column of a list: what it reads and how its cell is made.

    An area may give one of its own: `paths` are ORM paths, `cell(values, moment)` gets their values, `sort_path` is the
    path that rows are sorted by, with a minus where more of it means less of what is shown; without one they are not.
    Of a field that is closed in some rows `closed` reads one there, and `closed_at` is its place among the values.
    `own_currency` is that of sums of a custom field, unless one of them says another.
    """

    key: str
    label: object
    paths: tuple[Any, ...]
    cell: Callable[[Sequence[Any], Moment], Cell]
    kind: Kind = Kind.TEXT
    is_sortable: bool = False
    sort_path: str = ""
    is_groupable: bool = False
    number: Any = None
    currency: Any = None
    own_currency: str = ""
    managed: Any = None
    order_paths: tuple[Any, ...] = ()
    within_path: Any = ""
    is_masked: bool = False
    closed: Any = None
    closed_at: int = 0

    @property
    def group_paths(self) -> tuple[Any, ...]:
        """What rows of one group have in common: the value, its place in an order of its own, what it belongs to."""
        return (self.paths[0], *self.order_paths, *([self.within_path] if self.within_path else []))

    @property
    def is_number(self) -> bool:
        """Whether its values stand to the right and add up."""
        return self.kind.is_number

    def is_closed(self, values: Sequence[Any]) -> bool:
        """Whether the field is closed in the row that these values were read of."""
        return bool(self.closed_at and values[self.closed_at])

    def under(self, cover: Cover) -> Column:
        """
        The column under the cover of its field. Where that is closed all of its values are empty, but the last one, of
        which a cell shows the end. Rows are sorted as if it were empty there; sums leave these rows out and count them;
        grouped, they stand apart.
        """
        return replace(
            self,
            paths=(*map(cover.over, self.paths), cover.closed, cover.end_of(self.paths[0])),
            cell=_ended(self),
            closed_at=len(self.paths),
            closed=cover.closed,
            order_paths=(cover.closed, *map(cover.over, self.order_paths)),
            within_path=cover.over(self.within_path) if self.within_path else "",
            number=cover.over_any(self.number),
            currency=cover.over_any(self.currency),
            managed=cover.over_any(self.managed),
        )


def column_of(record: Record, key: str, field: Field) -> Column:
    """The column of a field of a record."""
    link = expressions.link_id(record, key, field)
    currency = _currency_path(field)
    cell = _cell(field, has_link=bool(link), has_currency=bool(currency))
    more = (link, currency, *field.order, field.within, field.colour)
    paths = (expressions.shown(record, key, field), *(path for path in more if path))
    return Column(
        key=key,
        label=field.label,
        paths=paths,
        cell=_coloured(cell) if field.colour else cell,
        kind=field.kind,
        is_sortable=field.sortable and not field.many and field.kind is not Kind.JSON,
        is_groupable=(field.groupable or field.kind in GROUPABLE) and not field.many,
        number=_number(field) if field.kind.is_number and field.is_summed else None,
        currency=currency or (_custom_currency(field) if field.is_custom and field.kind is Kind.MONEY else None),
        own_currency=field.currency if field.is_custom and field.kind is Kind.MONEY else "",
        managed=_managed(field) if currency or field.is_custom else None,
        order_paths=field.order,
        within_path=field.within,
    )


def columns_for(actor: Actor, record: Record, wanted: Iterable[str | Column]) -> list[Column]:
    """Columns by key in this order, without those the actor may not see and those that are no more."""
    found = []
    for one in wanted:
        if isinstance(one, Column):
            if actor.sees_some(record.name, one.key):
                found.append(_covered(actor, record, one))
            continue
        field = record.field(one)
        if field is not None and actor.sees_some(record.name, one):
            found.append(_covered(actor, record, column_of(record, one, field)))
    return found


def _covered(actor: Actor, record: Record, column: Column) -> Column:
    """The column as the actor may read it."""
    cover = veils.cover(actor, record, column.key) if column.paths else None
    return column.under(cover) if cover else column


def _ended(column: Column) -> Callable[[Sequence[Any], Moment], Cell]:
    """The cell of a covered column: where it is closed nothing but the end of the value is shown."""

    def show(values: Sequence[Any], moment: Moment) -> Cell:
        *own, is_closed, end = values
        return {"text": masked_text(column.kind, end)} if is_closed else column.cell(own, moment)

    return show


def shown_columns(actor: Actor, record: Record, wanted: Iterable[str | Column]) -> list[Column]:
    """Columns of a list: like `columns_for`, with those that are masked for the actor in their places."""
    found = []
    for one in wanted:
        key = one.key if isinstance(one, Column) else one
        field = record.field(key)
        if field is not None and actor.veil_of(record.name, key) is None and actor.masks_field(record.name, key):
            found.append(_masked(record, key, field))
        else:
            found.extend(columns_for(actor, record, [one]))
    return found


def _masked(record: Record, key: str, field: Field) -> Column:
    """A column that can only be looked at: nothing sorts, groups, adds up or is taken out by it."""
    path = expressions.shown(record, key, field)
    return Column(
        key, field.label, (path,), lambda values, _at: {"text": masked_text(field.kind, values[0])}, is_masked=True
    )


class Reader:
    """Reads the columns of rows as tuples and makes cells of them."""

    def __init__(self, columns: Sequence[Column], order: Order | None = None, extra: Sequence[str] = ()) -> None:
        self.columns = columns
        self.extra = extra
        self.sources: list[Any] = ["pk", *extra]
        self._sorts = [self._index(F(key.alias)) for key in order.keys] if order else []
        self._makers = [(one.cell, [self._index(path) for path in one.paths]) for one in columns]

    def _index(self, source: Any) -> int:
        if isinstance(source, str) and source in self.sources:
            return self.sources.index(source)
        self.sources.append(source)
        return len(self.sources) - 1

    def values(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """Rows as tuples: the id, the extra paths, then what the columns need."""
        return rows.values_list(*self.sources)

    def cells(self, row: Sequence[Any], moment: Moment) -> list[Cell]:
        """The cells of one row."""
        return [make([row[index] for index in indexes], moment) for make, indexes in self._makers]

    def all_raw(self, row: Sequence[Any], index: int) -> list[Any]:
        """The values that one column has read."""
        return [row[one] for one in self._makers[index][1]]

    def raw(self, row: Sequence[Any], index: int) -> Any:
        """The main value of one column."""
        indexes = self._makers[index][1]
        return row[indexes[0]] if indexes else None

    def sort_values(self, row: Sequence[Any]) -> list[Any]:
        """What a cursor keeps of a row: its sort values and its id."""
        return [*(row[index] for index in self._sorts), row[0]]


def _currency_path(field: Field) -> str:
    """`Field.currency` is a code like RUB or the path of the column that holds one."""
    return "" if field.is_custom or not field.currency or field.currency.isupper() else field.currency


def _number(field: Field) -> Any:
    """What adds up: of a custom field the number among its canonical values; no index is asked, so the shortest way."""
    if field.is_custom and field.kind is Kind.MONEY:
        return functions.Amount(KeyTransform(field.key, "extra"))
    return sql.column(Place(field.key, field, "extra")) if field.is_custom else F(field.path)


def _custom_currency(field: Field) -> Any:
    return functions.Currency(KeyTransform(field.key, "extra"))


def _managed(field: Field) -> Any:
    """The same amount in the management currency; of a custom one by the rate of the day its row was made on."""
    if field.is_custom:
        is_money = field.kind is Kind.MONEY
        return rates.in_management(_number(field), _custom_currency(field), "created_at") if is_money else None
    return F(field.managed) if isinstance(field.managed, str) else field.managed


def _coloured(make: Callable[[Sequence[Any], Moment], Cell]) -> Callable[[Sequence[Any], Moment], Cell]:
    """The last value is the stage colour of the cell."""
    return lambda values, moment: {**make(values, moment), "stage": values[-1] or ""}


def _cell(field: Field, *, has_link: bool, has_currency: bool) -> Callable[[Sequence[Any], Moment], Cell]:
    make = cells.formatter(field)
    link = field.link

    def plain(values: Sequence[Any], moment: Moment) -> Cell:
        value = values[0]
        return {"text": ""} if value is None or value == "" else make(value, moment)

    def with_link(values: Sequence[Any], moment: Moment) -> Cell:
        return cells.linked(plain(values, moment), link, values[1])

    def with_currency(values: Sequence[Any], moment: Moment) -> Cell:
        value = values[0]
        return {"text": ""} if value is None else make({"a": value, "c": values[-1]}, moment)

    def in_currency(values: Sequence[Any], moment: Moment) -> Cell:
        value = values[0]
        return {"text": ""} if value is None else make({"a": value, "c": field.currency}, moment)

    if has_link:
        return with_link
    if has_currency:
        return with_currency
    return in_currency if field.currency and field.kind is Kind.MONEY and not field.is_custom else plain
