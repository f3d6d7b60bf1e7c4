"""Reads of the portal: forms, and how often one address has sent something."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from okno.areas.clients import queries as clients
from okno.areas.clients.models import Channel, Client, Contact
from okno.areas.communications import queries as communications
from okno.areas.communications.queries import Subscription
from okno.fronts.portal.models import Leaving, PublicForm, Submission
from okno.fronts.portal.rules import KNOWN, TICKS, USUAL_CHANNELS, WINDOW
from okno.kit import contacts
from okno.kit.merging import reading as merging
from okno.kit.models.base import RecordQuerySet
from okno.kit.permissions import Actor
from okno.kit.registry import registry


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


def recent_leavings(sender: str, at: datetime) -> int:
    """How many got out of mailings from one sender within the window before a moment."""
    # ast-grep-ignore: unscoped-read they are counted, and tell nothing of anybody
    return Leaving.objects.filter(sender=sender, at__gt=at - WINDOW).count()


def addressed(subscription: Subscription) -> str:
    """The address that a letter of a mailing went to; empty when nobody knows any more."""
    mail = communications.mail_of(subscription)
    somebody = None if mail else _reader(subscription)
    found = mail.to[0] if mail and mail.to else getattr(somebody, "email", "")
    return contacts.normal_email(found) or ""


def leaving(subscription: Subscription) -> list[Client | Contact]:
    """Who gets out of mailings by mail: whom the letter was for, and whoever agreed to them at the same address."""
    reader, address = _reader(subscription), addressed(subscription)
    found = clients.agreed_at(Channel.EMAIL, address) if address else []
    if reader is not None and Channel.EMAIL not in reader.refusals and reader not in found:
        found.insert(0, reader)
    return found


def _reader(subscription: Subscription) -> Client | Contact | None:
    """Whom a letter was for, or the card that theirs was merged into."""
    known = registry.records.get(subscription.record)
    if known is None or known.model not in (Client, Contact):
        return None
    row_id = merging.survivor_of(known.name, subscription.row_id) or subscription.row_id
    manager: Any = known.model._default_manager
    found: Client | Contact | None = manager.filter(pk=row_id).first()
    return found


def known_fields() -> dict[str, object]:
    """Fields that an enquiry has a place for, by key, with their usual labels."""
    return dict(KNOWN)


__all__ = ["TICKS", "USUAL_CHANNELS", "form_for_card", "forms", "known_fields", "open_form", "recent"]
