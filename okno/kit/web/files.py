"""Downloads: every file goes out through an access check, named and typed so that a browser runs nothing of it."""

from __future__ import annotations

from typing import Any

from django.http import FileResponse, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.http import content_disposition_header

from okno.kit import files
from okno.kit.attachments import reading
from okno.kit.web.pages.base import Page


def download(response: HttpResponseBase, name: str, mime: str) -> HttpResponseBase:
    """Name and type an answer that is a file; what browsers could run is only saved, never shown."""
    inline = files.is_shown_inline(mime)
    response.headers["Content-Type"] = mime if inline else "application/octet-stream"
    response.headers["Content-Disposition"] = content_disposition_header(not inline, name) or "attachment"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response.headers["Cache-Control"] = "private, no-store"
    return response


class File(Page):
    """One version of a file of a record that the actor may view."""

    def show(self, *, id: int, **_address: Any) -> HttpResponse:  # noqa: A002 - named so in every address
        """The content. :raises Missing: the record is out of reach, or the file was dropped."""
        version = reading.version(self.actor, id)
        answer = FileResponse(files.open_stored(version.sha256))
        answer.headers["Content-Length"] = str(version.size)
        response: HttpResponse = download(answer, version.attachment.name, version.mime)  # type: ignore[assignment]
        return response
