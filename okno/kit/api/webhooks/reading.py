"""Reads of webhooks and of the log of their calls."""

from __future__ import annotations

from okno.kit.models.base import RecordQuerySet
from okno.kit.models.webhooks import Webhook, WebhookCall
from okno.kit.permissions import Actor


def webhooks(actor: Actor, *, narrow: bool = False) -> RecordQuerySet[Webhook]:
    """Webhooks that are not marked for deletion, for those who may look at them."""
    rows: RecordQuerySet[Webhook] = RecordQuerySet(Webhook)
    return rows.visible_to(actor, narrow=narrow).alive()


def webhook_for_card(actor: Actor, webhook_id: int) -> Webhook | None:
    """A webhook, or None when the actor may not look at it."""
    return webhooks(actor).filter(pk=webhook_id).first()


def calls_of(webhook: Webhook, most: int = 50) -> list[WebhookCall]:
    """The latest calls of a webhook with their attempts, the newest first."""
    return list(webhook.calls.prefetch_related("attempts").order_by("-id")[:most])
