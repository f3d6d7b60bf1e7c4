"""Writes of files of records: bytes are kept by content beforehand, these are their rows."""

from __future__ import annotations

from django.db.models import Model
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from okno.kit import reached
from okno.kit.attachments import reading
from okno.kit.commands import command, current
from okno.kit.errors import Missing
from okno.kit.files import Stored
from okno.kit.models.files import Attachment, FileVersion
from okno.kit.permissions import Actor
from okno.kit.registry import registry
from okno.kit.timeline import entries


@command("attachments.add", label=gettext_lazy("Add a file"))
def add(*, actor: Actor, record: str, row_id: int, name: str, sha256: str, size: int, mime: str) -> Attachment:
    """
    Put a kept content among the files of a row; a file of the same name gets another version.

    :param size: in bytes.
    :raises Missing: there is no such row within reach.
    """
    row = reached.the_row(actor, record, row_id)
    version, is_again = attach(row, Stored(sha256=sha256, size=size, mime=mime, name=name))
    entries.tell("file", [row], name=name, version_id=version.pk, is_again=is_again)
    return version.attachment


def attach(row: Model, stored: Stored) -> tuple[FileVersion, bool]:
    """Put a kept content among the files of a row, inside a command; and whether a file of that name was there."""
    run = current()
    record = registry.record_of(type(row)).name
    found = Attachment.objects.filter(record=record, row_id=row.pk, name=stored.name, is_deleted=False).first()
    attachment = found or Attachment.objects.create(record=record, row_id=row.pk, name=stored.name)
    version = FileVersion.objects.create(
        attachment=attachment,
        sha256=stored.sha256,
        size=stored.size,
        mime=stored.mime,
        user_id=run.actor.user_id if run else None,
        actor_name=run.actor.name if run else "",
    )
    return version, found is not None


@command("attachments.drop", label=gettext_lazy("Delete a file"))
def drop(*, actor: Actor, attachment_id: int) -> None:
    """
    Mark a file of a row for deletion; its contents stay.

    :raises Missing: there is no such file within reach.
    :raises Denied: the file is not the actor's own, and the row is not theirs to change.
    """
    found = Attachment.objects.select_for_update().filter(pk=attachment_id, is_deleted=False).first()
    if found is None:
        raise Missing("not_found", _("There is no such file."))
    row = reached.the_row(actor, found.record, found.row_id)
    reading.check_may_drop(actor, found, row)
    found.is_deleted = True
    found.save(update_fields=["is_deleted"])
    entries.tell("file_dropped", [row], name=found.name)
