"""The feed: append-only entries linked to every record they concern."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _


class Entry(models.Model):
    """
    One thing that happened. It may be read by whoever may view the scope record.

    `payload` holds what the entry shows: title, text, source and numbers; it never repeats what typed tables own.
    `is_undone` says that the run which wrote it was taken back.
    """

    at = models.DateTimeField(_("When"), db_default=Now())
    kind = models.CharField(max_length=60)
    user_id = models.BigIntegerField(null=True)
    actor_name = models.CharField(max_length=200, default="")
    run_id = models.BigIntegerField(null=True)
    scope_record = models.CharField(max_length=60)
    scope_id = models.BigIntegerField()
    source_record = models.CharField(max_length=60, default="")
    source_id = models.BigIntegerField(null=True)
    payload = models.JSONField(default=dict)
    is_pinned = models.BooleanField(_("Pinned"), default=False)
    is_undone = models.BooleanField(_("Taken back"), default=False, db_default=False)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["source_record", "source_id"], name="kit_entry_source"),
            models.Index(fields=["run_id"], name="kit_entry_run", condition=models.Q(run_id__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.kind} #{self.pk}"


class EntryLink(models.Model):
    """An entry in the feed of one record; `at` is repeated so that a page of feed is one index scan."""

    entry = models.ForeignKey(Entry, models.CASCADE, related_name="links")
    record = models.CharField(max_length=60)
    row_id = models.BigIntegerField()
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["entry", "record", "row_id"], name="kit_entry_link_once")
        ]
        indexes: ClassVar = [models.Index(fields=["record", "row_id", "-at", "-entry"], name="kit_entry_link_feed")]

    def __str__(self) -> str:
        return f"{self.record} #{self.row_id}"
