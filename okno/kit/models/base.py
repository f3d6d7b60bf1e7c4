"""The base of every record: version, custom fields, deletion mark, and who may reach it."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any, ClassVar, Self, TypeVar

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from okno.kit import permissions
from okno.kit.permissions import Actor

M_co = TypeVar("M_co", bound=models.Model, covariant=True)


def money(label: Any, **options: Any) -> models.DecimalField[Any, Any]:
    """A sum in the currency of its row: eighteen digits, two of them after the point."""
    return models.DecimalField(label, max_digits=18, decimal_places=2, **options)


@dataclass(frozen=True, slots=True)
class Reach:
    """
    How a table tells whose its rows are: names of columns, compiled to SQL and to Python alike.

    `participants` is (model label, column of the row, column of the user); `via` is a foreign key to a record
    whose visibility the row inherits. `everyone` marks reference data: whoever holds the permission sees all rows.
    """

    owner: str = ""
    department: str = ""
    participants: tuple[str, str, str] | None = None
    via: tuple[str, ...] = ()
    everyone: bool = False
    permission: str = ""


class RecordQuerySet(models.QuerySet[M_co]):
    """Rows of a record; every read for a person starts with `visible_to`."""

    def visible_to(self, actor: Actor, permission: str = "", *, narrow: bool = False) -> Self:
        """
        Keep the rows that the actor may reach under the permission (by default the right to view the record).

        :param narrow: compile to a set of ids (for counts, sums and people who see little) instead of EXISTS.
        """
        found: Self = permissions.restrict(self, actor, permission, narrow=narrow)  # type: ignore[assignment]
        return found

    def alive(self) -> Self:
        """Leave out the rows marked for deletion."""
        return self.filter(is_deleted=False)


class RecordModel(models.Model):
    """A row people work with. Version and moment of change are kept by a database trigger, changes by the journal."""

    uid = models.UUIDField(_("External key"), default=uuid.uuid4, editable=False, unique=True)
    version = models.PositiveIntegerField(_("Version"), default=1, editable=False)
    created_at = models.DateTimeField(_("Created"), db_default=Now(), editable=False)
    updated_at = models.DateTimeField(_("Changed"), db_default=Now(), editable=False)
    is_deleted = models.BooleanField(_("Marked for deletion"), default=False)
    extra = models.JSONField(_("Custom fields"), default=dict, blank=True)

    objects: ClassVar[models.Manager[Any]] = RecordQuerySet.as_manager()

    reach: ClassVar[Reach] = Reach()

    class Meta:
        abstract = True
