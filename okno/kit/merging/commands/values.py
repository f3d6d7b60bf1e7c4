"""Values of the one row that stays: chosen field by field, and put back when the rows are taken apart."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import Model
from django.utils.translation import gettext as _

from okno.kit.errors import Refused
from okno.kit.merging.mergeable import Mergeable
from okno.kit.models.base import RecordModel
from okno.kit.registry import Field

EMPTY: tuple[Any, ...] = (None, "", [], {})


def raw(row: Model, field: Field) -> Any:
    """The value of a field as its column, or its key in `extra`, has it."""
    if field.is_custom:
        return getattr(row, "extra", {}).get(field.key)
    return getattr(row, _column(row, field))


def default_choices(known: Mergeable, survivor: RecordModel, losers: Sequence[RecordModel]) -> dict[str, int]:
    """Whose value each field keeps when nobody chooses: the survivor's, or the first filled one."""
    return {
        key: next((row.pk for row in (survivor, *losers) if raw(row, field) not in EMPTY), survivor.pk)
        for key, field in known.choosable().items()
    }


def apply(
    known: Mergeable, survivor: RecordModel, losers: Sequence[RecordModel], choices: Mapping[str, int]
) -> dict[str, list[Any]]:
    """
    Give the survivor the chosen values and save it; returns columns before and after.

    :raises Refused: a field is not one to choose, or its value is said to be of a row that is not merged.
    """
    by_id = {row.pk: row for row in (survivor, *losers)}
    _check(known, by_id, choices)
    columns: dict[str, Any] = {}
    for key, row_id in {**default_choices(known, survivor, losers), **choices}.items():
        if row_id != survivor.pk:
            columns |= _taken(known, key, by_id[row_id], columns.get("extra", survivor.extra))
    changed = {name: value for name, value in columns.items() if getattr(survivor, name) != value}
    before = {name: _plain(survivor, name) for name in changed}
    for name, value in changed.items():
        setattr(survivor, name, value)
    if changed:
        survivor.save(update_fields=sorted(changed))
    return {name: [was, _plain(survivor, name)] for name, was in before.items()}


def put_back(survivor: RecordModel, kept: Mapping[str, Sequence[Any]]) -> list[str]:
    """Give columns back the values from before where they still are as the merge left them; names of the others."""
    changed, others = [], []
    for name, (was, now) in kept.items():
        if _plain(survivor, name) != now:
            others.append(name)
            continue
        column: Any = next(one for one in survivor._meta.concrete_fields if one.attname == name)
        setattr(survivor, name, was if name == "extra" else column.to_python(was))
        changed.append(name)
    if changed:
        survivor.save(update_fields=sorted(changed))
    return others


def _check(known: Mergeable, by_id: Mapping[int, Model], choices: Mapping[str, int]) -> None:
    unknown = sorted(set(choices) - set(known.choosable()))
    if unknown:
        raise Refused("merging.no_field", _("“%(key)s” cannot be changed here."), key=unknown[0])
    if not set(choices.values()) <= set(by_id):
        raise Refused("merging.no_row", _("A value is asked from a card that is not among those merged."))


def _taken(known: Mergeable, key: str, row: RecordModel, extra: Mapping[str, Any]) -> dict[str, Any]:
    """Columns of a row that hold the value of a field, and those that go along with it."""
    field = known.choosable()[key]
    if field.is_custom:
        own = field.key
        return {"extra": {**extra, own: row.extra.get(own)}}
    return {name: getattr(row, name) for name in (_column(row, field), *known.along.get(key, ()))}


def _column(row: Model, field: Field) -> str:
    column: Any = row._meta.get_field(field.path.split("__", 1)[0])
    return str(column.attname)


def _plain(row: Model, name: str) -> Any:
    """A value as JSON keeps it."""
    value = getattr(row, name)
    if value is None or isinstance(value, bool | int | str | dict | list):
        return value
    return DjangoJSONEncoder().default(value)
