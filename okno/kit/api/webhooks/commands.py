"""Writes of webhooks: setting them up, queueing calls, and what became of each attempt."""

from __future__ import annotations

import secrets as random
from collections.abc import Collection
from datetime import timedelta
from urllib.parse import urlsplit

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from okno.kit import live, secrets
from okno.kit.api.webhooks import sending
from okno.kit.api.webhooks.signing import text_of
from okno.kit.commands import command, moment
from okno.kit.errors import Missing, Refused
from okno.kit.events import Event
from okno.kit.models.journal import EventRow
from okno.kit.models.webhooks import Webhook, WebhookAttempt, WebhookCall
from okno.kit.permissions import Actor
from okno.kit.secrets import SecretText

TOPIC = "kit.webhook"
PING = "ping"
SHORTEST_SECRET = 16
FAILURES_TO_STOP = 20
KEPT_DAYS = 30


@command("webhooks.add", label=gettext_lazy("Add a webhook"))
def add(
    *, actor: Actor, name: str, url: str, events: list[str], secret: SecretText | None = None, is_inside: bool = False
) -> Webhook:
    """
    Tell another system of these events from now on.

    :param events: names like `deals.DealMoved`; `*` means all.
    :param secret: what requests are signed with; by default a new random one.
    :param is_inside: the address may be in a private network.
    :raises Refused: the address is none, an event is unknown, or the secret is short.
    """
    # ast-grep-ignore: unscoped-read subscriptions have no reach: their right is asked first
    webhook = Webhook.objects.create(
        url=(address := _checked_url(url)),
        name=_named(name, address),
        events=_checked_events(events),
        is_inside=is_inside,
        secret=secrets.encrypt(_checked_secret(secret)),
    )
    live.tell_topic(TOPIC)
    return webhook


@command("webhooks.update", label=gettext_lazy("Change the webhook"))
def update(
    *,
    actor: Actor,
    webhook: Webhook,
    name: str,
    url: str,
    events: list[str],
    secret: SecretText | None = None,
    is_inside: bool = False,
) -> Webhook:
    """Change a webhook; an empty secret leaves the one it has. :raises Refused: as for `add`."""
    webhook.url, webhook.events = _checked_url(url), _checked_events(events)
    webhook.name = _named(name, webhook.url)
    webhook.is_inside = is_inside
    if secret:
        webhook.secret = secrets.encrypt(_checked_secret(secret))
    webhook.save(update_fields=["name", "url", "events", "is_inside", "secret"])
    live.tell_topic(TOPIC)
    return webhook


@command("webhooks.switch", label=gettext_lazy("Switch on or off"))
def switch(*, actor: Actor, webhook: Webhook, is_active: bool) -> Webhook:
    """Switch a webhook on or off; its failures are counted anew, and calls that waited are sent when it goes on."""
    webhook.is_active, webhook.failures, webhook.trouble = is_active, 0, ""
    webhook.save(update_fields=["is_active", "failures", "trouble"])
    if is_active:
        for call in webhook.calls.filter(state=WebhookCall.State.WAITING).order_by("id"):
            sending.send_later(call.pk)
    live.tell_topic(TOPIC)
    return webhook


@command("webhooks.delete", label=gettext_lazy("Delete the webhook"))
def delete(*, actor: Actor, webhook: Webhook) -> Webhook:
    """Mark a webhook for deletion: it is told nothing more."""
    webhook.is_deleted = True
    webhook.save(update_fields=["is_deleted"])
    live.tell_topic(TOPIC)
    return webhook


@command("webhooks.ping", label=gettext_lazy("Send a test call"))
def ping(*, actor: Actor, webhook: Webhook) -> Webhook:
    """Send a call with the event `ping`, to see whether the other system takes it."""
    body = text_of(None, PING, moment(), {})
    # ast-grep-ignore: unscoped-read subscriptions have no reach: their right is asked first
    call = WebhookCall.objects.create(webhook=webhook, event=PING, body=body)
    sending.send_later(call.pk)
    return webhook


@command("webhooks.replay", label=gettext_lazy("Send once more"))
def replay(*, actor: Actor, webhook: Webhook, call_id: int) -> Webhook:
    """Send a call once more with the same text. :raises Missing: the webhook has no such call."""
    call = webhook.calls.filter(pk=call_id).first()
    if call is None:
        raise Missing("not_found", _("Not found, or out of your reach."))
    call.state, call.tries = WebhookCall.State.WAITING, 0
    call.save(update_fields=["state", "tries"])
    sending.send_later(call.pk)
    live.tell_topic(TOPIC)
    return webhook


@command("webhooks.queue", told_as=gettext_lazy("Queue a call of a webhook"))
def queue(*, actor: Actor, webhook: Webhook, event: str, event_id: int, body: str) -> Webhook:
    """Queue a call; an event is queued for a webhook once."""
    # ast-grep-ignore: unscoped-read subscriptions have no reach: their right is asked first
    call, is_new = WebhookCall.objects.get_or_create(
        webhook=webhook, event_id=event_id, defaults={"event": event, "body": body}
    )
    if is_new:
        sending.send_later(call.pk)
    return webhook


@command("webhooks.note_attempt", told_as=gettext_lazy("Note an attempt to call a webhook"))
def note_attempt(
    *,
    actor: Actor,
    webhook: Webhook,
    call_id: int,
    status: int | None,
    error: str,
    milliseconds: int,
    is_final: bool = False,
) -> Webhook:
    """
    Keep what came of an attempt. One that failed is tried again later; a webhook with many failures in a row, or whose
    receiver says that it is gone, is switched off.

    :param status: of the answer, None when there was none.
    :param is_final: trying again would not help.
    """
    # ast-grep-ignore: unscoped-read subscriptions have no reach: their right is asked first
    call = WebhookCall.objects.select_for_update().get(pk=call_id)
    # ast-grep-ignore: unscoped-read subscriptions have no reach: their right is asked first
    WebhookAttempt.objects.create(call=call, status=status, error=error[:500], milliseconds=milliseconds)
    call.tries += 1
    is_taken = status is not None and 200 <= status < 300
    if is_taken:
        call.state, webhook.failures = WebhookCall.State.SENT, 0
    else:
        webhook.failures += 1
        _after_failure(webhook, call, is_final=is_final or status == sending.GONE)
        _stop_if_hopeless(webhook, status, error)
    call.save(update_fields=["state", "tries"])
    webhook.save(update_fields=["failures", "is_active", "trouble"])
    live.tell_topic(TOPIC)
    return webhook


@command("webhooks.forget_old", told_as=gettext_lazy("Forget old calls of webhooks"))
def forget_old(*, actor: Actor) -> int:
    """Delete calls that are older than a month with their attempts; returns how many."""
    # ast-grep-ignore: unscoped-read subscriptions have no reach: their right is asked first
    old = WebhookCall.objects.filter(created_at__lt=moment() - timedelta(days=KEPT_DAYS))
    return old.delete()[1].get(WebhookCall._meta.label, 0)


def withdraw(runs: Collection[int], is_undone: bool) -> None:  # noqa: FBT001 - called by the registry
    """
    Send no more what these runs have told and no receiver has taken yet, since they are undone; or send it after all,
    since they hold again. Runs inside a command.
    """
    # ast-grep-ignore: unscoped-read subscriptions have no reach: their right is asked first
    calls = WebhookCall.objects.filter(event_id__in=EventRow.objects.filter(run_id__in=runs).values("pk"))
    if is_undone:
        calls.filter(state=WebhookCall.State.WAITING).update(state=WebhookCall.State.DROPPED)
    else:
        for call in calls.filter(state=WebhookCall.State.DROPPED).order_by("id"):
            call.state, call.tries = WebhookCall.State.WAITING, 0
            call.save(update_fields=["state", "tries"])
            sending.send_later(call.pk)
    live.tell_topic(TOPIC)


def _after_failure(webhook: Webhook, call: WebhookCall, *, is_final: bool) -> None:
    if is_final or call.tries > len(sending.PAUSES):
        call.state = WebhookCall.State.FAILED
    else:
        sending.send_later(call.pk, sending.PAUSES[call.tries - 1])


def _stop_if_hopeless(webhook: Webhook, status: int | None, error: str) -> None:
    reason = error or _("the answer is %(status)s") % {"status": status}
    if status == sending.GONE:
        webhook.is_active, webhook.trouble = False, _("The receiver says that it is gone (410).")
    elif webhook.failures >= FAILURES_TO_STOP:
        told = _("%(count)s attempts failed in a row, the last one: %(reason)s")
        webhook.is_active = False
        webhook.trouble = (told % {"count": webhook.failures, "reason": reason})[:500]


def _named(name: str, url: str) -> str:
    """A webhook without a name goes by its host."""
    return (name.strip() or urlsplit(url).netloc)[:100]


def _checked_url(url: str) -> str:
    try:
        parts = urlsplit(url.strip())
    except ValueError:
        parts = urlsplit("")
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise Refused("webhooks.bad_url", _("The address begins with http:// or https://."), missing=["url"])
    return url.strip()[:1000]


def _checked_events(events: list[str]) -> list[str]:
    unknown = [one for one in events if one != "*" and one not in Event.known]
    if unknown or not events:
        named = ", ".join(unknown)
        raise Refused(
            "webhooks.bad_events", _("Choose events; unknown are: %(names)s"), names=named, missing=["events"]
        )
    return sorted(set(events))


def _checked_secret(secret: SecretText | None) -> str:
    text = secret.reveal() if secret else random.token_urlsafe(32)
    if len(text) < SHORTEST_SECRET:
        told = _("A secret has at least %(count)s signs.")
        raise Refused("webhooks.short_secret", told, count=SHORTEST_SECRET, missing=["secret"])
    return text
