"""Queues, sources and reasons of rejection."""

from __future__ import annotations

from django.utils.translation import gettext_lazy

from okno.access.models import User
from okno.areas.leads.models import LeadQueue, LeadSource, QueueMember, RejectReason
from okno.kit.commands import command
from okno.kit.permissions import Actor


@command("leads.set_queue", label=gettext_lazy("Set up a queue"))
def set_queue(
    *, actor: Actor, code: str, name: str, people: list[User], react_minutes: int = 15, handle_minutes: int = 240
) -> LeadQueue:
    """Make a queue of enquiries or change it; people left out are not served any more."""
    values = {"name": name, "react_minutes": react_minutes, "handle_minutes": handle_minutes}
    queue, _made = LeadQueue.objects.update_or_create(code=code, defaults=values)
    queue.members.exclude(user__in=people).delete()
    for user in people:
        QueueMember.objects.get_or_create(queue=queue, user=user)
    return queue


@command("leads.set_source", label=gettext_lazy("Set up a source"))
def set_source(*, actor: Actor, code: str, name: str, kind: LeadSource.Kind, queue: LeadQueue) -> LeadSource:
    """Make a source of enquiries or change it."""
    values = {"name": name, "kind": kind, "queue": queue, "is_deleted": False}
    found, _made = LeadSource.objects.update_or_create(code=code, defaults=values)
    return found


@command("leads.set_reject_reasons", label=gettext_lazy("Set reasons of rejection"))
def set_reject_reasons(*, actor: Actor, names: list[str]) -> None:
    """Replace the list of reasons, in this order; those in use stay with their enquiries."""
    RejectReason.objects.exclude(name__in=names).update(is_deleted=True)
    for position, name in enumerate(names):
        RejectReason.objects.update_or_create(name=name, defaults={"position": position, "is_deleted": False})
