"""How people shape what they see: saved views of lists, changes of their own over them, layouts of cards."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _


class SavedView(models.Model):
    """
    Columns, filter, sort, grouping, colours and mode of a list under a name.

    Without `user_id` it is shared: with everybody, or with a department and those above it. A locked one takes no
    changes of one's own.
    """

    record = models.CharField(max_length=60)
    name = models.CharField(_("Name"), max_length=100)
    user_id = models.BigIntegerField(null=True)
    department_id = models.BigIntegerField(null=True)
    is_locked = models.BooleanField(_("Locked"), default=False)
    config = models.JSONField(default=dict)
    position = models.PositiveIntegerField(default=0)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["record", "user_id", "position"], name="kit_view_of_record")]

    def __str__(self) -> str:
        return self.name


class PersonalView(models.Model):
    """What a person changed over a view (`view:5`, `tab:open`); under an empty place, which view opens first."""

    record = models.CharField(max_length=60)
    user_id = models.BigIntegerField()
    place = models.CharField(max_length=60, blank=True, default="")
    config = models.JSONField(default=dict)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["record", "user_id", "place"], name="kit_personal_view_once")
        ]

    def __str__(self) -> str:
        return f"{self.record} {self.place}"


class CardLayout(models.Model):
    """
    Sections, fields and panels of a card or of the form for a new row (`purpose`), for rows of one type or all.

    It belongs to a person, to a department, or to everybody; one that `is_forced` stands above those of people.
    """

    class Purpose(models.TextChoices):
        CARD = "card", _("Card")
        CREATE = "create", _("New row")

    record = models.CharField(max_length=60)
    purpose = models.CharField(max_length=10, choices=Purpose, default=Purpose.CARD)
    type = models.CharField(_("Type"), max_length=100, blank=True, default="")
    user_id = models.BigIntegerField(null=True)
    department_id = models.BigIntegerField(null=True)
    is_forced = models.BooleanField(_("For all"), default=False)
    config = models.JSONField(default=dict)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["record", "purpose", "type", "user_id", "department_id"],
                name="kit_layout_once",
                nulls_distinct=False,
            )
        ]

    def __str__(self) -> str:
        return f"{self.record} {self.purpose} {self.type}"
