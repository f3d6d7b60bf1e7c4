"""What people are told: notices, their way by each channel, what people choose to be told of, and reminders."""

from __future__ import annotations

import datetime as dt
from typing import ClassVar

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _


class Notice(models.Model):
    """
    One thing a person is told of a row. Its words are made when it is read, under the rights of that moment:
    `payload` holds plain values of the event, never the title of the row.

    `reason` says why the person is told; `count` how many like events within ten minutes it stands for. One that goes
    by other channels only has `is_in_app = False`. `waited` tells after how many minutes unread it was sent on, once.
    What long work did to many rows is one notice of its `batch`, about the record alone: `count` is how many `rows`.
    """

    user_id = models.BigIntegerField()
    kind = models.CharField(max_length=60)
    tab = models.CharField(max_length=10)
    scope_record = models.CharField(max_length=60, default="")
    scope_id = models.BigIntegerField(null=True)
    payload = models.JSONField(default=dict)
    reason = models.CharField(max_length=20, default="")
    by_name = models.CharField(max_length=200, default="")
    run_id = models.BigIntegerField(null=True)
    at = models.DateTimeField(_("When"), db_default=Now())
    count = models.PositiveIntegerField(default=1)
    is_in_app = models.BooleanField(default=True)
    read_at = models.DateTimeField(null=True)
    waited = models.PositiveIntegerField(null=True)
    batch = models.BigIntegerField(null=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["user_id", "-at", "-id"], name="kit_notice_of_user"),
            models.Index(
                fields=["kind", "at"],
                name="kit_notice_waits",
                condition=models.Q(read_at__isnull=True, is_in_app=True, waited__isnull=True),
            ),
            models.Index(
                fields=["user_id", "tab"],
                name="kit_notice_unread",
                condition=models.Q(read_at__isnull=True, is_in_app=True),
            ),
            models.Index(fields=["user_id", "kind", "scope_record", "scope_id", "-at"], name="kit_notice_alike"),
            models.Index(fields=["batch"], name="kit_notice_of_batch", condition=models.Q(batch__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.kind} → {self.user_id}"

    @property
    def is_many(self) -> bool:
        """Whether it tells of several rows at once."""
        return bool(self.scope_record) and self.scope_id is None


class NoticeRow(models.Model):
    """One of the many rows that a notice tells of."""

    notice = models.ForeignKey(Notice, models.CASCADE, related_name="rows", db_index=False)
    row_id = models.BigIntegerField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["notice", "row_id"], name="kit_notice_row_once")]

    def __str__(self) -> str:
        return f"{self.notice_id}: {self.row_id}"


class NoticeDelivery(models.Model):
    """
    A notice on its way by one channel outside the pages: when it is due, and what became of it.

    Where a channel leads to several places, like the browsers of a person, there is one for each `address`.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        SENT = "sent", _("Sent")
        SKIPPED = "skipped", _("Not needed any more")
        FAILED = "failed", _("Not delivered")

    notice = models.ForeignKey(Notice, models.CASCADE, related_name="deliveries")
    channel = models.CharField(max_length=30)
    address = models.CharField(max_length=30, default="")
    due_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    tries = models.PositiveSmallIntegerField(default=0)
    told = models.CharField(max_length=500, default="")
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["notice", "channel", "address"], name="kit_delivery_of_notice")
        ]
        indexes: ClassVar = [
            models.Index(fields=["due_at"], name="kit_delivery_waits", condition=models.Q(state="waiting")),
        ]

    def __str__(self) -> str:
        return f"{self.notice_id} · {self.channel}"


class NoticeChoice(models.Model):
    """How a kind of notices comes by a channel: to one person, or (without a person) to all who chose nothing."""

    class Mode(models.TextChoices):
        OFF = "off", _("Do not tell")
        NOW = "now", _("At once")
        HOURLY = "hourly", _("Once an hour")
        DAILY = "daily", _("Once a day")

    user_id = models.BigIntegerField(null=True)
    kind = models.CharField(max_length=60)
    channel = models.CharField(max_length=30)
    mode = models.CharField(max_length=10, choices=Mode)
    is_mandatory = models.BooleanField(_("Cannot be switched off"), default=False)

    journalled: ClassVar[bool] = True

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["user_id", "kind", "channel"], name="kit_notice_choice_once", nulls_distinct=False
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} · {self.channel}: {self.mode}"


class NoticeEscalation(models.Model):
    """
    Where a kind of notices goes on to when its person has not read it for so many minutes: to them by a channel outside
    the pages, or to their head. Notices from before `since` stay where they are.
    """

    kind = models.CharField(max_length=60, unique=True)
    minutes = models.PositiveIntegerField()
    to = models.CharField(max_length=30)
    since = models.DateTimeField()

    journalled: ClassVar[bool] = True

    def __str__(self) -> str:
        return f"{self.kind}: {self.minutes} → {self.to}"


class NoticeHours(models.Model):
    """
    When a person wants letters and messages: not in the quiet hours; the daily digest at its own time. Without a person
    it is when all who have chosen nothing want them.
    """

    user_id = models.BigIntegerField(null=True)
    quiet_from = models.TimeField(_("Quiet from"), null=True, blank=True)
    quiet_until = models.TimeField(_("Quiet until"), null=True, blank=True)
    only_workdays = models.BooleanField(_("Only on working days"), default=False)
    digest_at = models.TimeField(_("Digest of the day at"), default=dt.time(9))

    journalled: ClassVar[bool] = True

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["user_id"], name="kit_notice_hours_once", nulls_distinct=False)
        ]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.quiet_from}–{self.quiet_until}"


class PushKey(models.Model):
    """The pair of keys by which push services know this installation (RFC 8292), one row; the secret is encrypted."""

    public = models.CharField(max_length=100)
    secret = models.TextField()
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(models.Value(1), name="kit_push_key_single")]

    def __str__(self) -> str:
        return self.public


class PushSubscription(models.Model):
    """A browser that shows notices of its person: where to send, its key, and its secret, encrypted."""

    user_id = models.BigIntegerField()
    endpoint = models.CharField(max_length=1000, unique=True)
    key = models.CharField(max_length=100)
    auth = models.TextField()
    browser = models.CharField(max_length=200, default="")
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes: ClassVar = [models.Index(fields=["user_id"], name="kit_push_of_user")]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.browser}"


class Unfollowed(models.Model):
    """What a person wants to hear nothing of: a row whatever the kind, or a kind about one row (`kind` set)."""

    user_id = models.BigIntegerField()
    kind = models.CharField(max_length=60, default="")
    record = models.CharField(max_length=60)
    row_id = models.BigIntegerField()

    journalled: ClassVar[bool] = True

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["user_id", "record", "row_id", "kind"], name="kit_unfollowed_once")
        ]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.record} {self.row_id}"


class Reminder(models.Model):
    """
    What a person asked to be reminded of at a moment, about a row or about nothing else.

    It rings at `at` until it is snoozed or done; one that repeats goes on to its next moment when it is done: `every`
    is of how many days, weeks or months one rings, and with `until_over` it ends when its row is over: an invoice paid.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        RINGING = "ringing", _("Ringing")
        DONE = "done", _("Done")

    class Repeat(models.TextChoices):
        NEVER = "", _("Does not repeat")
        DAILY = "daily", _("Every day")
        WORKDAYS = "workdays", _("Every working day")
        WEEKLY = "weekly", _("Every week")
        MONTHLY = "monthly", _("Every month")

    user_id = models.BigIntegerField()
    by_name = models.CharField(max_length=200, default="")
    record = models.CharField(max_length=60, default="")
    row_id = models.BigIntegerField(null=True)
    text = models.CharField(_("What of"), max_length=500)
    at = models.DateTimeField(_("When"))
    next_at = models.DateTimeField()
    is_important = models.BooleanField(_("Important"), default=False)
    repeat = models.CharField(_("Repeat"), max_length=10, choices=Repeat, default=Repeat.NEVER, blank=True)
    every = models.PositiveSmallIntegerField(_("Every how many times"), default=1)
    until = models.DateField(_("Until"), null=True, blank=True)
    until_over = models.BooleanField(default=False)
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    snoozed = models.PositiveSmallIntegerField(default=0)
    done_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(db_default=Now())

    journalled: ClassVar[bool] = True

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["next_at"], name="kit_reminder_waits", condition=models.Q(state="waiting")),
            models.Index(fields=["user_id", "state", "next_at"], name="kit_reminder_of_user"),
            models.Index(fields=["record", "row_id"], name="kit_reminder_about"),
        ]

    def __str__(self) -> str:
        return self.text
