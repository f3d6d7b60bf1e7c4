"""Everything that points to a row: foreign keys of all tables, pairs of a record's name and an id, custom links."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db.models import Exists, ForeignKey, Max, Model, OuterRef, Q, QuerySet, UniqueConstraint

from okno.kit.models.feed import Entry, EntryLink
from okno.kit.models.journal import Change, CommandRun
from okno.kit.models.merges import Merge
from okno.kit.registry import Record, registry

# What was done stays told of the row it was done to.
LEFT_ALONE = (Change, CommandRun, Merge)
# What models say of themselves: their rows are worked out from others, or tell what has been and never change.
NOT_MOVED = ("is_derived", "is_history")


@dataclass(frozen=True)
class Reference:
    """A column that may point to rows of a record; `record_column` holds the record's name beside the id."""

    model: type[Model]
    column: str
    record_column: str = ""

    @property
    def name(self) -> str:
        """The lasting name: `deals.Deal.client`."""
        return f"{self.model._meta.label}.{self.column}"

    def rows(self, record: Record, row_id: int) -> QuerySet[Any]:
        """Rows that point to this one."""
        found = self.model._base_manager.filter(**self.to(record, row_id))
        if self.model is Entry and self.record_column == "scope_record":
            # Entries have no index by scope; whatever has a scope is linked to it.
            links = EntryLink.objects.filter(record=record.name, row_id=row_id)
            found = found.filter(pk__in=links.values("entry_id"))
        return found

    def to(self, record: Record, row_id: int) -> dict[str, Any]:
        """The condition of pointing to a row."""
        named = {self.record_column: record.name} if self.record_column else {}
        return {**named, self.column: row_id}

    def movable(self, record: Record, from_id: int, to_id: int) -> QuerySet[Any]:
        """
        Rows that may be pointed from one row to another: not those that would meet their equal there, nor those that
        would then be tied to themselves.
        """
        rows = self.rows(record, from_id)
        for taken in self._taken(record, to_id):
            rows = rows.exclude(taken)
        for other in self._other_keys():
            rows = rows.exclude(**{other: to_id})
        return rows.exclude(pk=to_id) if self.model is record.model else rows

    def _taken(self, record: Record, to_id: int) -> Iterator[Q]:
        """For every set of columns that is there once: an equal row stands there already."""
        own = {self.column, self.column.removesuffix("_id"), self.record_column}
        for columns, condition in _unique_sets(self.model):
            if not own & set(columns):
                continue
            equal = self.model._base_manager.filter(
                **self.to(record, to_id), **{one: OuterRef(one) for one in columns if one not in own}
            )
            met = Q(Exists(equal.filter(condition) if condition else equal))
            yield met & condition if condition else met

    def _other_keys(self) -> list[str]:
        """Other keys of this table to the same table: the other end of a tie."""
        if self.record_column:
            return []
        target = self.model._meta.get_field(self.column.removesuffix("_id")).related_model
        keys = [one.attname for one in self.model._meta.concrete_fields if _points_to(one, target)]
        return [key for key in keys if key != self.column]

    def mark(self) -> int:
        """The largest id of the table: what comes later has a larger one."""
        return int(self.model._base_manager.aggregate(last=Max("pk"))["last"] or 0)


def references(record: Record) -> list[Reference]:
    """Every column that may point to rows of a record."""
    found = [*_keys(record.model), *pairs()]
    return sorted(found, key=lambda one: one.name)


def custom_links(record: Record) -> Iterator[tuple[Record, str]]:
    """(record, key in `extra`) of custom fields that link to rows of a record."""
    for other in registry.records.values():
        for field in registry.custom_fields(other.name).values():
            if field.link == record.name and hasattr(other.model, "extra"):
                yield other, field.key


def _keys(model: type[Model]) -> Iterator[Reference]:
    for other in _tables():
        for field in other._meta.concrete_fields:
            if _points_to(field, model):
                yield Reference(other, field.attname)


def pairs() -> Iterator[Reference]:
    """Pairs by convention: `record` and `row_id`, or `about_record` and `about_id`."""
    for other in _tables():
        names = {field.name for field in other._meta.concrete_fields}
        if {"record", "row_id"} <= names:
            yield Reference(other, "row_id", "record")
        for name in names:
            stem = name.removesuffix("_record")
            if stem != name and f"{stem}_id" in names:
                yield Reference(other, f"{stem}_id", name)


def _tables() -> Iterator[type[Model]]:
    """Tables of the product whose rows people or programs wrote; what is worked out from others follows by itself."""
    for model in apps.get_models(include_auto_created=True):
        is_ours = model.__module__.startswith("okno.") and model._meta.managed and not model._meta.proxy
        if is_ours and model not in LEFT_ALONE and not any(getattr(model, name, False) for name in NOT_MOVED):
            yield model


def _points_to(field: Any, model: Any) -> bool:
    return isinstance(field, ForeignKey) and field.related_model is model


def _unique_sets(model: type[Model]) -> Iterator[tuple[tuple[str, ...], Q | None]]:
    """Columns that are there once together, with the condition if it is for some rows only."""
    for constraint in model._meta.constraints:
        if isinstance(constraint, UniqueConstraint) and constraint.fields:
            yield _columns(model, constraint.fields), constraint.condition
    yield from ((_columns(model, names), None) for names in model._meta.unique_together)
    for field in model._meta.concrete_fields:
        if field.unique and not field.primary_key:
            yield (field.attname,), None
    if same := getattr(model, "same_when", ()):
        for key in [one.attname for one in model._meta.concrete_fields if isinstance(one, ForeignKey)]:
            yield (key, *same), None


def _columns(model: type[Model], names: Any) -> tuple[str, ...]:
    return tuple(getattr(model._meta.get_field(name), "attname", name) for name in names)
