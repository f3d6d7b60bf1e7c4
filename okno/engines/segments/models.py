"""Tables of segments: what they are, who is in them, who came and went, and who is told of that."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from okno.kit.models.base import Reach, RecordModel


class Segment(RecordModel):
    """
    A named set of rows of a record. `size` counts its members, `counted_at` is when all of them were last worked out;
    `taken_of` is the segment that a snapshot shows as it was at `taken_at`. `problem` says why a condition cannot be
    judged any more.
    """

    class Kind(models.TextChoices):
        STATIC = "static", pgettext_lazy("segment", "A list")
        DYNAMIC = "dynamic", pgettext_lazy("segment", "By a condition")

    name = models.CharField(_("Name"), max_length=120)
    record = models.CharField(_("Record"), max_length=60)
    kind = models.CharField(_("Kind"), max_length=10, choices=Kind, default=Kind.STATIC)
    condition = models.JSONField(_("Condition"), null=True, blank=True)
    note = models.TextField(_("Note"), blank=True, default="")
    owner = models.ForeignKey("access.User", models.PROTECT, null=True, related_name="+")
    size = models.PositiveIntegerField(_("Members"), default=0)
    counted_at = models.DateTimeField(_("Worked out"), null=True)
    taken_of = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="+")
    taken_at = models.DateTimeField(_("Taken on"), null=True, blank=True)
    problem = models.CharField(max_length=500, blank=True, default="")

    reach: ClassVar[Reach] = Reach(owner="owner_id", everyone=True, permission="segments.view")
    not_journalled: ClassVar[tuple[str, ...]] = ("size", "counted_at", "problem")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["record", "name"], condition=models.Q(is_deleted=False), name="segments_name_once"
            ),
            models.CheckConstraint(
                condition=models.Q(kind="static", condition__isnull=True)
                | models.Q(kind="dynamic", condition__isnull=False),
                name="segments_dynamic_has_condition",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Membership(models.Model):
    """A row that is in a segment now. Of static segments it is journalled, so that undo takes it back."""

    journalled: ClassVar = True

    segment = models.ForeignKey(Segment, models.CASCADE, related_name="members")
    record = models.CharField(max_length=60)
    row_id = models.BigIntegerField()
    since = models.DateTimeField(_("Since"), db_default=Now())

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["segment", "record", "row_id"], name="segments_member_once")
        ]
        indexes: ClassVar = [models.Index(fields=["record", "row_id"], name="segments_of_row")]

    def __str__(self) -> str:
        return f"{self.record} {self.row_id}"


class Listener(models.Model):
    """A person who is told which rows come into a segment and go out of it."""

    journalled: ClassVar = True

    segment = models.ForeignKey(Segment, models.CASCADE, db_index=False, related_name="+")
    user = models.ForeignKey("access.User", models.CASCADE, related_name="+")

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["segment", "user"], name="segments_listener_once")]

    def __str__(self) -> str:
        return f"{self.segment_id}: {self.user_id}"


class Passage(models.Model):
    """That a row came into a segment or went out of it."""

    is_history: ClassVar = True

    segment = models.ForeignKey(Segment, models.CASCADE, related_name="+")
    record = models.CharField(max_length=60)
    row_id = models.BigIntegerField()
    is_entry = models.BooleanField()
    at = models.DateTimeField(_("When"), db_default=Now())

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["segment", "-at", "-id"], name="segments_passages"),
            models.Index(fields=["record", "row_id", "-id"], name="segments_of_one_row"),
        ]

    def __str__(self) -> str:
        return f"{self.record} {self.row_id}"
