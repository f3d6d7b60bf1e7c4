"""Where conditions are kept: columns that areas name, and how one row is named by another in what they hold."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.apps import apps
from django.db.models import Model, QuerySet, TextField
from django.db.models.functions import Cast

from okno.kit.conditions import places
from okno.kit.conditions.places import Place
from okno.kit.conditions.tree import QUANTIFIERS
from okno.kit.registry import Record, registry

# What becomes of a condition on rows of a record.
Rewrite = Callable[[Any, Record], Any]


def _nothing(_rows: QuerySet[Any]) -> None:
    """What is done after a change when nothing is kept of these conditions elsewhere."""


@dataclass(frozen=True)
class Keeper:
    """
    A column that keeps conditions.

    :param model: the table, `leads.DistributionRule`.
    :param record: whose rows are judged: the name of a record, the column that has it, or what tells it of a row.
    :param names: keys of a mapping in which conditions stand as text, as in the address of a list; without them the
        column holds a condition, a list or a mapping of conditions.
    :param label: what people call such a place.
    :param changed: called with the rows that were changed: whoever keeps something of these conditions forgets it.
    """

    model: str
    column: str
    record: str | Callable[[Any], str]
    names: tuple[str, ...] = ()
    label: object = ""
    changed: Callable[[QuerySet[Any]], None] = _nothing

    @property
    def name(self) -> str:
        """The lasting name: `leads.DistributionRule.condition`."""
        return f"{self.model}.{self.column}"

    @property
    def rows(self) -> QuerySet[Any]:
        """All rows of the table."""
        model: type[Model] = apps.get_model(self.model)
        found: QuerySet[Any] = model._base_manager.all()
        return found

    def naming(self, row_id: int | str) -> QuerySet[Any]:
        """Rows whose conditions may name a row, or an option, by its id, in the order of their ids."""
        told: QuerySet[Any] = self.rows.annotate(_told=Cast(self.column, TextField()))
        return told.filter(_told__contains=str(row_id)).order_by("pk")

    def owner(self, row: Any) -> Record | None:
        """The record whose rows the conditions of this row judge; None when there is none any more."""
        if callable(self.record):
            name = self.record(row)
        else:
            name = self.record if "." in self.record else getattr(row, self.record)
        return registry.records.get(name)

    def rewritten(self, row: Any, rewrite: Rewrite) -> Any:
        """What the column of a row would hold with its conditions rewritten."""
        kept, owner = getattr(row, self.column), self.owner(row)
        if owner is None or kept is None:
            return kept
        if not self.names:
            return rewrite(kept, owner)
        return {**kept, **{key: _text(kept[key], owner, rewrite) for key in self.names if kept.get(key)}}


KEEPERS: dict[str, Keeper] = {}


def keep(model: str, *columns: str, record: str | Callable[[Any], str], **said: Any) -> None:
    """Say that columns of a table keep conditions; `said` is told at `Keeper`."""
    for column in columns:
        keeper = Keeper(model, column, record, **said)
        KEEPERS[keeper.name] = keeper


def keepers() -> Iterator[Keeper]:
    """Every place that keeps conditions, by name."""
    yield from (KEEPERS[name] for name in sorted(KEEPERS))


def users_of(record: Record, row_id: int) -> Iterator[tuple[Keeper, Any]]:
    """
    Places whose conditions name a row of a record, each with its row. Filters of lists are left out: whoever opens one
    sees that nothing is found.
    """
    rewrite = partial(with_other, record=record.name, from_id=row_id, to_id=-1)
    for keeper in (one for one in keepers() if not one.names):
        for row in keeper.naming(row_id):
            if not getattr(row, "is_deleted", False) and keeper.rewritten(row, rewrite) != getattr(row, keeper.column):
                yield keeper, row


def with_other(raw: Any, owner: Record, record: str, from_id: int, to_id: int) -> Any:
    """
    A condition, or a list or mapping of conditions, on rows of `owner` in which what names one row of a record names
    another one. Broken parts stay as they are.
    """
    return _turned(raw, owner, lambda place: place.field.link == record, partial(_other, from_id=from_id, to_id=to_id))


def with_option(raw: Any, owner: Record, *, record: str, key: str, gone: str, stays: str) -> Any:
    """The same, in which an option of a custom field of a record, by its key, gives way to another one."""

    def is_of_field(place: Place) -> bool:
        return place.field.is_custom and place.field == registry.custom_fields(record).get(key)

    return _turned(raw, owner, is_of_field, lambda value: stays if value == gone else value)


def _turned(raw: Any, owner: Record, names: Callable[[Place], bool], turn: Callable[[Any], Any]) -> Any:
    """A condition with other values in the leaves whose fields are the ones meant."""
    if isinstance(raw, list):
        return [_turned(one, owner, names, turn) for one in raw]
    if not isinstance(raw, Mapping):
        return raw
    if isinstance(raw.get("field"), str) and "op" in raw:
        found = places.place(owner, raw["field"])
        is_named = found is not None and names(found)
        return {**raw, "value": _replaced(raw["value"], turn)} if is_named and "value" in raw else raw
    relation = next((raw[one] for one in QUANTIFIERS if isinstance(raw.get(one), str)), None)
    related = places.relation(owner, relation) if relation else None
    return {
        key: _turned(value, related.record if related and key == "where" else owner, names, turn)
        for key, value in raw.items()
    }


def _replaced(value: Any, turn: Callable[[Any], Any]) -> Any:
    if isinstance(value, list):
        found: list[Any] = []
        for one in value:
            other = _replaced(one, turn)
            if other not in found:
                found.append(other)
        return found
    return turn(value)


def _other(value: Any, *, from_id: int, to_id: int) -> Any:
    if value == from_id and not isinstance(value, bool):
        return to_id
    return str(to_id) if value == str(from_id) else value


def _text(text: Any, owner: Record, rewrite: Rewrite) -> Any:
    try:
        tree = json.loads(text)
    except (ValueError, TypeError):
        # An address that somebody has spoilt is nobody's filter.
        return text
    changed = rewrite(tree, owner)
    return text if changed == tree else json.dumps(changed, ensure_ascii=False, separators=(",", ":"))
