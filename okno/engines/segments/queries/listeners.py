"""Who is told which rows come into segments and go out of them."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from okno.engines.segments.models import Listener, Segment
from okno.engines.segments.queries.members import sees_all
from okno.kit.commands import asked_once
from okno.kit.permissions import Actor
from okno.kit.registry import registry


def listeners(segment: Segment) -> list[tuple[int, str]]:
    """(id, name) of people who may sign in and are told of a segment, by name."""
    # ast-grep-ignore: unscoped-read whoever asks sees the segment, and names of colleagues are open to all
    rows = Listener.objects.filter(segment=segment, user__is_active=True)
    return list(rows.order_by("user__name", "user_id").values_list("user_id", "user__name"))


def others_listening(segment_id: int, but: int | None) -> set[int]:
    """Ids of people who are told of a segment, without one: asked once in a transaction that moves many rows."""

    def ask() -> set[int]:
        # ast-grep-ignore: unscoped-read each of them is told within their own reach
        return set(Listener.objects.filter(segment=segment_id).values_list("user_id", flat=True))

    return asked_once(f"segments.listeners:{segment_id}", ask) - {but}


def seen_of(actor: Actor, record: str, ids: Collection[int]) -> int:
    """How many of these rows are within reach, those that are marked for deletion too: by that they went out."""
    if sees_all(actor, record):
        return len(ids)
    manager: Any = registry.record(record).model._default_manager
    return int(manager.visible_to(actor).filter(pk__in=list(ids)).count())
