"""Values of fields of a row, in the one canonical form in which they are compared."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from django.db.models import Model

from okno.kit.conditions import moments
from okno.kit.conditions.moments import Sight
from okno.kit.conditions.operators import Family
from okno.kit.conditions.places import Hop, Place, Relation, Through
from okno.kit.registry import Record

Row = Mapping[str, Any] | Model


def value(row: Row, found: Place, sight: Sight | None = None) -> Any:
    """
    The canonical value of a field of a row: None when empty, Decimal, day, moment in UTC, id, tuple, text.

    What stands in a linked row out of sight is empty; a mapping holds only what its maker has put there.
    """
    if sight and isinstance(row, Model) and not all(_is_seen(row, hop, sight) for hop in found.hops):
        return None
    if found.through is not None and isinstance(row, Model):
        return _value_beyond(row, found.through, sight)
    raw = _of_mapping(row, found.key) if isinstance(row, Mapping) else _of_instance(row, found)
    return canonical(raw, found)


def _value_beyond(row: Model, through: Through, sight: Sight | None) -> Any:
    """The value that a field of the linked row has."""
    found = linked(row, through.record, through.key, through.path)
    if found is None or (sight and not through.is_named and not sight.sees(found)):
        return None
    return value(found, through.inner, sight)


def linked(row: Model, record: Record, key: str, path: str = "extra") -> Model | None:
    """The row of a record that a custom link leads to, by the id that `path` keeps under its key."""
    extra = _walk(row, path)
    linked_id = _identifier(extra.get(key)) if isinstance(extra, Mapping) else None
    return None if linked_id is None else record.model._base_manager.filter(pk=linked_id).first()


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
    return () if owner is None else found.pointing(found.living(sight), owner)


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
