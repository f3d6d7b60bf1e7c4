"""Custom fields as settings that travel in a file: their parts as plain values, made through commands."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from okno.kit.errors import Missing
from okno.kit.fields import custom
from okno.kit.models.registry import FieldDef
from okno.kit.permissions import Actor

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
            raise Missing("no_field", key)
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
