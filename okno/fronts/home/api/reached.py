"""The record and the row that an address names, for whoever may look at them."""

from __future__ import annotations

from django.db.models import Model
from django.utils.translation import gettext as _

from okno.kit import permissions, reached
from okno.kit.errors import Missing
from okno.kit.permissions import Actor
from okno.kit.registry import Record, registry


def may_view(actor: Actor, record: Record) -> bool:
    """Whether somebody may look at rows of a record at all."""
    return hasattr(record.model, "reach") and actor.may(permissions.view_permission(record.model))


def known(actor: Actor, name: str) -> Record:
    """A record that the actor may look at. :raises Missing: there is none of this name."""
    found = registry.records.get(name)
    if found is None or not may_view(actor, found):
        raise Missing("no_record", _("Not found, or out of your reach."))
    return found


def the_row(actor: Actor, record: str, row_id: int) -> Model:
    """A row within reach that is not marked for deletion. :raises Missing: there is none."""
    found = reached.row(actor, known(actor, record).name, row_id)
    if found is None or getattr(found, "is_deleted", False):
        raise Missing("not_found", _("Not found, or out of your reach."))
    return found
