"""Merges: which row went into which, and everything that was pointed elsewhere, so that it can be taken apart again."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _


class Merge(models.Model):
    """
    One row of a record that was merged into another one. While `undone_at` is empty, its address leads to the survivor.

    `moved` holds ids of rows by the reference that was pointed to the survivor (`deals.Deal.client`), `marks` the
    largest id of each table at that moment, `values` columns of the survivor before and after, and so
    conditions that named the merged row: `segments.Segment.condition:5`.
    """

    record = models.CharField(max_length=60)
    survivor_id = models.BigIntegerField()
    loser_id = models.BigIntegerField()
    loser_title = models.CharField(_("Merged"), max_length=300, default="")
    at = models.DateTimeField(_("When"), db_default=Now())
    user_id = models.BigIntegerField(null=True)
    actor_name = models.CharField(_("Who"), max_length=200, default="")
    moved = models.JSONField(default=dict)
    marks = models.JSONField(default=dict)
    values = models.JSONField(default=dict)
    undone_at = models.DateTimeField(_("Taken apart"), null=True)

    journalled: ClassVar[bool] = True
    not_journalled: ClassVar[tuple[str, ...]] = ("moved", "marks", "values")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["record", "loser_id"], name="kit_merge_once", condition=models.Q(undone_at__isnull=True)
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["record", "survivor_id", "-id"], name="kit_merge_survivor")]

    def __str__(self) -> str:
        return f"{self.record} {self.loser_id} → {self.survivor_id}"
