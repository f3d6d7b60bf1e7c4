"""Entries of many rows at once, as an import makes them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from okno.kit import commands
from okno.kit.batch_rows import insert_rows
from okno.kit.models.feed import Entry, EntryLink


def tell_each(kind: str, record: str, rows: Sequence[tuple[int, Mapping[str, Any]]]) -> None:
    """
    Write an entry into the feed of each row, inside a command.

    :param rows: the id of a row and the payload of its entry.
    """
    run = commands.current()
    shared = {
        "at": commands.moment(),
        "kind": kind,
        "user_id": run.actor.user_id if run else None,
        "actor_name": run.actor.name if run else "",
        "run_id": run.id if run else None,
        "scope_record": record,
        "source_record": record,
    }
    entries = [{**shared, "scope_id": one, "source_id": one, "payload": dict(payload)} for one, payload in rows]
    ids = insert_rows(Entry, entries)
    links = [
        {"entry_id": entry_id, "record": record, "row_id": row_id, "at": shared["at"]}
        for entry_id, (row_id, _payload) in zip(ids, rows, strict=True)
    ]
    insert_rows(EntryLink, links)
