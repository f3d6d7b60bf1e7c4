"""Where a field named in a condition or an expression lives, and its value in one canonical form."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.db.models import Model, QuerySet

from okno.kit.conditions import moments
from okno.kit.conditions.moments import Sight
from okno.kit.conditions.operators import Family, family_of
from okno.kit.fields.kinds import Kind
from okno.kit.registry import Field, Record, registry

Row = Mapping[str, Any] | Model


@dataclass(frozen=True, slots=True)
class Hop:
    """A linked row that is passed on the way to a field, and the path that leads to it."""

    path: str
    model: type[Model]


@dataclass(frozen=True, slots=True)
class Place:
    """
    A field reached from a record; `path` leads to the compared column, or to `extra` for a custom field.

    `hops` are the linked rows of which more is read than the name that everybody sees beside the link.
    """

    key: str
    field: Field
    path: str
    hops: tuple[Hop, ...] = ()

    @property
    def family(self) -> Family:
        """How values here are compared."""
        return family_of(self.field)

    @property
    def is_relation(self) -> bool:
        """Whether the values are rows of other tables rather than a list in a column."""
        return self.field.many and self.family is Family.LINK and not self.field.is_custom


@dataclass(frozen=True, slots=True)
class Relation:
    """Rows of another record that point back here; `near` leads to the row they point to."""

    key: str
    record: Record
    back: str
    near: str


def place(record: Record, key: str) -> Place | None:
    """Find a field by its key; a dot walks a link: `client.region`. None when there is no such field."""
    field = record.field(key)
    if field is not None:
        return Place(key, field, _path(record.model, field))
    step = _step(record, key)
    if step is None:
        return None
    linked, prefix, rest = step
    inner = place(linked, rest)
    if inner is None:
        return None
    beyond = tuple(replace(hop, path=f"{prefix}__{hop.path}") for hop in inner.hops)
    hops = beyond if rest == linked.title else (Hop(prefix, linked.model), *beyond)
    return Place(key, inner.field, f"{prefix}__{inner.path}", hops)


def relation(record: Record, key: str) -> Relation | None:
    """Find a to-many relation by its key; a dot walks a link: `client.contacts`."""
    if key in record.relations:
        name, back = record.relations[key]
        return Relation(key, registry.record(name), back, "pk") if name in registry.records else None
    step = _step(record, key)
    if step is None:
        return None
    linked, prefix, rest = step
    inner = relation(linked, rest)
    near = prefix if inner is None or inner.near == "pk" else f"{prefix}__{inner.near}"
    return inner and Relation(key, inner.record, inner.back, near)


def department_of(found: Place, record: Record) -> Place | None:
    """The department of the person a field names; None when people have none here."""
    path = f"{found.path}__department"
    if not _exists(record.model, path):
        return None
    key = f"{found.key}.department"
    return Place(key, Field(found.field.label, path, Kind.LINK, key=key), path, found.hops)


def living(model: type[Model], sight: Sight | None = None) -> QuerySet[Any]:
    """Rows of a model within sight, without those marked for deletion."""
    seen = sight.limited(model) if sight else None
    rows = model._default_manager.order_by() if seen is None else seen
    return rows.filter(is_deleted=False) if any(one.name == "is_deleted" for one in model._meta.fields) else rows


def value(row: Row, found: Place, sight: Sight | None = None) -> Any:
    """
    The canonical value of a field of a row: None when empty, Decimal, day, moment in UTC, id, tuple, text.

    What stands in a linked row out of sight is empty; a mapping holds only what its maker has put there.
    """
    if sight and isinstance(row, Model) and not all(_is_seen(row, hop, sight) for hop in found.hops):
        return None
    raw = _of_mapping(row, found.key) if isinstance(row, Mapping) else _of_instance(row, found)
    return canonical(raw, found)


def has(row: Row, key: str) -> bool:
    """Whether a row says anything of a field; an instance always does."""
    if not isinstance(row, Mapping):
        return True
    first, _dot, rest = key.partition(".")
    inner = row.get(first)
    return key in row or (bool(rest) and isinstance(inner, Mapping) and has(inner, rest))


def related_rows(row: Row, found: Relation, sight: Sight | None = None) -> Iterable[Row]:
    """The rows of a relation: lists of mappings in a mapping, a query of those within sight for an instance."""
    if isinstance(row, Mapping):
        rows = _of_mapping(row, found.key)
        return rows if isinstance(rows, Sequence) and not isinstance(rows, str) else ()
    near = _walk(row, found.near)
    owner = near.pk if isinstance(near, Model) else near
    return () if owner is None else living(found.record.model, sight).filter(**{found.back: owner})


def canonical(raw: Any, found: Place) -> Any:
    """A stored value as it is compared; what cannot be read is empty."""
    if raw is None or raw in ("", [], (), {}):
        return None
    if found.field.many:
        items = tuple(_scalar(item, found.family) for item in raw) if isinstance(raw, Iterable) else ()
        return tuple(sorted(item for item in items if item is not None)) or None
    return _scalar(raw, found.family)


def _scalar(raw: Any, family: Family) -> Any:
    match family:
        case Family.NUMBER:
            return number(raw.get("a") if isinstance(raw, Mapping) else raw)
        case Family.DATE:
            day = moments.read(raw) if isinstance(raw, str) else raw
            return day.date() if isinstance(day, datetime) else day
        case Family.MOMENT:
            return _moment(raw)
        case Family.LINK:
            return _identifier(raw)
        case Family.BOOLEAN:
            return raw if isinstance(raw, bool) else None
        case Family.JSON:
            return raw
    return str(raw)


def number(raw: Any) -> Decimal | None:
    """A finite Decimal of a number or of the text of one; None of anything else."""
    if isinstance(raw, bool) or not isinstance(raw, int | float | str | Decimal):
        return None
    try:
        found = Decimal(str(raw))
    except InvalidOperation:
        return None
    return found if found.is_finite() else None


def _moment(raw: Any) -> datetime | None:
    found = moments.read(raw) if isinstance(raw, str) else raw
    if not isinstance(found, datetime):
        return None
    return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)


def _identifier(raw: Any) -> int | None:
    if isinstance(raw, Mapping):
        raw = raw.get("id")
    if isinstance(raw, Model):
        raw = raw.pk
    if isinstance(raw, str) and raw.isascii() and raw.isdigit():
        return int(raw)
    return raw if isinstance(raw, int) and not isinstance(raw, bool) else None


def _of_mapping(row: Mapping[str, Any], key: str) -> Any:
    if key in row:
        return row[key]
    first, _dot, rest = key.partition(".")
    inner = row.get(first) if rest else None
    return _of_mapping(inner, rest) if isinstance(inner, Mapping) else None


def _of_instance(row: Model, found: Place) -> Any:
    if found.field.is_custom:
        extra = _walk(row, found.path)
        return extra.get(found.field.key) if isinstance(extra, Mapping) else None
    if found.is_relation:
        linked = type(row)._base_manager.filter(pk=row.pk, **{f"{found.path}__isnull": False})
        return tuple(linked.values_list(found.path, flat=True))
    return _walk(row, found.path)


def _is_seen(row: Model, hop: Hop, sight: Sight) -> bool:
    linked: Any = row
    for name in hop.path.split("__"):
        linked = getattr(linked, name, None)
    return linked is None or sight.sees(linked)


def _walk(row: Any, path: str) -> Any:
    """Follow an ORM path from an instance; the last link gives its id without a query."""
    *links, last = path.split("__")
    for name in links:
        row = getattr(row, name, None)
    if isinstance(row, Model) and last != "pk":
        column = row._meta.get_field(last)
        last = getattr(column, "attname", last)
    return getattr(row, last, None)


def _step(record: Record, key: str) -> tuple[Record, str, str] | None:
    """The record and path behind the link before the first dot, and the rest of the key."""
    first, _dot, rest = key.partition(".")
    link = record.field(first)
    if not rest or link is None or link.many or link.is_custom or link.link not in registry.records:
        return None
    return registry.record(link.link), _link_path(record.model, link.path), rest


def _path(model: type[Model], field: Field) -> str:
    if field.is_custom:
        return "extra"
    return _link_path(model, field.path) if family_of(field) is Family.LINK else field.path


def _link_path(model: type[Model], path: str) -> str:
    """The part of a path that leads to the linked row: `client__name` is read through the link `client`."""
    links: list[str] = []
    for name in path.split("__"):
        column = model._meta.get_field(name)
        if not column.is_relation or not isinstance(column.related_model, type):
            break
        links.append(column.name)
        model = column.related_model
    return "__".join(links) or path


def _exists(model: type[Model], path: str) -> bool:
    try:
        for name in path.split("__"):
            column = model._meta.get_field(name)
            if isinstance(column.related_model, type):
                model = column.related_model
    except FieldDoesNotExist:
        return False
    return True
