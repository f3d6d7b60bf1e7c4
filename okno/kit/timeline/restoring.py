"""Former values of a row: what a field, or the whole row, was at one moment of its history, and the way back to it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from okno.kit.models.journal import Change
from okno.kit.permissions import Actor
from okno.kit.registry import Field, Record
from okno.kit.timeline import history


@dataclass(frozen=True)
class Former:
    """A field that was different then, and can be given that value again."""

    key: str
    field: Field
    now: Any
    then: Any


def former_values(actor: Actor, record: Record, row: Any, change: Change, *, version: bool) -> list[Former]:
    """
    Fields whose values can be brought back.

    :param version: as the whole row stood right after the change; otherwise what this one change has replaced.
    """
    now = history.image_of(row)
    then = _image_after(row, now, change)
    keys = None
    if not version:
        keys = {one.key for one in history.open_changes(actor, record, change.before or {}, change.after or {})}
        then = {**then, **(change.before or {})}
    return [one for one in _differing(actor, record, now, then) if keys is None or one.key in keys]


def values_of(former: Collection[Former]) -> dict[str, Any]:
    """As the command that changes the record takes them."""
    return {one.key: history.given(one.then) for one in former}


def _image_after(row: Any, now: dict[str, Any], change: Change) -> dict[str, Any]:
    """Columns of a row right after a change: later changes are taken off one by one, the last one first."""
    later = Change.objects.filter(table_name=row._meta.db_table, row_id=row.pk, pk__gt=change.pk, op="U")
    image = dict(now)
    for one in later.order_by("-id").iterator():
        image |= one.before or {}
    return image


def _differing(actor: Actor, record: Record, now: dict[str, Any], then: dict[str, Any]) -> list[Former]:
    found = []
    for key, field in record.all_fields().items():
        if field.formula or not (field.editable or field.is_custom) or not actor.sees_field(record.name, key):
            continue
        pair = history.value_in(record, key, now), history.value_in(record, key, then)
        if pair[0] != pair[1]:
            found.append(Former(key, field, *pair))
    return found
