"""Reads of saved views: one's own, those shared with the reader, and what a person changed over them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import BigIntegerField, BooleanField, CharField, IntegerField, Q, QuerySet, Value

from okno.kit import permissions
from okno.kit.models.views import PersonalView, SavedView
from okno.kit.permissions import SYSTEM, Actor, ReachKind
from okno.kit.registry import registry

DEFAULT = ""
VIEW, PERSONAL = "view", "personal"


@dataclass(frozen=True)
class Views:
    """The views that a person may choose, shared ones first, and what they changed for themselves by place."""

    views: list[SavedView]
    personal: dict[str, dict[str, Any]]


def read(actor: Actor, record: str) -> Views:
    """All that a list needs of views, in one statement: every page of a list asks for it."""
    kind = Value(VIEW, output_field=CharField())
    shown = _open(actor, record).values_list(
        kind, "pk", "name", "user_id", "department_id", "is_locked", "config", "position"
    )
    if actor.user_id is None:
        return Views(sorted(_open(actor, record), key=_place), {})
    kept = PersonalView.objects.filter(record=record, user_id=actor.user_id).values_list(
        Value(PERSONAL, output_field=CharField()),
        "pk",
        "place",
        "user_id",
        Value(None, output_field=BigIntegerField()),
        Value(value=False, output_field=BooleanField()),
        "config",
        Value(0, output_field=IntegerField()),
    )
    rows = list(shown.order_by().union(kept.order_by(), all=True))
    views = [_view(record, row) for row in rows if row[0] == VIEW]
    personal = {row[2]: row[6] for row in rows if row[0] == PERSONAL and isinstance(row[6], dict)}
    return Views(sorted(views, key=_place), personal)


def views_of(actor: Actor, *records: str) -> list[SavedView]:
    """The views of these records that an actor may choose, shared ones first."""
    return sorted(_open(actor, *records), key=_place)


def own_view(actor: Actor, view_id: int) -> SavedView | None:
    """A view of the actor's own by its id."""
    return SavedView.objects.filter(pk=view_id, user_id=actor.user_id, user_id__isnull=False).first()


def shared_with(actor: Actor) -> QuerySet[SavedView]:
    """The shared views that an actor has among theirs; the system has all of them."""
    shared = SavedView.objects.filter(user_id=None)
    return shared if actor.kind == SYSTEM.kind else shared.filter(_audience(actor, registry.records))


def departments_of(actor: Actor, record: str) -> set[int]:
    """The departments whose views of a record an actor has among theirs: all, where they see the rows of all."""
    if _sees_all(actor, record) and registry.departments is not None:
        return {one for one, _name in registry.departments()}
    return _near(actor)


def is_near(actor: Actor, view: SavedView) -> bool:
    """Whether a view is for everybody, or for a department of the actor's own or below it."""
    return view.department_id is None or view.department_id in _near(actor)


def _near(actor: Actor) -> set[int]:
    return {one for one in (actor.department_id, *actor.subtree) if one is not None}


def _sees_all(actor: Actor, record: str) -> bool:
    known = registry.records.get(record)
    grants = actor.grants_for(permissions.view_permission(known.model)) if known is not None else ()
    return any(one.reach is ReachKind.ALL for one in grants)


def _open(actor: Actor, *records: str) -> Any:
    own = Q(user_id=actor.user_id) if actor.user_id is not None else Q(pk=None)
    return SavedView.objects.filter((Q(user_id=None) & _audience(actor, records)) | own, record__in=records)


def _audience(actor: Actor, records: Iterable[str]) -> Q:
    whole = [one for one in records if _sees_all(actor, one)]
    return Q(department_id=None) | Q(department_id__in=_near(actor)) | Q(record__in=whole)


def _view(record: str, row: tuple[Any, ...]) -> SavedView:
    _kind, key, name, user_id, department_id, is_locked, config, position = row
    return SavedView(
        pk=key,
        record=record,
        name=name,
        user_id=user_id,
        department_id=department_id,
        is_locked=is_locked,
        config=config,
        position=position,
    )


def _place(view: SavedView) -> tuple[bool, int, int]:
    return view.user_id is not None, view.position, view.pk
