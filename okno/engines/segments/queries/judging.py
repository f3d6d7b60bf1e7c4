"""Which rows hold the condition of a dynamic segment, with whose eyes, and what all conditions look at."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable
from functools import lru_cache
from typing import Any

from django.db.models import QuerySet

from okno.engines.segments.models import Segment
from okno.kit import conditions, jobs, permissions
from okno.kit.conditions import Condition
from okno.kit.conditions.places import living
from okno.kit.fields import watching
from okno.kit.fields.watching import Watch
from okno.kit.permissions import SYSTEM, Actor
from okno.kit.registry import registry


def parsed(segment: Segment) -> Condition:
    """The condition of a dynamic segment."""
    return conditions.parse(segment.condition)


def eyes_of(segment: Segment) -> Actor:
    """Who “me” is in its condition, and by whose clock it tells days."""
    return SYSTEM if segment.owner_id is None else jobs.actor_for(segment.owner_id)


def holding(segment: Segment, ids: Collection[int] | None = None) -> QuerySet[Any]:
    """
    Living rows that hold the condition of a dynamic segment, whoever may see them.

    :param ids: only among these.
    """
    record = registry.record(segment.record)
    context = permissions.watching_context(eyes_of(segment))
    rows = living(record.model)
    if ids is not None:
        rows = rows.filter(pk__in=list(ids))
    return rows.filter(conditions.to_q(parsed(segment), record, context))


def watches(segments: Iterable[Segment]) -> dict[int, Watch]:
    """What conditions of dynamic segments look at, by id."""
    return {one.pk: _watch(one.record, json.dumps(one.condition), watching.custom_keys()) for one in segments}


@lru_cache(maxsize=1_000)
def _watch(record: str, condition: str, _known: frozenset[tuple[str, str]]) -> Watch:
    """Worked out once for each set of fields that people have added."""
    return watching.watch(registry.record(record), [conditions.parse(json.loads(condition))])
