"""Rows for scripts: values as JSON keeps them, pages by cursor, conditions as a parameter."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from okno.kit import conditions
from okno.kit.errors import Missing, Refused
from okno.kit.openness import closed_keys
from okno.kit.permissions import Actor
from okno.kit.registry import Record, registry
from okno.kit.rows import keyset
from okno.kit.rows.columns import Column, Reader, columns_for
from okno.kit.web.pages.address import Address
from okno.kit.web.pages.selection import Plan, Selection

MOST = 200
ASKED, TOLD = "api", "told"


@dataclass(frozen=True)
class Source:
    """A record and the query that reads it for an actor."""

    record: Record
    query: Callable[..., QuerySet[Any]]

    def select(self, actor: Actor, *, where: str = "", q: str = "", sort: str = "") -> Selection:
        """
        The rows that meet a condition and a quick search.

        :raises Refused: the condition is broken or names a field that is closed to the actor.
        """
        selection = Selection(Plan(self.record, self.query, ()), actor, Address({"f": where, "q": q, "sort": sort}))
        wrong = conditions.problems(selection.condition, self.record)
        if wrong:
            raise Refused(wrong[0].code, wrong[0].message.replace("%", "%%"))
        for key in closed_keys(actor, self.record, selection.condition):
            raise Refused("conditions.unknown_field", _("There is no field “%(field)s”."), field=key)
        return selection

    def page(self, selection: Selection, after: str, limit: int) -> dict[str, Any]:
        """`{items, next}`: `next` is the cursor of the next page, null on the last one."""
        columns = self.columns(selection.actor)
        reader = Reader(columns, selection.order, ("version",))
        found = self._found(selection, reader, after, min(limit, MOST) + 1)
        has_more = len(found) > min(limit, MOST)
        found = found[: min(limit, MOST)]
        self._note(selection.actor, [values[0] for values in found], TOLD)
        following = keyset.encode(reader.sort_values(found[-1])) if has_more else None
        return {"items": [self._item(columns, reader, values) for values in found], "next": following}

    def _found(self, selection: Selection, reader: Reader, after: str, most: int) -> list[Any]:
        """
        The rows of a page; where there is a filter, these alone are read whole. All fields of a record join a dozen
        tables: among so many the planner does not look for the best way into the filter any more.
        """
        rows, order = selection.rows(), selection.order
        if selection.condition == conditions.EVERYTHING:
            return order.read(rows, reader.values, most, after)
        ids = order.read(rows, _ids, most, after)
        return list(reader.values(order.apply(rows.filter(pk__in=ids))))

    def one(self, actor: Actor, row_id: int) -> dict[str, Any]:
        """One row. :raises Missing: it is not there or out of reach."""
        found = self.one_or_none(actor, row_id)
        if found is None:
            raise Missing("not_found", _("Not found, or out of your reach."))
        return found

    def one_or_none(self, actor: Actor, row_id: int, *, reading: str = ASKED) -> dict[str, Any] | None:
        """
        One row, None when it is not there or out of reach.

        :param reading: how the access log counts it: ASKED for, or TOLD along with something else.
        """
        columns = self.columns(actor)
        reader = Reader(columns, None, ("version",))
        values = reader.values(self.query(actor).filter(pk=row_id).order_by()).first()
        if values is None:
            return None
        self._note(actor, [row_id], reading)
        return self._item(columns, reader, values)

    def columns(self, actor: Actor) -> Sequence[Column]:
        """All fields that the actor may see."""
        return columns_for(actor, self.record, self.record.all_fields())

    def _note(self, actor: Actor, ids: Sequence[int], kind: str) -> None:
        if registry.note_reading is not None:
            registry.note_reading(actor, self.record, ids, kind)

    def _item(self, columns: Sequence[Column], reader: Reader, values: Sequence[Any]) -> dict[str, Any]:
        item: dict[str, Any] = {"id": values[0], "version": values[1]}
        for index, column in enumerate(columns):
            field = self.record.field(column.key)
            raw = reader.all_raw(values, index)
            if column.is_closed(raw):
                continue
            if field is not None and field.link and not field.many and len(raw) > 1:
                item[column.key] = {"id": raw[1], "title": plain(raw[0])} if raw[1] is not None else None
            else:
                item[column.key] = plain(raw[0])
        return item


def _ids(rows: QuerySet[Any]) -> QuerySet[Any]:
    return rows.values_list("pk", flat=True)


def check_reached(rows: QuerySet[Any], ids: Collection[int | None]) -> None:
    """:raises Missing: not all rows of these ids are among those within reach."""
    wanted = {one for one in ids if one is not None}
    if wanted and rows.filter(pk__in=wanted).count() < len(wanted):
        raise Missing("not_found", _("Not found, or out of your reach."))


def plain(value: Any) -> Any:
    """A value as JSON keeps it: exact numbers as text, moments in UTC."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return format(value, "f")
    return str(value) if isinstance(value, UUID) else value
