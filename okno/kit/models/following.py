"""What waits to be looked at by whoever keeps something up with changes of rows: marks, and tables that leave them."""

from __future__ import annotations

from typing import ClassVar

from django.db import models


class WatchedTable(models.Model):
    """A table whose changes a follower looks at: they are marked for it."""

    follower = models.CharField(max_length=40)
    table_name = models.CharField(max_length=63)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["table_name", "follower"], name="kit_watched_table_once")
        ]

    def __str__(self) -> str:
        return f"{self.follower}: {self.table_name}"


class Mark(models.Model):
    """
    A change of a watched table, or a row whose values beside it are others now, that a follower has to look at;
    `user_id` is the person whose doing it was.
    """

    is_derived: ClassVar = True

    follower = models.CharField(max_length=40)
    change_id = models.BigIntegerField(null=True)
    record = models.CharField(max_length=60, blank=True, default="")
    row_id = models.BigIntegerField(null=True)
    user_id = models.BigIntegerField(null=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["follower", "id"], name="kit_mark_of_follower")]

    def __str__(self) -> str:
        return f"{self.follower}: {self.change_id or self.row_id}"
