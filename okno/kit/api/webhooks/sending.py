"""The job that calls webhooks: one attempt at a time, the outcome is kept by a command."""

from __future__ import annotations

import time
from urllib.parse import urlsplit

from django.utils import timezone
from procrastinate.contrib.django import app

from okno.kit import http, secrets
from okno.kit.api.webhooks.signing import HEADER, signature
from okno.kit.errors import Refused
from okno.kit.models.webhooks import Webhook, WebhookCall
from okno.kit.permissions import SYSTEM
from okno.kit.registry import registry

# Seconds before the second, third … attempt: together about nine hours.
PAUSES = (60, 300, 1800, 7200, 21600)
GONE = 410
TIMEOUTS = http.Timeouts(connect=5, read=10, total=15)
LARGEST_ANSWER = 64 << 10


@app.task(name="webhooks.send")
def send(call_id: int) -> None:
    """Make one attempt of a call that waits; a webhook that is off is left alone until it is switched on."""
    # ast-grep-ignore: unscoped-read subscriptions have no reach: their right is asked first
    call = WebhookCall.objects.select_related("webhook").filter(pk=call_id, state=WebhookCall.State.WAITING).first()
    if call is None or not call.webhook.is_active or call.webhook.is_deleted:
        return
    status, error, is_final, began = None, "", False, time.monotonic()
    try:
        status = _post(call.webhook, call)
    except http.TransportError as trouble:
        error, is_final = trouble.message, trouble.permanent
    except Refused as refusal:
        error, is_final = refusal.message, True
    registry.commands["webhooks.note_attempt"].run(
        SYSTEM,
        webhook=call.webhook_id,
        call_id=call.pk,
        status=status,
        error=error,
        milliseconds=int((time.monotonic() - began) * 1000),
        is_final=is_final,
    )


def send_later(call_id: int, seconds: int = 0) -> None:
    """Queue an attempt in the transaction of the running command."""
    later = send.configure(schedule_in={"seconds": seconds}) if seconds else send
    later.defer(call_id=call_id)


def _post(webhook: Webhook, call: WebhookCall) -> int:
    """The status of the answer, whatever it is. :raises TransportError: there was none."""
    body = call.body.encode()
    signed = signature(secrets.decrypt(webhook.secret).reveal(), int(timezone.now().timestamp()), body)
    inside = [urlsplit(webhook.url).hostname or ""] if webhook.is_inside else []
    headers = {
        "Content-Type": "application/json; charset=utf-8",
        HEADER: signed,
        "Okno-Event": call.event,
        "Okno-Delivery": str(call.pk),
    }
    with http.door(private=inside, timeouts=TIMEOUTS, attempts=1, largest=LARGEST_ANSWER) as out:
        return out.post(webhook.url, headers=headers, body=body).status
