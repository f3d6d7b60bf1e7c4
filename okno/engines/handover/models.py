"""A plan of handing over, and the rows that went by it."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from okno.kit.models.base import Reach, RecordModel


class Handover(RecordModel):
    """
    Rows of a person for colleagues. `rules` are `{"record", "view", "people", "way", "is_all"}` in their order: the
    first one that a row meets decides. `counts` tell what came of it; `job` is its latest work.
    """

    class Reason(models.TextChoices):
        LEAVE = "leave", _("Leave")
        DISMISSAL = "dismissal", _("Dismissal")
        OTHER = "other", _("Another reason")

    class State(models.TextChoices):
        DRAFT = "draft", _("Being prepared")
        PLANNED = "planned", _("Waits for its day")
        RUNNING = "running", _("Being handed over")
        GIVEN = "given", _("Handed over")
        RETURNING = "returning", _("Coming back")
        RETURNED = "returned", _("Came back")
        CANCELLED = "cancelled", _("Cancelled")

    person = models.ForeignKey("access.User", models.PROTECT, related_name="+")
    author = models.ForeignKey("access.User", models.PROTECT, related_name="+")
    reason = models.CharField(_("Reason"), max_length=10, choices=Reason, default=Reason.OTHER)
    state = models.CharField(_("State"), max_length=10, choices=State, default=State.DRAFT)
    starts_at = models.DateTimeField(_("Begins on"), null=True, blank=True)
    returns_at = models.DateTimeField(_("Back on"), null=True, blank=True)
    rules = models.JSONField(default=list)
    shuts_out = models.BooleanField(_("Shut out"), default=False)
    stops_new_work = models.BooleanField(_("Takes no new work"), default=False)
    deputy = models.ForeignKey("access.User", models.PROTECT, null=True, blank=True, related_name="+")
    job = models.BigIntegerField(null=True)
    counts = models.JSONField(default=dict)

    reach: ClassVar[Reach] = Reach(everyone=True, permission="handover.view")
    not_journalled: ClassVar[tuple[str, ...]] = ("job", "counts")

    class Meta:
        indexes: ClassVar = [models.Index(fields=["person", "-id"], name="handover_of_person")]

    def __str__(self) -> str:
        return f"{self.person}"


class HandedRow(models.Model):
    """A row that went to somebody by a plan; `is_returned` says that it came back, or was found with another one."""

    of = models.ForeignKey(Handover, models.CASCADE, related_name="rows")
    record = models.CharField(max_length=60)
    row_id = models.BigIntegerField()
    to = models.ForeignKey("access.User", models.PROTECT, related_name="+")
    is_returned = models.BooleanField(default=False)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["of", "record", "row_id"], name="handover_row_once"),
        ]

    def __str__(self) -> str:
        return f"{self.record} {self.row_id}"
