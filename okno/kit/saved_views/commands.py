"""Writes of saved views: one's own, those shared with others, and changes of one's own over them."""

from __future__ import annotations

import re
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from okno.kit.commands import command
from okno.kit.errors import Missing, Refused
from okno.kit.models.views import PersonalView, SavedView
from okno.kit.permissions import SYSTEM, Actor
from okno.kit.registry import registry
from okno.kit.saved_views import reading

PLACE = re.compile(r"(view:\d{1,18}|tab:[\w-]{1,50})?", re.ASCII)


@command("saved_views.save", label=gettext_lazy("Save a view"))
def save(*, actor: Actor, record: str, name: str, config: dict[str, str], view_id: int | None = None) -> SavedView:
    """
    Keep the parameters of a list under a name, or put them into one's own view.

    :param config: `f`, `q`, `sort`, `group`, `cols`, `mode` and so on, as they stand in the address of the list.
    :raises Missing: there is no such record, or the view is not one's own.
    :raises Refused: the name is empty.
    """
    registry.record(record)
    if view_id is not None:
        return _change(_own(actor, view_id), name=name.strip(), config=config)
    return SavedView.objects.create(record=record, name=_named(name), user_id=actor.user_id, config=config)


@command("saved_views.rename", label=gettext_lazy("Rename a view"))
def rename(*, actor: Actor, view_id: int, name: str) -> SavedView:
    """Give one's own view another name. :raises Refused: the name is empty. :raises Missing: it is not one's own."""
    return _change(_own(actor, view_id), name=_named(name))


@command("saved_views.drop", label=gettext_lazy("Delete a view"))
def drop(*, actor: Actor, view_id: int) -> None:
    """Delete one's own view. :raises Missing: it is not one's own."""
    view = _own(actor, view_id)
    _forget(view)
    view.delete()


@command("saved_views.keep", label=gettext_lazy("Change a view for oneself"))
def keep(*, actor: Actor, record: str, place: str, config: dict[str, Any]) -> None:
    """
    Keep what one changed over a view for oneself: `view:5` or `tab:open`; nothing changed means "as it was".

    Under the empty place stands which view opens first: `{"view": "5"}` or `{"tab": "mine"}`.

    :raises Missing: there is no such record or view.
    :raises Refused: the view is locked.
    """
    registry.record(record)
    if not PLACE.fullmatch(place) or actor.user_id is None:
        raise Missing("not_found", _("There is no such view."))
    if place.startswith("view:"):
        _check_open(actor, record, int(place.removeprefix("view:")))
    own = PersonalView.objects.filter(record=record, user_id=actor.user_id, place=place)
    if not config:
        own.delete()
        return
    PersonalView.objects.update_or_create(
        record=record, user_id=actor.user_id, place=place, defaults={"config": config}
    )


@command("saved_views.share", label=gettext_lazy("Share a view"))
def share(*, actor: Actor, view_id: int, department_id: int | None = None, is_locked: bool = False) -> SavedView:
    """
    Give a copy of one's own view to everybody or to a department; each sees by it what their own rights let them see.

    :param is_locked: nobody changes it for themselves.
    :raises Missing: the view is not one's own, or the department is not among those whose views the actor has.
    """
    own = _own(actor, view_id)
    if department_id is not None and department_id not in reading.departments_of(actor, own.record):
        raise Missing("not_found", _("There is no such department."))
    return SavedView.objects.create(
        record=own.record, name=own.name, config=own.config, department_id=department_id, is_locked=is_locked
    )


@command("saved_views.change_shared", label=gettext_lazy("Change a shared view"))
def change_shared(
    *,
    actor: Actor,
    view_id: int,
    name: str = "",
    config: dict[str, Any] | None = None,
    is_locked: bool | None = None,
) -> SavedView:
    """Change a shared view for all who have it; what is not given stays. :raises Missing: there is no such view."""
    given = {"name": name.strip(), "config": config, "is_locked": is_locked}
    return _change(_shared(actor, view_id), **{key: value for key, value in given.items() if value not in (None, "")})


@command("saved_views.bring", label=gettext_lazy("Bring a shared view"))
def bring(
    *,
    actor: Actor,
    record: str,
    name: str,
    config: dict[str, Any],
    department_id: int | None = None,
    is_locked: bool = False,
    position: int = 0,
    view_id: int | None = None,
) -> SavedView:
    """
    Make a view for everybody or for a department as a file of settings says, or put it into the shared one given.

    :raises Missing: there is no such record or view.
    :raises Refused: the name is empty.
    """
    registry.record(record)
    # A file of settings holds the views of all departments, and so does whoever reads it in.
    view = _shared(SYSTEM, view_id) if view_id is not None else SavedView()
    view.record, view.name, view.config, view.position = record, _named(name), config, position
    view.department_id, view.is_locked = department_id, is_locked
    view.save()
    return view


@command("saved_views.drop_shared", label=gettext_lazy("Delete a shared view"))
def drop_shared(*, actor: Actor, view_id: int) -> None:
    """Delete a shared view. :raises Missing: there is no such view."""
    view = _shared(actor, view_id)
    _forget(view)
    view.delete()


def _named(name: str) -> str:
    if not name.strip():
        raise Refused("saved_views.no_name", _("Give the view a name."))
    return name.strip()


def _own(actor: Actor, view_id: int) -> SavedView:
    found = SavedView.objects.select_for_update().filter(pk=view_id, user_id=actor.user_id).first()
    if found is None or actor.user_id is None:
        raise Missing("not_found", _("There is no such view."))
    return found


def _shared(actor: Actor, view_id: int) -> SavedView:
    """A shared view that the actor has among theirs: of those of other departments they are told nothing."""
    found = reading.shared_with(actor).select_for_update().filter(pk=view_id).first()
    if found is None:
        raise Missing("not_found", _("There is no such view."))
    return found


def _check_open(actor: Actor, record: str, view_id: int) -> None:
    view = next((one for one in reading.views_of(actor, record) if one.pk == view_id), None)
    if view is None:
        raise Missing("not_found", _("There is no such view."))
    if view.is_locked:
        raise Refused("saved_views.locked", _("This view is locked: save what you changed as a view of your own."))


def _forget(view: SavedView) -> None:
    """What people changed over a view goes with it, and it opens first for nobody."""
    PersonalView.objects.filter(record=view.record, place=f"view:{view.pk}").delete()
    PersonalView.objects.filter(record=view.record, place=reading.DEFAULT, config={"view": str(view.pk)}).delete()


def _change(view: SavedView, **values: Any) -> SavedView:
    for name, value in values.items():
        if value or name == "is_locked":
            setattr(view, name, value)
    view.save(update_fields=list(values))
    return view
