"""Entries of the feed as commands would have left them at the time."""

from __future__ import annotations

import datetime as dt
from typing import Any

from okno.access.models import User
from okno.fronts.home.commands.demo.writer import Writer
from okno.kit.models.feed import Entry, EntryLink
from okno.kit.permissions import SYSTEM

Place = tuple[str, int]


def tell(writer: Writer, kind: str, at: dt.datetime, user: User | None, on: list[Place], **payload: Any) -> Entry:
    """An entry in the feeds of these rows; the first is its scope and its source."""
    scope = on[0]
    entry = writer.add(
        Entry,
        at=at,
        kind=kind,
        user_id=user.pk if user else None,
        actor_name=user.name if user else SYSTEM.name,
        scope_record=scope[0],
        scope_id=scope[1],
        source_record="" if kind == "note" else scope[0],
        source_id=None if kind == "note" else scope[1],
        payload=payload,
    )
    for record, row_id in on:
        writer.add(EntryLink, entry=entry, record=record, row_id=row_id, at=at)
    return entry
