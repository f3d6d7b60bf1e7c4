"""Which layout a person sees: forced > own > of the nearest department > everybody's, each of the type first."""

from __future__ import annotations

from typing import Any

from django.db.models import Q

from okno.kit.models.views import CardLayout
from okno.kit.permissions import Actor
from okno.kit.registry import Record, registry

Config = dict[str, Any]
CARD, CREATE = CardLayout.Purpose.CARD, CardLayout.Purpose.CREATE


def layout_for(actor: Actor, record: str, purpose: str, kind: str = "") -> CardLayout | None:
    """
    The layout that holds for an actor; None when the page stands as it is declared.

    :param kind: the type of the row, as its scenario; layouts of a type stand above those of all types.
    """
    if not _types_laid(record, purpose):
        return None
    for_all = Q(user_id=None, department_id=None)
    own = Q(user_id=actor.user_id) if actor.user_id is not None else Q(pk=None)
    above = _departments(actor)
    team = Q(user_id=None, department_id__in=above) if above else Q(pk=None)
    found = CardLayout.objects.filter(for_all | own | team, record=record, purpose=purpose, type__in={"", kind})
    return max(found, key=lambda one: _weight(one, above), default=None)


def shared(record: str, purpose: str) -> list[CardLayout]:
    """Layouts that are kept for departments and for everybody, for whoever lays cards out for others."""
    kept = CardLayout.objects.filter(record=record, purpose=purpose, user_id=None)
    return list(kept.order_by("department_id", "type"))


def has_types(record: str, purpose: str) -> bool:
    """Whether rows of some type are laid out apart from the others, for anybody."""
    return bool(_types_laid(record, purpose) - {""})


def type_field(actor: Actor, record: Record) -> str:
    """The key of the field that tells the type of a row; empty where there is none or the actor may not see it."""
    return record.type_field if record.type_field and actor.sees_field(record.name, record.type_field) else ""


def type_label(record: Record, kind: str) -> str:
    """What people call a type of rows: layouts know an option by its code."""
    field = record.field(record.type_field) if record.type_field else None
    return next((str(label) for code, label in field.choices if str(code) == kind), kind) if field else kind


def departments() -> dict[int, str]:
    """Names of the departments that a layout may be kept for, by id."""
    return dict(registry.departments()) if registry.departments else {}


def _types_laid(record: str, purpose: str) -> set[str]:
    """Types that have a layout: asking the database for each card would tell most of them that there is none."""
    if registry.laid is None:
        found: dict[tuple[str, str], set[str]] = {}
        for name, what, kind in CardLayout.objects.values_list("record", "purpose", "type").distinct():
            found.setdefault((name, what), set()).add(kind)
        registry.laid = found
    return registry.laid.get((record, str(purpose)), set())


def _departments(actor: Actor) -> list[int]:
    """The departments whose layouts reach an actor, their own last."""
    return list(actor.above) or ([actor.department_id] if actor.department_id is not None else [])


def _weight(one: CardLayout, above: list[int]) -> tuple[int, int, bool]:
    if one.is_forced:
        level = 3
    elif one.user_id is not None:
        level = 2
    else:
        level = 1 if one.department_id is not None else 0
    nearness = 0 if one.department_id is None else 1 + above.index(one.department_id)
    return level, nearness, bool(one.type)
