"""Tables of robots: what each of them does and when, and the rows it has acted upon."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from okno.kit.models.base import Reach, RecordModel


class Robot(RecordModel):
    """
    What is done by itself with each row that comes into a segment or goes out of it, and holds a condition besides.
    `of_segments` is the condition of being in it: a segment that is named there is not done away with unawares.

    `deed` is a change of many rows without the rows: `{"label", "command", "on", "given", "edits"}`. It is done with
    the rights of the owner, who has looked through what it does. `problem` says why the robot stopped, or what it left
    undone.
    """

    class Trigger(models.TextChoices):
        ENTERED = "entered", pgettext_lazy("robot", "Came into the segment")
        LEFT = "left", pgettext_lazy("robot", "Went out of the segment")

    name = models.CharField(_("Name"), max_length=120)
    record = models.CharField(_("Record"), max_length=60)
    trigger = models.CharField(_("When"), max_length=10, choices=Trigger, default=Trigger.ENTERED)
    of_segments = models.JSONField(_("Segment"))
    condition = models.JSONField(_("Condition"), null=True, blank=True)
    deed = models.JSONField(_("What it does"))
    is_active = models.BooleanField(_("Works"), default=True)
    is_once = models.BooleanField(_("Once for each card"), default=False)
    owner = models.ForeignKey("access.User", models.PROTECT, related_name="+")
    acted_at = models.DateTimeField(_("Acted last"), null=True, blank=True)
    problem = models.CharField(_("Trouble"), max_length=500, blank=True, default="")

    reach: ClassVar[Reach] = Reach(owner="owner_id", everyone=True, permission="automation.view")
    not_journalled: ClassVar[tuple[str, ...]] = ("acted_at", "problem")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["name"], condition=models.Q(is_deleted=False), name="automation_robot_name_once"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Act(models.Model):
    """That a robot set about a row, as part of a piece of work that has its own report."""

    is_history: ClassVar = True

    robot = models.ForeignKey(Robot, models.CASCADE, db_index=False, related_name="+")
    row_id = models.BigIntegerField()
    job = models.ForeignKey("kit.JobRun", models.CASCADE, related_name="+")
    at = models.DateTimeField(_("When"), db_default=Now())

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["robot", "-id"], name="automation_acts"),
            models.Index(fields=["robot", "row_id", "at"], name="automation_acts_of_row"),
        ]

    def __str__(self) -> str:
        return f"{self.robot_id}: {self.row_id}"
