"""Reads of the portal: forms, and how often one address has sent something."""

from __future__ import annotations

from datetime import datetime

from okno.fronts.portal.models import PublicForm, Submission
from okno.fronts.portal.rules import KNOWN, TICKS, USUAL_CHANNELS, WINDOW
from okno.kit.models.base import RecordQuerySet
from okno.kit.permissions import Actor


def forms(actor: Actor, *, narrow: bool = False) -> RecordQuerySet[PublicForm]:
    """Public forms that are not marked for deletion."""
    rows: RecordQuerySet[PublicForm] = RecordQuerySet(PublicForm)
    return rows.visible_to(actor, narrow=narrow).alive()


def form_for_card(actor: Actor, form_id: int) -> PublicForm | None:
    """A form, or None when the actor may not see forms."""
    return forms(actor).filter(pk=form_id).first()


def open_form(code: str) -> PublicForm | None:
    """A form that anybody may fill in now, by its code."""
    # ast-grep-ignore: unscoped-read public forms are for everybody who has the address
    return PublicForm.objects.filter(code=code, is_active=True, is_deleted=False).first()


def recent(sender: str, at: datetime) -> int:
    """How many sendings came from one sender within the window before a moment."""
    # ast-grep-ignore: unscoped-read public forms are for everybody who has the address
    return Submission.objects.filter(sender=sender, at__gt=at - WINDOW).count()


def known_fields() -> dict[str, object]:
    """Fields that an enquiry has a place for, by key, with their usual labels."""
    return dict(KNOWN)


__all__ = ["TICKS", "USUAL_CHANNELS", "form_for_card", "forms", "known_fields", "open_form", "recent"]
