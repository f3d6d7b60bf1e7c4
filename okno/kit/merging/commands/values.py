"""Values of the one row that stays: chosen field by field, and put back when the rows are taken apart."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import Model
from django.utils.translation import gettext as _

from okno.kit.errors import Refused
from okno.kit.fields import judging
from okno.kit.merging.mergeable import Mergeable
from okno.kit.models.base import RecordModel
from okno.kit.permissions import Actor
from okno.kit.registry import Field

EMPTY: tuple[Any, ...] = (None, "", [], {})


def raw(row: Model, field: Field) -> Any:
    """The value of a field as its column, or its key in `extra`, has it."""
    if field.is_custom:
        return getattr(row, "extra", {}).get(field.key)
    return getattr(row, column_of(row, field))


def default_choices(
    known: Mergeable,
    survivor: RecordModel,
    losers: Sequence[RecordModel],
    actor: Actor,
    said: Mapping[str, int] | None = None,
) -> dict[str, int]:
    """
    Whose value each field of one value keeps when nobody chooses: the survivor's, or the first filled one. What the
    form of the row that stays does not show or offer stays with its row.

    :param said: what was chosen of other fields.
    """
    joined = known.joined()
    found = {
        key: next((row.pk for row in (survivor, *losers) if raw(row, field) not in EMPTY), survivor.pk)
        for key, field in known.choosable().items()
        if key not in joined
    }
    now = _image(known, survivor, losers, {**found, **(said or {})})
    return {
        key: row_id if row_id == survivor.pk or judging.is_open(actor, known.record, key, now) else survivor.pk
        for key, row_id in found.items()
    }


def together(field: Field, rows: Sequence[Model]) -> list[Any]:
    """All values of a field of several that the rows have, each once, in the order of its options."""
    every = [one for row in rows for one in raw(row, field) or ()]
    places = {str(code): number for number, (code, _label) in enumerate(field.choices)}
    return sorted(dict.fromkeys(every), key=lambda one: places.get(str(one), len(places)))


def chosen(
    known: Mergeable,
    survivor: RecordModel,
    losers: Sequence[RecordModel],
    choices: Mapping[str, int],
    actor: Actor,
) -> dict[str, int]:
    """
    Whose value each field keeps, by the id of the row.

    :raises Refused: a field is not one to choose, its value is said to be of a row that is not merged, or the form of
        the row that stays forbids what was chosen.
    """
    _check(known, {row.pk: row for row in (survivor, *losers)}, choices)
    found = {**default_choices(known, survivor, losers, actor, choices), **choices}
    now = _image(known, survivor, losers, found)
    was = {key: raw(survivor, known.choosable()[key]) for key in choices}
    # What the rows lack already, and options that are no more, are no reason not to merge them.
    wrong = {
        key: one
        for key, one in was.items()
        if one != now[key] and (now[key] in EMPTY or not judging.is_open(actor, known.record, key, now))
    }
    judging.check_change(actor, known.record, wrong, now)
    return found


def _image(
    known: Mergeable, survivor: RecordModel, losers: Sequence[RecordModel], choices: Mapping[str, int]
) -> dict[str, Any]:
    """The row that stays as it is going to be, by the keys of its fields."""
    every, by_id = known.record.all_fields(), {row.pk: row for row in (survivor, *losers)}
    now = {key: judging.value_of(survivor, field, key) for key, field in every.items()}
    return now | {key: raw(by_id[row_id], every[key]) for key, row_id in choices.items()}


def take(
    known: Mergeable, survivor: RecordModel, loser: RecordModel, chosen: Mapping[str, int]
) -> dict[str, list[Any]]:
    """Give the survivor the values that are chosen of one row and save it; returns columns before and after."""
    columns: dict[str, Any] = {}
    for key, row_id in chosen.items():
        if row_id == loser.pk:
            columns |= _taken(known, key, loser, columns.get("extra", survivor.extra))
    return _written(survivor, columns)


def join(
    known: Mergeable, survivor: RecordModel, loser: RecordModel, choices: Mapping[str, int]
) -> dict[str, list[Any]]:
    """
    Add what one of the rows has to fields of several values, but for those whose value was chosen of one row; returns
    columns before and after.
    """
    columns: dict[str, Any] = {}
    for key, field in known.joined().items():
        if key in choices:
            continue
        values = together(field, (survivor, loser))
        if values == (raw(survivor, field) or []):
            continue
        if field.is_custom:
            columns["extra"] = {**columns.get("extra", survivor.extra), field.key: values}
        else:
            columns[column_of(survivor, field)] = values
    return _written(survivor, columns)


def _written(survivor: RecordModel, columns: Mapping[str, Any]) -> dict[str, list[Any]]:
    changed = {name: value for name, value in columns.items() if getattr(survivor, name) != value}
    before = {name: plain(survivor, name) for name in changed}
    for name, value in changed.items():
        setattr(survivor, name, value)
    if changed:
        survivor.save(update_fields=sorted(changed))
    return {name: [was, plain(survivor, name)] for name, was in before.items()}


def combined(first: Mapping[str, Sequence[Any]], then: Mapping[str, Sequence[Any]]) -> dict[str, list[Any]]:
    """Two changes of columns as one: as they were before the first, and after the last."""
    found = {name: list(one) for name, one in first.items()}
    for name, (was, now) in then.items():
        found[name] = [found[name][0] if name in found else was, now]
    return found


def put_back(survivor: RecordModel, kept: Mapping[str, Sequence[Any]]) -> list[str]:
    """
    Give columns back the values from before where they still are as the merge left them, custom fields one by one; of
    lists what the merge has added goes, whatever was added since. Names of those that others have changed.
    """
    changed, others = [], []
    for name, (was, now) in kept.items():
        present: Any = plain(survivor, name)
        value: Any
        if name == "extra":
            value, own_others = _extra_back(present, was, now)
            others += own_others
        elif present == now or (isinstance(present, list) and isinstance(now, list)):
            value = _back(present, was, now)
        else:
            others.append(name)
            continue
        column: Any = next(one for one in survivor._meta.concrete_fields if one.attname == name)
        setattr(survivor, name, value if isinstance(value, dict | list) else column.to_python(value))
        changed.append(name)
    if changed:
        survivor.save(update_fields=sorted(changed))
    return others


def _back(present: Any, was: Any, now: Any) -> Any:
    """The value from before; of a list that has grown since without what the merge has added, and with what it took."""
    if present == now or not isinstance(present, list):
        return was
    before, after = was or [], now or []
    added = [one for one in after if one not in before]
    taken = [one for one in before if one not in after]
    return [*(one for one in present if one not in added), *(one for one in taken if one not in present)]


def _extra_back(
    present: Mapping[str, Any], was: Mapping[str, Any], now: Mapping[str, Any]
) -> tuple[dict[str, Any], list[str]]:
    """Custom fields with those that the merge has set as they were before, and keys of those changed since."""
    found, others = dict(present), []
    for key in was.keys() | now.keys():
        if was.get(key) == now.get(key):
            continue
        held = present.get(key)
        if held != now.get(key) and not (isinstance(held, list) and isinstance(now.get(key), list)):
            others.append(key)
            continue
        value = _back(held, was.get(key), now.get(key))
        if value is None and key not in was:
            found.pop(key, None)
        else:
            found[key] = None if value == [] else value
    return found, sorted(others)


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
    return {name: getattr(row, name) for name in (column_of(row, field), *known.along.get(key, ()))}


def column_of(row: Model | type[Model], field: Field) -> str:
    """The column that holds the value of a built-in field."""
    column: Any = row._meta.get_field(field.path.split("__", 1)[0])
    return str(column.attname)


def plain(row: Model, name: str) -> Any:
    """A value as JSON keeps it."""
    value = getattr(row, name)
    if value is None or isinstance(value, bool | int | str | dict | list):
        return value
    return DjangoJSONEncoder().default(value)
