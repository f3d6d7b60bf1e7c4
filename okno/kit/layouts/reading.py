"""Which layout a person sees: forced > their own > their department's > everybody's, each of the type first."""

from __future__ import annotations

from typing import Any

from django.db.models import Q

from okno.kit.models.views import CardLayout
from okno.kit.permissions import Actor
from okno.kit.registry import registry

Config = dict[str, Any]
CARD, CREATE = CardLayout.Purpose.CARD, CardLayout.Purpose.CREATE


def layout_for(actor: Actor, record: str, purpose: str, kind: str = "") -> CardLayout | None:
    """
    The layout that holds for an actor; None when the page stands as it is declared.

    :param kind: the type of the row, as its scenario; layouts of a type stand above those of all types.
    """
    if (record, str(purpose)) not in _laid():
        return None
    for_all = Q(user_id=None, department_id=None)
    own = Q(user_id=actor.user_id) if actor.user_id is not None else Q(pk=None)
    team = Q(user_id=None, department_id=actor.department_id) if actor.department_id is not None else Q(pk=None)
    found = CardLayout.objects.filter(for_all | own | team, record=record, purpose=purpose, type__in={"", kind})
    return max(found, key=_weight, default=None)


def shared(record: str, purpose: str) -> list[CardLayout]:
    """Layouts that are kept for departments and for everybody, for whoever lays cards out for others."""
    kept = CardLayout.objects.filter(record=record, purpose=purpose, user_id=None)
    return list(kept.order_by("department_id", "type"))


def _laid() -> set[tuple[str, str]]:
    """What has any layout: asking the database for each card would tell most of them that there is none."""
    if registry.laid is None:
        registry.laid = set(CardLayout.objects.values_list("record", "purpose"))
    return registry.laid


def _weight(one: CardLayout) -> tuple[int, bool]:
    if one.is_forced:
        level = 3
    elif one.user_id is not None:
        level = 2
    else:
        level = 1 if one.department_id is not None else 0
    return level, bool(one.type)
