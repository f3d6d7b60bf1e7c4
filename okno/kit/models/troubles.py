"""What went wrong with background jobs: the queue itself keeps only that a job failed, not why."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _


class JobFailure(models.Model):
    """Why a job of the queue last went wrong; it goes when the job is done after all, or is not there any more."""

    job_id = models.BigIntegerField(unique=True)
    first_at = models.DateTimeField(db_default=Now())
    error = models.TextField(_("Error"), default="")

    def __str__(self) -> str:
        return f"job #{self.job_id}"
