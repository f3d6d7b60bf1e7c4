"""Custom fields, their sets and the logic of forms as settings that travel in a file, made through commands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from okno.kit.errors import Missing
from okno.kit.fields import custom
from okno.kit.models.registry import FieldDef, FieldLogic, FieldSet
from okno.kit.permissions import Actor
from okno.kit.registry import registry
from okno.kit.travelling import condition_in, condition_out

PLAIN = ("label", "kind", "options", "link", "is_many", "is_retired", *sorted(custom.CHANGEABLE - {"label", "options"}))


def read() -> dict[str, Any]:
    """Custom fields by record and key."""
    rows = FieldDef.objects.order_by("record", "position")
    return {f"{one.record}.{one.key}": {name: getattr(one, name) for name in PLAIN} for one in rows}


def write(actor: Actor, key: str, value: Mapping[str, Any] | None) -> None:
    """
    Make a field so. A field is never dropped, as its values stay with the rows: it is retired.

    :raises Missing: a field that is to be retired is not there.
    """
    record, _dot, name = key.rpartition(".")
    row = FieldDef.objects.filter(record=record, key=name).first()
    if value is None:
        if row is None:
            raise Missing("no_field", _("There is no such field."))
        custom.retire(actor=actor, field=row)
        return
    settings = {one: value[one] for one in sorted(custom.CHANGEABLE) if one in value}
    if row is None:
        row = _add(actor, record, name, value, settings)
    else:
        custom.change(actor=actor, field=row, settings=settings)
    if row.is_retired is not bool(value.get("is_retired", False)):
        custom.retire(actor=actor, field=row, is_retired=bool(value.get("is_retired", False)))


def _add(actor: Actor, record: str, name: str, value: Mapping[str, Any], settings: dict[str, Any]) -> FieldDef:
    own = {one: settings[one] for one in settings if one not in {"label", "options"}}
    return custom.add(
        actor=actor,
        record=record,
        key=name,
        label=str(value["label"]),
        kind=str(value["kind"]),
        options=list(value.get("options") or []),
        link=str(value.get("link", "")),
        is_many=bool(value.get("is_many", False)),
        settings=own,
    )


@dataclass
class LogicPart:
    """When a field is shown and required, and which options are open: conditions."""

    shown: dict[str, Any] | None = None
    required: dict[str, Any] | None = None
    options: dict[str, Any] = field(default_factory=dict)


def read_logic() -> dict[str, Any]:
    """The logic of forms by record and field."""
    found = {}
    for one in FieldLogic.objects.order_by("record", "field"):
        record = registry.records.get(one.record)
        found[f"{one.record}.{one.field}"] = {
            "shown": condition_out(record, one.shown),
            "required": condition_out(record, one.required),
            "options": {option: condition_out(record, when) for option, when in one.options.items()},
        }
    return found


def write_logic(actor: Actor, key: str, value: Mapping[str, Any] | None) -> None:
    """Make the logic of a field so; without a value the field has none."""
    *parts, field_key = key.split(".", 2)
    record, given = registry.record(".".join(parts)), value or {}
    custom.set_logic(
        actor=actor,
        record=record.name,
        key=field_key,
        shown=condition_in(record, given.get("shown")),
        required=condition_in(record, given.get("required")),
        options={option: condition_in(record, when) for option, when in (given.get("options") or {}).items()},
    )


@dataclass
class SetPart:
    """Custom fields that a kind of row has: their keys and the condition of the rows."""

    fields: list[str]
    condition: dict[str, Any]


def read_sets() -> dict[str, Any]:
    """Sets of custom fields by record and name."""
    rows = FieldSet.objects.order_by("record", "position", "id")
    return {
        f"{one.record}: {one.name}": {
            "fields": list(one.fields),
            "condition": condition_out(registry.records.get(one.record), one.condition),
        }
        for one in rows
    }


def write_set(actor: Actor, key: str, value: Mapping[str, Any] | None) -> None:
    """Make a set so, or drop it."""
    record, _colon, name = key.partition(": ")
    old = FieldSet.objects.filter(record=record, name=name).values_list("pk", flat=True).first()
    if value is None:
        custom.drop_set(actor=actor, set_id=old or 0)
        return
    condition = condition_in(registry.record(record), value["condition"])
    fields = list(value["fields"])
    custom.set_set(actor=actor, record=record, name=name, fields=fields, condition=condition, set_id=old)
