"""Tables of home: how people arrange the blocks of their desktops."""

from __future__ import annotations

from typing import ClassVar

from django.db import models


class DesktopBlock(models.Model):
    """A block on the desktop of a person: its place, and whether they want to see it."""

    user = models.ForeignKey("access.User", models.CASCADE, related_name="+")
    key = models.CharField(max_length=30)
    position = models.PositiveSmallIntegerField(default=0)
    is_hidden = models.BooleanField(default=False)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["user", "key"], name="home_block_once")]

    def __str__(self) -> str:
        return self.key
