"""Reads of saved views: one's own, those shared with the reader, and what a person changed over them."""

from __future__ import annotations

from typing import Any

from django.db.models import Q

from okno.kit.models.views import PersonalView, SavedView
from okno.kit.permissions import Actor

DEFAULT = ""


def views_of(actor: Actor, record: str) -> list[SavedView]:
    """The views of a record that an actor may choose, shared ones first."""
    departments = {one for one in (actor.department_id, *actor.subtree) if one is not None}
    shared = Q(user_id=None) & (Q(department_id=None) | Q(department_id__in=departments))
    own = Q(user_id=actor.user_id) if actor.user_id is not None else Q(pk=None)
    return list(SavedView.objects.filter(shared | own, record=record).order_by("-user_id", "position", "id"))


def personal(actor: Actor, record: str) -> dict[str, dict[str, Any]]:
    """What the actor changed for themselves, by the place of the view; under an empty place, which view opens first."""
    if actor.user_id is None:
        return {}
    found = PersonalView.objects.filter(record=record, user_id=actor.user_id).values_list("place", "config")
    return {place: config for place, config in found if isinstance(config, dict)}
