"""Tables of quality: criteria, what each row has come to and had, and the base day by day."""

from __future__ import annotations

from typing import ClassVar

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from okno.kit.models.base import Reach, RecordModel, RecordQuerySet

MOST_WEIGHT = 1_000


class Norm(RecordModel):
    """
    A criterion of a complete card: rows of `record` whose field of kinds has the option `status` earn `weight` points
    when they hold `condition`. An empty `status` is for records whose rows are all judged alike.
    """

    class Group(models.TextChoices):
        REQUISITES = "requisites", _("Requisites")
        CONTACTS = "contacts", pgettext_lazy("a group of criteria", "Contacts")
        PORTRAIT = "portrait", _("Portrait")
        ACTIVITY = "activity", _("Activity")

    record = models.CharField(max_length=60)
    status = models.CharField(_("Status"), max_length=50, blank=True, default="")
    label = models.CharField(_("What a card has"), max_length=150)
    group = models.CharField(_("Group"), max_length=12, choices=Group, default=Group.REQUISITES)
    weight = models.PositiveSmallIntegerField(
        _("Weight"), validators=[MinValueValidator(1), MaxValueValidator(MOST_WEIGHT)], default=10
    )
    condition = models.JSONField(_("When it is there"))
    field = models.CharField(_("Field to fill in"), max_length=60, blank=True, default="")
    url = models.CharField(_("Page to fill in"), max_length=200, blank=True, default="")
    position = models.PositiveSmallIntegerField(default=0)

    reach: ClassVar[Reach] = Reach(everyone=True, permission="quality.view")

    class Meta:
        verbose_name = _("criterion of quality")
        verbose_name_plural = _("criteria of quality")
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(weight__gte=1, weight__lte=MOST_WEIGHT), name="quality_norm_weight"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["record", "status", "position"], name="quality_norm_of_record"),
        ]

    def __str__(self) -> str:
        return self.label


class Score(models.Model):
    """
    What a row has come to: per cent in whole numbers, by groups too, and the criteria that it misses. `stage` is the
    colour as lists paint it.

    A row without criteria for its status has no score: it is not judged.
    """

    class Colour(models.TextChoices):
        RED = "red", _("Red: below 50")
        YELLOW = "yellow", _("Yellow: from 50 to 79")
        GREEN = "green", _("Green: from 80")

    record = models.CharField(max_length=60)
    row_id = models.BigIntegerField()
    value = models.PositiveSmallIntegerField(_("Quality, %"))
    colour = models.CharField(_("Colour of quality"), max_length=6, choices=Colour)
    stage = models.PositiveSmallIntegerField()
    groups = models.JSONField(default=dict)
    missed = models.JSONField(default=list)

    is_derived: ClassVar[bool] = True

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["record", "row_id"], name="quality_score_once"),
            models.CheckConstraint(condition=Q(value__lte=100), name="quality_score_per_cent"),
        ]
        indexes: ClassVar = [models.Index(fields=["record", "value"], name="quality_score_value")]

    def __str__(self) -> str:
        return f"{self.record} {self.row_id}: {self.value}"


class Past(models.Model):
    """What a row had come to at the end of a day on which it moved; nothing where it was judged no more."""

    record = models.CharField(max_length=60)
    row_id = models.BigIntegerField()
    day = models.DateField()
    value = models.PositiveSmallIntegerField(_("Quality, %"), null=True)

    is_history: ClassVar[bool] = True

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["record", "row_id", "day"], name="quality_past_once"),
        ]

    def __str__(self) -> str:
        return f"{self.record} {self.row_id} {self.day}: {self.value}"


class Snapshot(models.Model):
    """
    The base as it was on a day, by responsible person: how many rows were judged, the sum of their per cents, how many
    of each colour, by groups `{group: [sum, rows]}`, and with how many of them somebody had worked lately.
    """

    record = models.CharField(max_length=60)
    day = models.DateField()
    owner = models.ForeignKey("access.User", models.PROTECT, null=True, related_name="+")
    department = models.ForeignKey("access.Department", models.PROTECT, null=True, related_name="+")
    rows = models.PositiveIntegerField()
    total = models.PositiveBigIntegerField()
    red = models.PositiveIntegerField(default=0)
    yellow = models.PositiveIntegerField(default=0)
    green = models.PositiveIntegerField(default=0)
    active = models.PositiveIntegerField(default=0)
    groups = models.JSONField(default=dict)
    made_at = models.DateTimeField(db_default=Now())

    objects: ClassVar[models.Manager[models.Model]] = RecordQuerySet.as_manager()

    reach: ClassVar[Reach] = Reach(owner="owner_id", department="department_id", permission="quality.view")
    is_history: ClassVar[bool] = True

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["record", "day", "owner", "department"], name="quality_snapshot_once", nulls_distinct=False
            ),
        ]

    def __str__(self) -> str:
        return f"{self.record} {self.day}: {self.rows}"
