"""Tables of the calendar: tasks and work schedules."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from okno.kit.models.base import Reach, RecordModel


class WorkSchedule(RecordModel):
    """
    When people work. `week` has seven texts like "09:00-13:00, 14:00-18:00" from Monday on, empty for a day off;
    `days` maps `YYYY-MM-DD` to the hours of a day that differs from its week.
    """

    name = models.CharField(_("Name"), max_length=100)
    zone = models.CharField(_("Time zone"), max_length=50, default="Europe/Moscow")
    week = models.JSONField(_("Week"), default=list)
    days = models.JSONField(_("Other days"), default=dict, blank=True)
    follows_calendar = models.BooleanField(_("Follows the production calendar"), default=True)
    is_default = models.BooleanField(_("Used by default"), default=False)

    reach: ClassVar[Reach] = Reach(everyone=True)

    def __str__(self) -> str:
        return self.name


class Task(RecordModel):
    """
    A piece of work with a deadline. `about_record` and `about_id` name what it is about besides the client:
    a deal, a lead, an invoice. One with a `duration`, in minutes, begins at its deadline; only a call has a direction.
    """

    class Kind(models.TextChoices):
        CALL = "call", _("Call")
        MEETING = "meeting", _("Meeting")
        LETTER = "letter", _("Letter")
        OTHER = "other", _("Task")

    class Direction(models.TextChoices):
        IN = "in", pgettext_lazy("a call", "Incoming")
        OUT = "out", pgettext_lazy("a call", "Outgoing")

    class State(models.TextChoices):
        OPEN = "open", pgettext_lazy("a task", "Open")
        DONE = "done", _("Done")
        CANCELLED = "cancelled", _("Cancelled")

    title = models.CharField(_("Title"), max_length=255)
    text = models.TextField(_("Text"), blank=True, default="")
    kind = models.CharField(_("Kind"), max_length=10, choices=Kind, default=Kind.OTHER)
    direction = models.CharField(_("Direction"), max_length=3, choices=Direction, blank=True, default="")
    state = models.CharField(_("State"), max_length=10, choices=State, default=State.OPEN)
    owner = models.ForeignKey("access.User", models.PROTECT, related_name="+")
    department = models.ForeignKey("access.Department", models.PROTECT, null=True, blank=True, related_name="+")
    author = models.ForeignKey("access.User", models.PROTECT, null=True, blank=True, related_name="+")
    client = models.ForeignKey("clients.Client", models.SET_NULL, null=True, blank=True, related_name="+")
    contact = models.ForeignKey("clients.Contact", models.SET_NULL, null=True, blank=True, related_name="+")
    about_record = models.CharField(max_length=60, blank=True, default="")
    about_id = models.BigIntegerField(null=True, blank=True)
    due_at = models.DateTimeField(_("Due"), null=True, blank=True)
    duration = models.PositiveSmallIntegerField(_("Duration, min"), null=True, blank=True)
    is_mandatory = models.BooleanField(_("Must be done before the stage is left"), default=False)
    done_at = models.DateTimeField(_("Done"), null=True, blank=True)
    result = models.TextField(_("Result"), blank=True, default="")

    reach: ClassVar[Reach] = Reach(owner="owner_id", department="department_id", via=("client",))

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["owner", "due_at"], name="calendar_task_open_of", condition=Q(state="open")),
            models.Index(fields=["about_record", "about_id"], name="calendar_task_about"),
            models.Index(fields=["client", "-id"], name="calendar_task_client"),
            models.Index(
                # Who has how many late tasks is counted in this index alone.
                fields=["due_at"],
                name="calendar_task_due",
                include=["owner", "department", "client"],
                condition=Q(state="open", is_deleted=False),
            ),
        ]

    def __str__(self) -> str:
        return self.title


class TaskTotal(models.Model):
    """
    How many open tasks a person has that are due on a UTC day.

    Triggers of `calendar_task` write rows and never change them; rows that agree add up, and some of them take away.
    Whoever reaches all tasks is told by them; others count the tasks themselves.
    """

    # A constraint would be asked for every change of a task, though the task itself answers for it.
    owner = models.ForeignKey("access.User", models.DO_NOTHING, related_name="+", db_constraint=False, db_index=False)
    day = models.DateField()
    count = models.IntegerField()

    def __str__(self) -> str:
        return f"{self.owner_id} · {self.day} · {self.count}"
