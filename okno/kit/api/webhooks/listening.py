"""Which events are told to whom: one handler for all events, asked only when somebody listens."""

from __future__ import annotations

from dataclasses import asdict

from django.db.models import Q, QuerySet

from okno.kit.api.webhooks import commands
from okno.kit.api.webhooks.signing import text_of
from okno.kit.commands import asked_once, current
from okno.kit.events import Event
from okno.kit.models.journal import CommandRun, EventRow
from okno.kit.models.webhooks import Webhook
from okno.kit.permissions import SYSTEM
from okno.kit.registry import registry

ALL = "*"


def listen() -> None:
    """Hear every event that there is; called once all areas have put theirs on the shelf."""
    for event in Event.known.values():
        if not any(one.handler is tell for one in registry.handlers.get(event.name(), [])):
            registry.on(event, tell, when=is_wanted)


def listeners(event: str) -> QuerySet[Webhook]:
    """Active webhooks that want this event."""
    wanted = Q(events__contains=[event]) | Q(events__contains=[ALL])
    # ast-grep-ignore: unscoped-read subscriptions have no reach: their right is asked first
    return Webhook.objects.filter(wanted, is_active=True, is_deleted=False)


def tell(event: Event) -> None:
    """Queue a call to each webhook that wants the event; told again, the same event is queued once."""
    row = _stored()
    if row is None:
        return
    body = text_of(row.pk, event.name(), row.at, asdict(event))
    for webhook in listeners(event.name()).order_by("id"):
        commands.queue(actor=SYSTEM, webhook=webhook, event=event.name(), event_id=row.pk, body=body)


def is_wanted(event: Event) -> bool:
    """Whether anybody wants this event: asked once however many of its name a command tells."""
    name = event.name()
    return asked_once(f"webhooks of {name}", lambda: listeners(name).exists())


def _stored() -> EventRow | None:
    """The event as it is stored: the run of a delivery names it."""
    run = current()
    # ast-grep-ignore: unscoped-read subscriptions have no reach: their right is asked first
    args = CommandRun.objects.filter(pk=run.id).values_list("args", flat=True).first() if run else None
    # ast-grep-ignore: unscoped-read subscriptions have no reach: their right is asked first
    return EventRow.objects.filter(pk=args["event"]).first() if args and "event" in args else None
