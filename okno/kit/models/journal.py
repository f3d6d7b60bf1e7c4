"""What was done: command runs, the changes they made, the events they told and their deliveries."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _


class CommandRun(models.Model):
    """
    One run of one command by one actor; `cause` is the run that called it or whose event led to it.

    `effects` names what it asked for outside the database: letters, calls of other systems, commands to run later.
    """

    name = models.CharField(_("Command"), max_length=100)
    actor_kind = models.CharField(max_length=20)
    user_id = models.BigIntegerField(null=True)
    actor_name = models.CharField(_("Who"), max_length=200)
    at = models.DateTimeField(_("When"), db_default=Now())
    cause = models.ForeignKey("self", models.SET_NULL, null=True, related_name="+", db_constraint=False)
    depth = models.PositiveSmallIntegerField(default=0)
    args = models.JSONField(default=dict)
    key = models.CharField(max_length=200, null=True)  # noqa: DJ001 - most runs have no key, and those do not collide
    result = models.JSONField(null=True)
    effects = models.JSONField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["name", "key"], name="kit_run_key_once", condition=models.Q(key__isnull=False)
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["cause"], name="kit_run_cause", condition=models.Q(cause__isnull=False)),
            models.Index(fields=["user_id", "-id"], name="kit_run_user"),
            # Few among millions: what the page of troubles lists as given up.
            models.Index(fields=["-id"], name="kit_run_given_up", condition=models.Q(name="troubles.give_up")),
        ]

    def __str__(self) -> str:
        return f"{self.name} #{self.pk}"


class Change(models.Model):
    """One row before and after, written by the database trigger. `op` is I(nserted), U(pdated) or D(eleted)."""

    run = models.ForeignKey(CommandRun, models.DO_NOTHING, null=True, related_name="changes", db_constraint=False)
    table_name = models.CharField(max_length=63)
    row_id = models.BigIntegerField()
    op = models.CharField(max_length=1)
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["table_name", "row_id", "-id"], name="kit_change_row")]

    def __str__(self) -> str:
        return f"{self.op} {self.table_name} #{self.row_id}"


class EventRow(models.Model):
    """The outbox: what a command told, stored in its own transaction."""

    name = models.CharField(max_length=100)
    payload = models.JSONField()
    run = models.ForeignKey(CommandRun, models.DO_NOTHING, null=True, related_name="events", db_constraint=False)
    order_key = models.CharField(max_length=100)
    at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return f"{self.name} #{self.pk}"


class Delivery(models.Model):
    """One event for one handler. It is finished in the transaction of the handler's effects, so they happen once."""

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        DONE = "done", _("Done")
        FAILED = "failed", _("Stopped after repeated failures")
        DROPPED = "dropped", _("Taken back before it was delivered")
        GIVEN_UP = "given_up", _("Given up by the administrator")

    event = models.ForeignKey(EventRow, models.CASCADE, related_name="deliveries")
    handler = models.CharField(_("Handler"), max_length=150)
    order_key = models.CharField(max_length=100)
    state = models.CharField(_("State"), max_length=10, choices=State, default=State.WAITING)
    tries = models.PositiveSmallIntegerField(_("Tries"), default=0)
    next_try_at = models.DateTimeField(db_default=Now())
    error = models.TextField(_("Error"), blank=True, default="")

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["event", "handler"], name="kit_delivery_once")]
        indexes: ClassVar = [
            models.Index(
                fields=["handler", "order_key", "id"], name="kit_delivery_waiting", condition=models.Q(state="waiting")
            ),
            models.Index(fields=["id"], name="kit_delivery_queue", condition=models.Q(state="waiting")),
            models.Index(fields=["id"], name="kit_delivery_stopped", condition=models.Q(state="failed")),
        ]

    def __str__(self) -> str:
        return f"{self.handler} ← event {self.event_id}"
