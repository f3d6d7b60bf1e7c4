"""Reads of files of records: each starts from the row that the file belongs to."""

from __future__ import annotations

from django.db.models import Model, QuerySet
from django.utils.translation import gettext as _

from okno.kit import permissions, reached
from okno.kit.errors import Denied, Missing
from okno.kit.models.files import Attachment, FileVersion
from okno.kit.permissions import Actor


def readable(actor: Actor) -> QuerySet[Attachment]:
    """Files of all rows that the actor may view."""
    return Attachment.objects.filter(reached.within(actor, "record", "row_id"), is_deleted=False)


def files_of(record: str, row_id: int) -> list[Attachment]:
    """The files of a row that the caller has read for the actor, each with its versions, the newest first."""
    found = Attachment.objects.filter(record=record, row_id=row_id, is_deleted=False).order_by("-id")
    return list(found.prefetch_related("versions"))


def latest_of(record: str, row_id: int) -> list[FileVersion]:
    """The last content of each file of a row that the caller has read for the actor, the newest file first."""
    files = (one.versions.all() for one in files_of(record, row_id))
    return [max(versions, key=lambda version: version.pk) for versions in files if versions]


def version(actor: Actor, version_id: int) -> FileVersion:
    """One content of a file. :raises Missing: its row is out of reach, or the file was dropped."""
    found = FileVersion.objects.select_related("attachment").filter(pk=version_id, attachment__is_deleted=False).first()
    if found is None or reached.row(actor, found.attachment.record, found.attachment.row_id) is None:
        raise Missing("not_found", _("There is no such file."))
    return found


def check_may_drop(actor: Actor, attachment: Attachment, row: Model) -> None:
    """
    Whoever put all versions of a file there may delete it, and whoever may change the row it belongs to.

    :raises Denied: the actor is neither.
    """
    if may_drop(actor, attachment, changes_row=changes_row(actor, row)):
        return
    raise Denied("attachments.not_yours", _("Only its author, or who may change this card, may delete the file."))


def changes_row(actor: Actor, row: Model) -> bool:
    """Whether a row is the actor's to change, and with it the files of others."""
    return permissions.may_change(actor, row)


def may_drop(actor: Actor, attachment: Attachment, *, changes_row: bool) -> bool:
    """Whether the actor may delete a file of a row that they may change or not."""
    if changes_row:
        return True
    authors = {one.user_id for one in attachment.versions.all()}
    return actor.user_id is not None and authors == {actor.user_id}
