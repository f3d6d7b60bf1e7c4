"""What people shape themselves: custom fields; and the long work they start."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from okno.kit.kinds import Kind


class FieldDef(models.Model):
    """A custom field of a record. `key` never changes and names the value in `extra`."""

    class State(models.TextChoices):
        """How far the indexes of the field, and the values of a formula, are."""

        READY = "ready", _("Ready")
        BUILDING = "building", _("Being built")
        FAILED = "failed", _("Not built")

    record = models.CharField(_("Record"), max_length=60)
    key = models.CharField(_("Key"), max_length=40)
    label = models.CharField(_("Label"), max_length=200)
    kind = models.CharField(_("Kind"), max_length=20, choices=[(kind.value, kind.value) for kind in Kind])
    options = models.JSONField(_("Options"), default=list, blank=True)
    link = models.CharField(max_length=60, blank=True, default="")
    formula = models.TextField(_("Formula"), blank=True, default="")
    result = models.CharField(max_length=20, blank=True, default="")
    currency = models.CharField(_("Currency"), max_length=3, blank=True, default="")
    default = models.JSONField(_("Default"), null=True, blank=True)
    hint = models.CharField(_("Hint"), max_length=500, blank=True, default="")
    section = models.CharField(_("Section"), max_length=100, blank=True, default="")
    is_many = models.BooleanField(_("Many values"), default=False)
    is_required = models.BooleanField(_("Required"), default=False)
    is_unique = models.BooleanField(_("Unique"), default=False)
    is_searchable = models.BooleanField(_("Searchable"), default=False)
    is_sortable = models.BooleanField(_("Sortable"), default=False)
    is_tracked = models.BooleanField(_("With history"), default=True)
    is_retired = models.BooleanField(_("Retired"), default=False)
    position = models.PositiveIntegerField(default=0)
    state = models.CharField(_("State"), max_length=10, choices=State, default=State.READY)
    problem = models.CharField(max_length=500, blank=True, default="")

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["record", "key"], name="kit_field_key_once")]

    def __str__(self) -> str:
        return self.label


class FieldLogic(models.Model):
    """When a field of a form is shown, when it must be filled in, and which of its options are open: conditions."""

    record = models.CharField(max_length=60)
    field = models.CharField(max_length=60)
    shown = models.JSONField(_("Shown when"), null=True)
    required = models.JSONField(_("Required when"), null=True)
    options = models.JSONField(_("Options by condition"), default=dict)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["record", "field"], name="kit_field_logic_once")]

    def __str__(self) -> str:
        return f"{self.record}.{self.field}"


class FieldSet(models.Model):
    """Custom fields that a kind of row has: they apply to rows that hold the condition."""

    record = models.CharField(max_length=60)
    name = models.CharField(_("Name"), max_length=100)
    condition = models.JSONField(_("Condition"), default=dict)
    fields = models.JSONField(_("Fields"), default=list)
    position = models.PositiveIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["record", "name"], name="kit_field_set_once")]

    def __str__(self) -> str:
        return self.name


class FieldLink(models.Model):
    """A row that a custom field points to. Kept after `extra`, which cannot have foreign keys, for "used by"."""

    is_derived: ClassVar = True

    record = models.CharField(max_length=60)
    row_id = models.BigIntegerField()
    key = models.CharField(max_length=40)
    to_record = models.CharField(max_length=60)
    to_id = models.BigIntegerField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["record", "row_id", "key", "to_id"], name="kit_field_link_once")
        ]
        indexes: ClassVar = [models.Index(fields=["to_record", "to_id"], name="kit_field_link_to")]

    def __str__(self) -> str:
        return f"{self.record} {self.row_id} → {self.to_record} {self.to_id}"


class JobRun(models.Model):
    """Long work with progress, cancel and a result to come back to."""

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        DOING = "doing", _("Running")
        DONE = "done", _("Done")
        FAILED = "failed", _("Failed")
        CANCELLED = "cancelled", _("Cancelled")

    work = models.CharField(max_length=100)
    label = models.CharField(_("What"), max_length=200)
    user_id = models.BigIntegerField(null=True)
    args = models.JSONField(default=dict)
    state = models.CharField(_("State"), max_length=10, choices=State, default=State.WAITING)
    done = models.BigIntegerField(default=0)
    total = models.BigIntegerField(null=True)
    created_at = models.DateTimeField(db_default=Now())
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    is_cancel_asked = models.BooleanField(default=False)
    result = models.JSONField(default=dict)
    error = models.TextField(blank=True, default="")

    class Meta:
        indexes: ClassVar = [models.Index(fields=["user_id", "-id"], name="kit_job_of_user")]

    def __str__(self) -> str:
        return self.label
