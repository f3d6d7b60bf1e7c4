"""Criteria as settings that travel in a file."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from okno.engines.quality import queries
from okno.engines.quality.commands import norms
from okno.kit.permissions import Actor

PLAIN = ("label", "status", "group", "weight", "condition", "field", "url")


def read() -> dict[str, Any]:
    """Criteria by the record, the status and the name."""
    rows = [norm for record, _judged in queries.judged_records() for norm in queries.norms(record.name)]
    return {_key(one.record, one.status, one.label): {name: getattr(one, name) for name in PLAIN} for one in rows}


def write(actor: Actor, key: str, value: Mapping[str, Any] | None) -> None:
    """Make a criterion so, or drop it."""
    record = key.partition("/")[0]
    known = {_key(one.record, one.status, one.label): one for one in queries.norms(record)}
    if value is not None:
        norms.set_norm(actor=actor, record=record, norm=known.get(key), **{name: value[name] for name in PLAIN})
    elif key in known:
        norms.drop_norm(actor=actor, norm=known[key])


def _key(record: str, status: str, label: str) -> str:
    return f"{record}/{status}/{label}"
