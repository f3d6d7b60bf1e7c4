"""Writes of saved views: each belongs to a person, or to everybody once it is shared."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from okno.kit.commands import command
from okno.kit.errors import Missing, Refused
from okno.kit.models.registry import SavedView
from okno.kit.permissions import Actor
from okno.kit.registry import registry


@command("saved_views.save", label=gettext_lazy("Save a view"))
def save(*, actor: Actor, record: str, name: str, config: dict[str, str], view_id: int | None = None) -> SavedView:
    """
    Keep the parameters of a list under a name, or put them into one's own view.

    :param config: `f`, `q`, `sort`, `group`, `cols`, `mode` as they stand in the address of the list.
    :raises Missing: there is no such record, or the view is not one's own.
    :raises Refused: the name is empty.
    """
    registry.record(record)
    if view_id is not None:
        return _change(_own(actor, view_id), name=name.strip(), config=config)
    if not name.strip():
        raise Refused("saved_views.no_name", _("Give the view a name."))
    return SavedView.objects.create(record=record, name=name.strip(), user_id=actor.user_id, config=config)


@command("saved_views.rename", label=gettext_lazy("Rename a view"))
def rename(*, actor: Actor, view_id: int, name: str) -> SavedView:
    """Give one's own view another name. :raises Refused: the name is empty. :raises Missing: it is not one's own."""
    if not name.strip():
        raise Refused("saved_views.no_name", _("Give the view a name."))
    return _change(_own(actor, view_id), name=name.strip())


@command("saved_views.drop", label=gettext_lazy("Delete a view"))
def drop(*, actor: Actor, view_id: int) -> None:
    """Delete one's own view. :raises Missing: it is not one's own."""
    _own(actor, view_id).delete()


@command("saved_views.share", label=gettext_lazy("Share a view with all"))
def share(*, actor: Actor, view_id: int) -> SavedView:
    """
    Give a copy of one's own view to everybody; each sees by it what their own rights let them see.

    :raises Missing: the view is not one's own.
    """
    own = _own(actor, view_id)
    return SavedView.objects.create(record=own.record, name=own.name, user_id=None, config=own.config)


@command("saved_views.drop_shared", label=gettext_lazy("Delete a shared view"))
def drop_shared(*, actor: Actor, view_id: int) -> None:
    """Delete a view shared with everybody. :raises Missing: there is no such view."""
    found = SavedView.objects.filter(pk=view_id, user_id=None).first()
    if found is None:
        raise Missing("not_found", _("There is no such view."))
    found.delete()


def _own(actor: Actor, view_id: int) -> SavedView:
    found = SavedView.objects.select_for_update().filter(pk=view_id, user_id=actor.user_id).first()
    if found is None or actor.user_id is None:
        raise Missing("not_found", _("There is no such view."))
    return found


def _change(view: SavedView, **values: Any) -> SavedView:
    for name, value in values.items():
        if value:
            setattr(view, name, value)
    view.save(update_fields=list(values))
    return view
