"""Live updates: hints that something changed, sent when the transaction commits; they carry ids, never data."""

from __future__ import annotations

import json
from collections.abc import Iterable

from okno.kit.commands import current
from okno.kit.permissions import Actor, view_permission
from okno.kit.registry import registry
from okno.kit.run_rows import hint


def tell_users(users: Iterable[int | None], topic: str, row_id: int | None = None, kind: str = "changed") -> None:
    """Tell these people's open pages that a row changed; only they receive the id."""
    run = current()
    ids = sorted({user for user in users if user is not None})
    if ids and not (run is not None and run.is_silent):
        _notify({"users": ids, "topic": topic, "id": row_id, "kind": kind})


def tell_topic(topic: str, kind: str = "changed") -> None:
    """Tell whoever listens to a topic that its list is stale; no id is told, the page asks again under its rights."""
    _notify({"users": None, "topic": topic, "id": None, "kind": kind})


def may_listen(actor: Actor, topic: str) -> bool:
    """Whether an actor may listen to a topic: the name of a record they may view."""
    record = registry.records.get(topic)
    return record is not None and actor.may(view_permission(record.model))


def _notify(message: dict[str, object]) -> None:
    """Say it once for each transaction: a change of ten thousand rows makes a list stale no more than one does."""
    run, said = current(), json.dumps(message, separators=(",", ":"))
    if run is None:
        hint(said)
    elif not run.is_preview:
        run.hints[said] = None
