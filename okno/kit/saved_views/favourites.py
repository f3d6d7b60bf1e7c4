"""Rows that a person keeps at hand: reference fields offer them first."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from okno.kit import reached
from okno.kit.commands import command
from okno.kit.errors import Missing
from okno.kit.models.views import PersonalView
from okno.kit.permissions import Actor

# Among what people have shaped for themselves in a record's lists, under a place of its own.
PLACE = "favourites"
MOST = 50


def of(actor: Actor, record: str) -> list[int]:
    """Ids of the favourites of a record, the last marked first; some may be out of reach by now."""
    if actor.user_id is None:
        return []
    kept = PersonalView.objects.filter(record=record, user_id=actor.user_id, place=PLACE).values_list(
        "config", flat=True
    )
    found = kept.first() or {}
    return [one for one in found.get("ids", []) if isinstance(one, int)]


@command("saved_views.star", label=gettext_lazy("Mark as a favourite"))
def star(*, actor: Actor, record: str, row_id: int) -> bool:
    """
    Make a row a favourite of one's own, or one no more; whether it is one now. The oldest of too many goes.

    :raises Missing: the row is not there or out of reach.
    """
    reached.the_row(actor, record, row_id)
    if actor.user_id is None:
        raise Missing("not_found", _("Not found, or out of your reach."))
    row, _is_new = PersonalView.objects.select_for_update().get_or_create(
        record=record, user_id=actor.user_id, place=PLACE
    )
    ids = [one for one in row.config.get("ids", []) if isinstance(one, int)]
    is_marked = row_id not in ids
    row.config = {"ids": [row_id, *ids][:MOST] if is_marked else [one for one in ids if one != row_id]}
    row.save(update_fields=["config"])
    return is_marked
