"""What is read of fields that are closed in some rows: SQL itself gives no value there, or its end alone."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any

from django.db.models import Case, F, IntegerField, Q, Value, When

from okno.kit import conditions, permissions
from okno.kit.permissions import Actor
from okno.kit.registry import Record


@dataclass(frozen=True)
class Cover:
    """In which rows a field may be read whole, and in which at least its end."""

    is_open: Q
    is_bare: Q

    @property
    def closed(self) -> Case:
        """One in rows where the field is closed, nought where it is open."""
        open_ = When(self.is_open, then=Value(0))
        return Case(open_, default=Value(1), output_field=IntegerField())

    def over(self, source: Any) -> Case:
        """What SQL reads, empty where the field is closed: sorted, added up and compared, it tells nothing of it."""
        return Case(When(self.is_open, then=_source(source)), default=Value(None))

    def over_any(self, source: Any) -> Case | None:
        """The same of what may be nothing at all."""
        return None if source is None else self.over(source)

    def end_of(self, source: Any) -> Case:
        """What SQL reads where nothing but the end may be shown, empty elsewhere."""
        nothing = Value(None)
        return Case(When(self.is_open, then=nothing), When(self.is_bare, then=_source(source)), default=nothing)


def cover(actor: Actor, record: Record, key: str) -> Cover | None:
    """In which rows a field is open to the actor; None when it is open, or closed, in all of them."""
    veil = actor.veil_of(record.name, key)
    if veil is None:
        return None
    context = permissions.watching_context(actor)
    return Cover(*(conditions.to_q(one, record, context) for one in (veil.is_open, veil.is_bare)))


def facing_rows(actor: Actor, record: Record, ids: Collection[int]) -> Callable[[int], Actor]:
    """
    The actor before each of these rows, as `permissions.facing` one by one: by a statement for each field that is
    closed in some rows. Before a row that is not there all of them are closed.
    """
    own = [key for key in record.all_fields() if actor.veil_of(record.name, key) is not None] if ids else []
    manager, context = record.model._default_manager, permissions.watching_context(actor)
    opened: dict[int, set[str]] = defaultdict(set)
    bare: dict[int, set[str]] = defaultdict(set)
    for key in own:
        veil = actor.veils[f"{record.name}.{key}"]
        for found, told in ((veil.is_open, opened), (veil.is_bare, bare)):
            rows = manager.filter(conditions.to_q(found, record, context), pk__in=list(ids))
            for row_id in rows.values_list("pk", flat=True):
                told[row_id].add(f"{record.name}.{key}")
    names = {f"{record.name}.{key}" for key in own}

    def facing(row_id: int) -> Actor:
        seen = opened.get(row_id, set())
        masked = (actor.masked - names) | (bare.get(row_id, set()) - seen)
        return actor.seeing((actor.hidden | names) - seen, masked) if own else actor

    return facing


def closed_among(actor: Actor, record: Record, paths: Collection[str]) -> Any:
    """One in rows where a field that is read by one of these paths is closed; None when they are open in all rows."""
    keys = [key for key, field in record.fields.items() if field.path in paths]
    if not all(actor.sees_some(record.name, key) for key in keys):
        return Value(1)
    covers = [found.is_open for key in keys if (found := cover(actor, record, key)) is not None]
    return Cover(Q(*covers), Q()).closed if covers else None


def _source(path: Any) -> Any:
    return F(path) if isinstance(path, str) else path
