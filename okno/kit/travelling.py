"""Settings that travel between installations: what they say of rows by number is said by name in a file."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable, Iterable, Mapping
from typing import Annotated, Any

from django.core.exceptions import FieldDoesNotExist
from django.utils.translation import gettext as _
from pydantic import Field

from okno.kit.conditions import places
from okno.kit.conditions.tree import QUANTIFIERS
from okno.kit.errors import Refused
from okno.kit.models.base import RecordModel
from okno.kit.registry import Record, registry

NAMED, BETWEEN = "named", ": "
# Columns that name a row better than its title, where they are unique.
UNIQUE = ("code", "email")
Turn = Callable[[Record, Any], Any]
# A place among others, as tables keep it.
Position = Annotated[int, Field(ge=0, le=32_767)]


def condition_out(record: Record | None, raw: Any) -> Any:
    """A condition with names in the place of numbers of rows: `{"named": "boss@example.ru"}`."""
    return _turned(record, raw, _out)


def condition_in(record: Record | None, raw: Any) -> Any:
    """A condition as it is kept here. :raises Refused: it names a row that is not here."""
    return _turned(record, raw, _in)


def row_out(record: Record | None, row_id: int | None) -> Any:
    """A row by its name, `{"named": "Racks"}`; nothing where there is none."""
    return None if record is None or row_id is None else _out(record, row_id)


def row_in(record: Record | None, value: Any) -> int | None:
    """The id of a row that is called so here. :raises Refused: there is none."""
    found = _in(record, value) if record is not None and value is not None else None
    return found if isinstance(found, int) and found > 0 else None


def view_out(record: Record | None, config: Mapping[str, Any]) -> dict[str, Any]:
    """The parameters of a list with the conditions in them as trees that mean the same everywhere."""
    found = dict(config)
    for key in ("f", "paint"):
        if isinstance(found.get(key), str) and (tree := _parsed(found[key])) is not None:
            found[key] = _view_part(record, tree, _out)
    return found


def view_in(record: Record | None, config: Mapping[str, Any]) -> dict[str, Any]:
    """The parameters of a list as they stand in its address. :raises Refused: they name a row that is not here."""
    found = dict(config)
    for key in ("f", "paint"):
        if isinstance(found.get(key), dict | list):
            found[key] = json.dumps(_view_part(record, found[key], _in), ensure_ascii=False, separators=(",", ":"))
    return found


def keyed(rows: Iterable[Any], name: Callable[[Any], str]) -> dict[str, Any]:
    """Rows by a key of their own: those of one name are numbered, past the numbers that are names themselves."""
    named = [(name(row), row) for row in rows]
    taken = {key for key, _row in named}
    found: dict[str, Any] = {}
    for key, row in named:
        free = (f"{key} ({number})" for number in itertools.count(2))
        found[key if key not in found else next(one for one in free if one not in taken and one not in found)] = row
    return found


def _view_part(record: Record | None, tree: Any, turn: Turn) -> Any:
    if isinstance(tree, list):
        return [{**one, "where": _turned(record, one.get("where"), turn)} for one in tree if isinstance(one, dict)]
    return _turned(record, tree, turn)


def _parsed(text: str) -> Any:
    try:
        return json.loads(text) if text else None
    except (ValueError, RecursionError):
        return None


def _turned(record: Record | None, raw: Any, turn: Turn) -> Any:
    """The tree with the values of leaves about links turned; what nothing here knows stays as it is."""
    if record is None or not isinstance(raw, Mapping):
        return raw
    found = dict(raw)
    for name in ("all", "any"):
        if isinstance(raw.get(name), list):
            found[name] = [_turned(record, one, turn) for one in raw[name]]
    if "not" in raw:
        found["not"] = _turned(record, raw["not"], turn)
    related = next((raw[one] for one in QUANTIFIERS if isinstance(raw.get(one), str)), "")
    if related and "where" in raw and (relation := places.relation(record, related)) is not None:
        found["where"] = _turned(relation.record, raw["where"], turn)
    if isinstance(raw.get("field"), str) and "value" in raw:
        found["value"] = _value(record, raw["field"], raw["value"], turn)
    return found


def _value(record: Record, key: str, value: Any, turn: Turn) -> Any:
    place = places.place(record, key)
    linked = registry.records.get(place.field.link) if place else None
    if linked is None:
        return value
    return [turn(linked, one) for one in value] if isinstance(value, list) else turn(linked, value)


def _out(linked: Record, value: Any) -> Any:
    if isinstance(value, bool) or not isinstance(value, int):
        return value
    names = linked.model._base_manager.filter(pk=value).values_list(*_naming(linked)).first()
    return {NAMED: "" if names is None else BETWEEN.join(map(str, names))}


def _in(linked: Record, value: Any) -> Any:
    if not isinstance(value, Mapping) or set(value) != {NAMED}:
        return value
    if not value[NAMED]:
        # It named a row that was no more where the file was made.
        return 0
    naming = _naming(linked)
    given = str(value[NAMED]).split(BETWEEN, len(naming) - 1)
    rows = linked.model._base_manager.filter(**dict(zip(naming, given, strict=False)))
    # Of rows that are called alike one that is not marked for deletion is meant.
    order = ["is_deleted", "pk"] if issubclass(linked.model, RecordModel) else ["pk"]
    found = rows.order_by(*order).values_list("pk", flat=True).first() if len(given) == len(naming) else None
    if found is None:
        raise Refused(
            "settings.no_row", _("%(record)s “%(name)s” is not here."), record=linked.label, name=str(value[NAMED])
        )
    return found


def _naming(record: Record) -> tuple[str, ...]:
    if record.named_by:
        return record.named_by
    for name in UNIQUE:
        try:
            if getattr(record.model._meta.get_field(name), "unique", False):
                return (name,)
        except FieldDoesNotExist:
            continue
    return (record.fields[record.title].path,)
