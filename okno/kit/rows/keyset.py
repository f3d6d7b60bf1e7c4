"""Order of rows and the place after a row: keyset paging without OFFSET, empty values last."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext as _

from okno.kit.errors import Refused
from okno.kit.permissions import Actor
from okno.kit.registry import Record
from okno.kit.rows import expressions, veils
from okno.kit.search import Folded

MAX_ID = 2**63 - 1
Shape = Callable[[QuerySet[Any]], QuerySet[Any]]


@dataclass(frozen=True)
class Key:
    """
    One part of the order: an expression under the alias by which rows carry it. Of a field that is closed in some rows
    `bare` is the expression where it is `opened`: there an index may serve it.
    """

    name: str
    alias: str
    expression: Any
    is_descending: bool
    is_nullable: bool
    bare: Any = None
    opened: Any = None


@dataclass(frozen=True)
class Order:
    """An order of rows made total by the id; `is_backward` reads it from the end, for what stands before a row."""

    keys: tuple[Key, ...]
    is_backward: bool = False

    @property
    def is_descending(self) -> bool:
        """The direction of the id: that of the last key, so that one index serves both."""
        return self.keys[-1].is_descending != self.is_backward

    @property
    def backward(self) -> Order:
        """The same order from the end."""
        return replace(self, is_backward=not self.is_backward)

    def apply(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """Sort rows; each carries its sort values under the aliases."""
        parts = (self._sorted(key) for key in self.keys)
        sorted_rows: QuerySet[Any] = self.carry(rows).order_by(*parts, "-pk" if self.is_descending else "pk")
        return sorted_rows

    def read(self, rows: QuerySet[Any], shape: Shape, most: int, cursor: str = "") -> list[Any]:
        """
        The first rows in this order, or those after a cursor, shaped as they are to be read.

        Where the first field is closed in some rows, those that have it open are read first, by its own index, and the
        others only when these have come to their end.

        :raises Refused: the cursor is not one of this order.
        """
        first = self.keys[0]
        if first.bare is None:
            beyond = self.after(rows, cursor) if cursor else rows
            return list(shape(self.apply(beyond))[:most])
        is_past = bool(cursor) and decode(cursor, len(self.keys) + 1)[0] is None
        found: list[Any] = []
        if not is_past:
            filled = Order((replace(first, expression=first.bare, is_nullable=False), *self.keys[1:]))
            part = filled.carry(rows.filter(first.opened)).filter(**{f"{first.alias}__isnull": False})
            found = list(shape(filled.apply(filled.after(part, cursor) if cursor else part))[:most])
        if len(found) < most:
            rest = self.carry(rows).filter(**{f"{first.alias}__isnull": True})
            beyond = self.after(rest, cursor) if is_past else rest
            found += list(shape(self.apply(beyond))[: most - len(found)])
        return found

    def carry(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """Rows with the sort expressions under their aliases."""
        carried: QuerySet[Any] = rows.alias(**{key.alias: key.expression for key in self.keys if key.alias != "pk"})
        return carried

    def after(self, rows: QuerySet[Any], cursor: str) -> QuerySet[Any]:
        """
        Rows that come after the one a cursor names.

        :raises Refused: the cursor is not one of this order.
        """
        values = decode(cursor, len(self.keys) + 1)
        try:
            beyond: QuerySet[Any] = self.carry(rows).filter(self._beyond(values))
        except (ValueError, TypeError, ValidationError) as error:
            raise Refused("bad_cursor", _("This link is out of date; open the list again.")) from error
        return beyond

    def _beyond(self, values: Sequence[Any]) -> Q:
        *keys, row_id = values
        found = Q(pk__lt=row_id) if self.is_descending else Q(pk__gt=row_id)
        for key, value in zip(reversed(self.keys), reversed(keys), strict=True):
            found = self._step(key, value, found)
        return found

    def _sorted(self, key: Key) -> Any:
        is_descending = key.is_descending != self.is_backward
        if not key.is_nullable:
            # Plain directions let an ordinary index serve columns that are never empty.
            return F(key.alias).desc() if is_descending else F(key.alias).asc()
        nulls = {"nulls_first": True} if self.is_backward else {"nulls_last": True}
        return F(key.alias).desc(**nulls) if is_descending else F(key.alias).asc(**nulls)

    def _step(self, key: Key, value: Any, rest: Q) -> Q:
        """Rows beyond a value of one key, or equal to it and beyond by the rest."""
        is_descending = key.is_descending != self.is_backward
        if key.alias == "pk":
            return Q(pk__lt=value) if is_descending else Q(pk__gt=value)
        is_empty = Q(**{f"{key.alias}__isnull": True})
        if value is None:
            return Q(**{f"{key.alias}__isnull": False}) | (is_empty & rest) if self.is_backward else is_empty & rest
        strictly, loosely = ("lt", "lte") if is_descending else ("gt", "gte")
        found = Q(**{f"{key.alias}__{strictly}": value}) | (Q(**{key.alias: value}) & rest)
        if key.is_nullable:
            return found if self.is_backward else found | is_empty
        # Implied by the rest, but it is what an index scan starts from.
        return Q(**{f"{key.alias}__{loosely}": value}) & found


def order_of(
    actor: Actor, record: Record, text: str, *, first: str = "", own: Mapping[str, str] | None = None
) -> Order:
    """
    The order that a text like `-amount,title` asks for; what is not a sortable field, or is closed to the actor, is
    passed over. Rows in which a field is closed stand where those stand that have it empty.

    :param first: a key to sort by before all others, for grouping; rows in which it is closed are kept together.
    :param own: by the keys of columns of the list's own the paths that these are sorted by: `Column.sort_path`.
    """
    reader = _Keys(actor, record, own or {})
    wanted = [part for part in text.split(",") if part]
    keys = [key for number, part in enumerate(wanted, 1) for key in reader.of(part, number)]
    group = reader.of_group(first) if first else []
    return Order((*group, *(keys or [reader.default()])))


@dataclass(frozen=True)
class _Keys:
    """Makes keys of the fields of a record as an actor may sort by them."""

    actor: Actor
    record: Record
    own: Mapping[str, str]

    def of(self, part: str, number: int) -> list[Key]:
        """The key of a field, after those of its own order if it has one: stages of two scenarios may share a place."""
        name, is_descending = part.lstrip("-"), part.startswith("-")
        if name in {"id", "pk"}:
            return [Key("id", "pk", F("pk"), is_descending, is_nullable=False)]
        if path := self.own.get(name):
            is_turned = is_descending != path.startswith("-")
            return [Key(name, f"_sort{number}", F(path.lstrip("-")), is_turned, is_nullable=True)]
        field = self.record.field(name)
        if field is None or not field.sortable or field.many or not self.actor.sees_some(self.record.name, name):
            return []
        expression, nullable = expressions.ordering(self.record, name, field)
        own = Key(name, f"_sort{number}", expression, is_descending, nullable)
        if field.is_custom and field.link:
            # Rows with a link are read in the order of the linked table, the others after them.
            own = replace(own, bare=expression, opened=Q())
        before = [
            Key(name, f"_sort{number}_{place}", F(path), is_descending, self._may_be_null(path))
            for place, path in enumerate(field.order)
        ]
        return self._covered(name, [*before, own])

    def of_group(self, name: str) -> list[Key]:
        """The keys of a field, behind one that tells the rows in which it is closed from those that have it empty."""
        keys, cover = self.of(name, 0), veils.cover(self.actor, self.record, name)
        if not keys or cover is None:
            return keys
        return [Key(name, "_sort0_closed", cover.closed, is_descending=False, is_nullable=False), *keys]

    def default(self) -> Key:
        """The order of the record itself; that of the ids when its field is closed to the actor."""
        name, is_descending = self.record.order.lstrip("-"), self.record.order.startswith("-")
        closed = {one.path for key, one in self.record.fields.items() if not self._sees(key)}
        if name in {"id", "pk"} or name in closed:
            return Key("id", "pk", F("pk"), is_descending, is_nullable=False)
        column = F(name)
        expression = Folded(column) if expressions.is_text(self.record.model, name) else column
        return Key(name, "_sort_own", expression, is_descending, self._may_be_null(name))

    def _sees(self, key: str) -> bool:
        return self.actor.sees_field(self.record.name, key)

    def _may_be_null(self, path: str) -> bool:
        return expressions.may_be_null(self.record.model, path)

    def _covered(self, name: str, keys: list[Key]) -> list[Key]:
        cover = veils.cover(self.actor, self.record, name)
        if cover is None:
            return keys
        return [
            replace(
                key, expression=cover.over(key.expression), is_nullable=True, bare=key.expression, opened=cover.is_open
            )
            for key in keys
        ]


def encode(values: Sequence[Any]) -> str:
    """A cursor: sort values and id as URL-safe text."""
    raw = json.dumps([plain(value) for value in values], separators=(",", ":"), ensure_ascii=False)
    return base64.urlsafe_b64encode(raw.encode()).decode().rstrip("=")


def decode(cursor: str, length: int) -> list[Any]:
    """Sort values and id of a cursor. :raises Refused: it is not a cursor of this length."""
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        values = json.loads(base64.urlsafe_b64decode(padded.encode()).decode())
    except ValueError as error:
        raise Refused("bad_cursor", _("This link is out of date; open the list again.")) from error
    if (
        not isinstance(values, list)
        or len(values) != length
        or not isinstance(values[-1], int)
        or abs(values[-1]) > MAX_ID
    ):
        raise Refused("bad_cursor", _("This link is out of date; open the list again."))
    return values


def plain(value: Any) -> Any:
    """A sort value as a cursor keeps it."""
    if isinstance(value, datetime | date):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal | UUID) else value
