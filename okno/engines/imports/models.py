"""Tables of the import: imports, what became of each row, rows known again inside a file, settings kept by name."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from okno.kit.models.base import Reach, RecordModel, RecordQuerySet

# Counts of rows that stand elsewhere are told by the code of where after this.
ELSEWHERE = "elsewhere:"


class Import(models.Model):
    """
    One file on its way into rows of one record.

    `settings` say how it is read and written, see `rules.settings`; `done` is how many rows are behind, with their
    effects in the same transaction, so a worker that was killed goes on from there. `cause` is the run that all
    batches name as theirs. `checked` and `counts` are numbers of rows by outcome, of the dry run and of the run.
    """

    class State(models.TextChoices):
        SETUP = "setup", _("Being set up")
        CHECKING = "checking", _("Dry run under way")
        CHECKED = "checked", _("Checked")
        RUNNING = "running", _("Under way")
        STOPPED = "stopped", _("Stopped")
        FAILED = "failed", _("Broken off")
        DONE = "done", _("Finished")
        TAKING_BACK = "taking_back", _("Being taken back")
        TAKEN_BACK = "taken_back", _("Taken back")

    record = models.CharField(_("Record"), max_length=60)
    name = models.CharField(_("File"), max_length=255)
    sha256 = models.CharField(max_length=64)
    size = models.BigIntegerField(_("Size"), default=0)
    kind = models.CharField(_("Format"), max_length=10)
    owner = models.ForeignKey("access.User", models.PROTECT, null=True, related_name="+", verbose_name=_("Who"))
    state = models.CharField(_("State"), max_length=12, choices=State, default=State.SETUP)
    settings = models.JSONField(default=dict)
    total = models.PositiveBigIntegerField(_("Rows"), null=True)
    done = models.PositiveBigIntegerField(_("Rows done"), default=0)
    cause = models.BigIntegerField(null=True)
    job = models.BigIntegerField(null=True)
    checked = models.JSONField(default=dict)
    counts = models.JSONField(default=dict)
    refused = models.PositiveBigIntegerField(_("Refused rows"), default=0)
    unknown = models.JSONField(default=dict)
    errors_file = models.JSONField(default=dict)
    error = models.TextField(_("Error"), blank=True, default="")
    is_loud = models.BooleanField(_("Robots and notices act"), default=False)
    created_at = models.DateTimeField(_("Created"), db_default=Now())
    finished_at = models.DateTimeField(_("Finished"), null=True)
    version = models.PositiveIntegerField(db_default=1, default=1, editable=False)

    objects: ClassVar[models.Manager[Any]] = RecordQuerySet.as_manager()
    reach: ClassVar[Reach] = Reach(owner="owner_id")

    class Meta:
        indexes: ClassVar = [models.Index(fields=["owner", "-id"], name="imports_import_of")]

    def __str__(self) -> str:
        return self.name


class ImportRow(models.Model):
    """
    What became of one row of a file. `parts` are (table, id) of the rows made or changed besides its own; `twin` is
    (record, id) of whom it speaks of elsewhere, without an id when that is out of reach of whoever imports.
    """

    class Result(models.TextChoices):
        CREATED = "created", pgettext_lazy("a row of an import", "Addition")
        UPDATED = "updated", pgettext_lazy("a row of an import", "Change")
        UNCHANGED = "unchanged", pgettext_lazy("a row of an import", "No change")
        SKIPPED = "skipped", pgettext_lazy("a row of an import", "Skip")
        REFUSED = "refused", pgettext_lazy("a row of an import", "Refusal")

    # Looked up for each row of a file, the import that is under way: no constraint; the indexes below begin with it.
    of = models.ForeignKey(Import, models.CASCADE, related_name="rows", db_constraint=False, db_index=False)
    is_dry = models.BooleanField(default=False)
    number = models.PositiveIntegerField(_("Row of the file"))
    result = models.CharField(_("Result"), max_length=10, choices=Result)
    title = models.CharField(_("What"), max_length=200, blank=True, default="")
    message = models.TextField(_("Message"), blank=True, default="")
    row_id = models.BigIntegerField(null=True)
    repeats = models.PositiveIntegerField(_("Repeats row"), null=True)
    changes = models.JSONField(default=list)
    parts = models.JSONField(default=list)
    twin = models.JSONField(null=True)
    is_taken_back = models.BooleanField(_("Taken back"), default=False)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["of", "is_dry", "result", "number"], name="imports_row_result"),
            models.Index(fields=["of", "is_dry", "number"], name="imports_row_number"),
            models.Index(fields=["of", "row_id"], name="imports_row_of_row"),
        ]

    def __str__(self) -> str:
        return f"{self.number}: {self.result}"


class Seen(models.Model):
    """
    By what a row of a file was known, so that a later row of the same file is known again.

    `row_id` is the row of the record; in a dry run a row that would be made has a negative one, and `state` is how it
    would stand; that of a whole row is kept under the key `row:` with its id. `is_made` says that the import made it.
    """

    of = models.ForeignKey(Import, models.CASCADE, related_name="seen", db_constraint=False, db_index=False)
    is_dry = models.BooleanField()
    key = models.CharField(max_length=255)
    row_id = models.BigIntegerField()
    number = models.PositiveIntegerField()
    is_made = models.BooleanField(default=False)
    state = models.JSONField(null=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["of", "is_dry", "key"], name="imports_seen_once")]

    def __str__(self) -> str:
        return self.key


class ImportSettings(RecordModel):
    """Settings of an import under a name, for the next file of the same kind."""

    name = models.CharField(_("Name"), max_length=100)
    record = models.CharField(_("Record"), max_length=60)
    config = models.JSONField(default=dict)
    owner = models.ForeignKey("access.User", models.PROTECT, null=True, related_name="+", verbose_name=_("Who"))
    is_shared = models.BooleanField(_("For all"), default=False)

    reach: ClassVar[Reach] = Reach(owner="owner_id")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["record", "owner", "name"], name="imports_settings_once")
        ]

    def __str__(self) -> str:
        return self.name
