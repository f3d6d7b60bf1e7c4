"""Who is told: the people of a row by the columns that its record names, and those whom an event names."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.apps import apps
from django.db.models import Model

from okno.kit import permissions
from okno.kit.models.journal import Change
from okno.kit.registry import registry

OWNER, PARTICIPANT, AUTHOR, HEAD = "owner", "participant", "author", "head"
MENTIONED, INVITED, OWN = "mentioned", "invited", "own"
ADMINISTRATOR, WATCHER, TOLD = "administrator", "watcher", "told"


def people(row: Model | None, event: Any, to: Sequence[str | tuple[str, str]]) -> dict[int, str]:
    """Ids of people with the reason why each of them is told; the first reason stands."""
    found: dict[int, str] = {}
    for one in to:
        ids, reason = (_named(event, one[0]), one[1]) if isinstance(one, tuple) else (_of_row(row, one), one)
        for user_id in ids:
            found.setdefault(user_id, reason)
    return found


def working(people: Iterable[int]) -> set[int]:
    """Those of some people who may sign in: whoever has left stays responsible for rows until they are handed over."""
    asked = set(people)
    if not asked or registry.colleagues is None:
        return asked
    return asked & {user_id for user_id, _name in registry.colleagues()}


def _named(event: Any, name: str) -> Iterable[int]:
    value = getattr(event, name)
    many = value if isinstance(value, list | tuple) else [value]
    return [one for one in many if one is not None]


def _of_row(row: Model | None, audience: str) -> Iterable[int]:
    if row is None:
        return []
    reach = permissions.reach_of(type(row))
    if audience == OWNER:
        return [one for one in [getattr(row, reach.owner, None) if reach.owner else None] if one is not None]
    if audience == PARTICIPANT and reach.participants:
        label, row_column, user_column = reach.participants
        links = apps.get_model(label)._default_manager.filter(**{row_column: row.pk})
        return list(links.values_list(user_column, flat=True))
    return _authors(row) if audience == AUTHOR else []


def _authors(row: Model) -> list[int]:
    """Whoever ran the command that made the row, as the journal knows it."""
    made = Change.objects.filter(table_name=row._meta.db_table, row_id=row.pk, op="I").order_by("id")
    return [one for one in made.values_list("run__user_id", flat=True)[:1] if one is not None]
