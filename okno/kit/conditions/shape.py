"""A record described for the browser, so that its evaluator judges by the same kinds."""

from __future__ import annotations

from typing import Any

from okno.kit.conditions.operators import operators_for
from okno.kit.registry import Field, Record, registry


def shape(*names: str) -> dict[str, Any]:
    """Records by name as JSON data: their fields (kind, link, options, operators) and relations."""
    return {name: _record(registry.record(name)) for name in names}


def _record(record: Record) -> dict[str, Any]:
    return {
        "fields": {key: _field(field) for key, field in record.all_fields().items()},
        "relations": {key: name for key, (name, _back) in record.relations.items()},
    }


def _field(field: Field) -> dict[str, Any]:
    return {
        "label": str(field.label),
        "kind": field.kind.value,
        "many": field.many,
        "link": field.link,
        "options": [[str(value), str(label)] for value, label in field.choices],
        "operators": [
            {"name": one.name, "label": str(one.label), "takes": one.takes.value} for one in operators_for(field)
        ],
    }
