"""Reads of saved views: one's own and those shared with all."""

from __future__ import annotations

from django.db.models import Q

from okno.kit.models.registry import SavedView
from okno.kit.permissions import Actor


def views_of(actor: Actor, record: str) -> list[SavedView]:
    """The views of a record that an actor may choose, shared ones first."""
    seen = Q(user_id=None) | Q(user_id=actor.user_id)
    return list(SavedView.objects.filter(seen, record=record).order_by("-user_id", "position", "id"))
