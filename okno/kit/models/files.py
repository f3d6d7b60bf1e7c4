"""Files of records: an attachment has versions, a version names its content by hash."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _


class Attachment(models.Model):
    """A file of one record; it is read by whoever may view that record."""

    record = models.CharField(max_length=60)
    row_id = models.BigIntegerField()
    name = models.CharField(_("Name"), max_length=255)
    is_deleted = models.BooleanField(default=False)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["record", "row_id"], name="kit_attachment_row")]

    def __str__(self) -> str:
        return self.name


class FileVersion(models.Model):
    """One content of a file; equal contents share one place in the store."""

    attachment = models.ForeignKey(Attachment, models.CASCADE, related_name="versions")
    sha256 = models.CharField(max_length=64)
    size = models.BigIntegerField(_("Size"))
    mime = models.CharField(max_length=100)
    at = models.DateTimeField(_("When"), db_default=Now())
    user_id = models.BigIntegerField(null=True)
    actor_name = models.CharField(max_length=200, default="")

    class Meta:
        indexes: ClassVar = [models.Index(fields=["sha256"], name="kit_file_version_hash")]

    def __str__(self) -> str:
        return f"{self.attachment} ({self.size})"
