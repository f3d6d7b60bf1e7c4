"""Tables of webhooks: who is told of which events, each telling, and each attempt to tell."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from okno.kit.models.base import Reach, RecordModel


class Webhook(RecordModel):
    """
    An address of another system that is told of events by name; `*` among them means all.

    `secret` is encrypted; `failures` counts attempts that failed since one succeeded; `trouble` says why it was
    switched off.
    """

    name = models.CharField(_("Name"), max_length=100)
    url = models.CharField(_("Address"), max_length=1000)
    secret = models.TextField(default="")
    events = models.JSONField(_("Events"), default=list)
    is_active = models.BooleanField(_("Active"), default=True)
    is_inside = models.BooleanField(_("Stands in our own network"), default=False)
    failures = models.PositiveIntegerField(_("Failures in a row"), default=0)
    trouble = models.CharField(_("Why it was switched off"), max_length=500, blank=True, default="")

    reach: ClassVar[Reach] = Reach(everyone=True, permission="webhooks.view")
    not_journalled: ClassVar[tuple[str, ...]] = ("secret", "failures")

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["id"], name="kit_webhook_active", condition=Q(is_active=True, is_deleted=False)),
        ]

    def __str__(self) -> str:
        return self.name


class WebhookCall(models.Model):
    """One event told to one address: the very text that is sent, and how far it has come."""

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        SENT = "sent", _("Delivered")
        FAILED = "failed", _("Not delivered")
        DROPPED = "dropped", _("Taken back before it was sent")

    webhook = models.ForeignKey(Webhook, models.CASCADE, related_name="calls")
    event = models.CharField(_("Event"), max_length=100)
    event_id = models.BigIntegerField(null=True)
    body = models.TextField()
    state = models.CharField(_("State"), max_length=10, choices=State, default=State.WAITING)
    tries = models.PositiveSmallIntegerField(_("Tries"), default=0)
    created_at = models.DateTimeField(_("Created"), db_default=Now())

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["webhook", "event_id"], name="kit_webhook_call_once")]
        indexes: ClassVar = [models.Index(fields=["webhook", "-id"], name="kit_webhook_calls")]

    def __str__(self) -> str:
        return f"{self.event} → {self.webhook_id}"


class WebhookAttempt(models.Model):
    """One attempt: the status of the answer, or what went wrong, and how long it took in milliseconds."""

    call = models.ForeignKey(WebhookCall, models.CASCADE, related_name="attempts")
    at = models.DateTimeField(_("When"), db_default=Now())
    status = models.PositiveSmallIntegerField(_("Answer"), null=True)
    error = models.CharField(_("Error"), max_length=500, blank=True, default="")
    milliseconds = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.status or self.error}"
