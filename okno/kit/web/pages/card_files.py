"""Files on a card: the list with versions, upload, and marking for deletion."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import HttpResponse
from django.utils.translation import gettext as _

from okno.kit import files, formats
from okno.kit.attachments import commands, reading
from okno.kit.errors import Missing, Refused
from okno.kit.ids import id_of
from okno.kit.models.files import Attachment
from okno.kit.timeline.kinds import told_name
from okno.kit.web import htmx

if TYPE_CHECKING:
    from okno.kit.web.pages.card import CardPage

Context = dict[str, Any]


def part(page: CardPage) -> HttpResponse:
    """The files of the row."""
    return page.answer("pages/files.html", {"files": _context(page)})


def upload(page: CardPage) -> HttpResponse:
    """
    Keep what was sent and put it among the files of the row.

    :raises Refused: nothing was sent, or a file is too large or of a kind that computers run.
    """
    sent = page.request.FILES.getlist("file")
    if not sent:
        raise Refused("files.nothing", _("Choose a file first."))
    for one in sent:
        added(page, one)
    response = page.answer("pages/files.html", {"files": _context(page)})
    return htmx.triggered(response, **{"live:resync": True})


def added(page: CardPage, sent: Any) -> Attachment:
    """
    Keep one file that was sent and put it among the files of the row.

    :raises Refused: the file is too large or of a kind that computers run.
    """
    stored = files.store(sent.file, sent.name or "file")
    return commands.add(
        actor=page.actor,
        record=page.record.name,
        row_id=page.row.pk,
        name=stored.name,
        sha256=stored.sha256,
        size=stored.size,
        mime=stored.mime,
    )


def drop(page: CardPage) -> HttpResponse:
    """Mark a file of this row for deletion."""
    asked = id_of(page.request.GET.get("file", ""))
    own = {one.pk for one in reading.files_of(page.record.name, page.row.pk)}
    if asked is None or asked not in own:
        raise Missing("not_found", _("There is no such file."))
    commands.drop(actor=page.actor, attachment_id=asked)
    return page.answer("pages/files.html", {"files": _context(page)})


def _context(page: CardPage) -> Context:
    may_add, may_drop = page.actor.may(commands.add.name), page.actor.may(commands.drop.name)
    found = reading.files_of(page.record.name, page.row.pk)
    changes_row = may_drop and bool(found) and reading.changes_row(page.actor, page.row)
    return {
        "items": [
            _item(page, one, may_drop=may_drop and reading.may_drop(page.actor, one, changes_row=changes_row))
            for one in found
        ],
        "upload_url": page.part("files") if may_add else "",
    }


def _item(page: CardPage, attachment: Attachment, *, may_drop: bool) -> Context:
    versions = sorted(attachment.versions.all(), key=lambda one: one.pk, reverse=True)
    return {
        "name": attachment.name,
        "drop_url": page.part("drop-file", file=str(attachment.pk)) if may_drop else "",
        "versions": [
            {
                "url": f"/files/{one.pk}/",
                "size": formats.size_text(one.size),
                "who": told_name(one.actor_name),
                "when": formats.moment_text(one.at, page.moment.at, page.moment.zone),
                "title": formats.moment_full(one.at, page.moment.zone),
            }
            for one in versions
        ],
    }
