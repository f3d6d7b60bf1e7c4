"""Answers of the API that are a file."""

from __future__ import annotations

from typing import Any, BinaryIO

from django.http import FileResponse

from okno.kit.web.files import download

FILE = {
    200: {
        "description": "The content",
        "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
    }
}


def downloaded(stream: BinaryIO, name: str, size: int) -> Any:
    """A file to keep under its name; programs look at the name for what it is."""
    answer = download(FileResponse(stream), name, "application/octet-stream")
    answer.headers["Content-Length"] = str(size)
    return answer
