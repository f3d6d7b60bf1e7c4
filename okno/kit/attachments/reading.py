"""Reads of files of records: each starts from the row that the file belongs to."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from okno.kit import permissions
from okno.kit.errors import Missing
from okno.kit.models.files import Attachment, FileVersion
from okno.kit.permissions import Actor
from okno.kit.registry import registry


def files_of(record: str, row_id: int) -> list[Attachment]:
    """The files of a row that the caller has read for the actor, each with its versions, the newest first."""
    found = Attachment.objects.filter(record=record, row_id=row_id, is_deleted=False).order_by("-id")
    return list(found.prefetch_related("versions"))


def version(actor: Actor, version_id: int) -> FileVersion:
    """One content of a file. :raises Missing: its row is out of reach, or the file was dropped."""
    found = FileVersion.objects.select_related("attachment").filter(pk=version_id, attachment__is_deleted=False).first()
    if found is None or not _may_read(actor, found.attachment):
        raise Missing("not_found", _("There is no such file."))
    return found


def _may_read(actor: Actor, attachment: Attachment) -> bool:
    record = registry.records.get(attachment.record)
    if record is None or not actor.may(permissions.view_permission(record.model)):
        return False
    manager: Any = record.model._default_manager
    return bool(manager.visible_to(actor).filter(pk=attachment.row_id).exists())
