"""
Files by their content: the same bytes are kept once under their SHA-256, on disk or in an S3 storage.

What a file is called, to what it belongs and which version it is are rows elsewhere; here are only bytes. A file that
`store` returned is on disk for good: it was synced and renamed into place, so a crash leaves either all of it or none.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from okno.kit.errors import Refused
from okno.kit.files.kinds import check_allowed, is_shown_inline, kind_of
from okno.kit.files.names import safe_name
from okno.kit.files.s3 import S3Shelf
from okno.kit.files.shelves import LocalShelf, Shelf

__all__ = [
    "LocalShelf",
    "S3Shelf",
    "Shelf",
    "Stored",
    "check_allowed",
    "clear_unfinished",
    "delete_stored",
    "is_shown_inline",
    "kind_of",
    "open_stored",
    "safe_name",
    "shelf",
    "store",
]

LIMIT = 100 << 20
_PIECE = 1 << 18
_HEAD = 4096


@dataclass(frozen=True, kw_only=True)
class Stored:
    """What is known of a kept file: its content's key, size in bytes, type by content, and a name safe to show."""

    sha256: str
    size: int
    mime: str
    name: str


@dataclass(frozen=True)
class _Draft:
    path: Path
    sha256: str
    size: int
    head: bytes


def store(stream: BinaryIO, name: str, limit: int = LIMIT, *, on: Shelf | None = None) -> Stored:
    """
    Keep the rest of the stream in pieces, without holding it in memory, and return what it is.

    :raises Refused: it is larger than `limit` bytes, empty, or of a kind that computers run.
    """
    place, tidy = on or shelf(), safe_name(name)
    draft = _written(stream, limit, place.unfinished)
    try:
        kind = kind_of(draft.head, tidy)
        check_allowed(kind, tidy)
        place.keep(draft.path, draft.sha256, draft.size)
    finally:
        draft.path.unlink(missing_ok=True)
    return Stored(sha256=draft.sha256, size=draft.size, mime=kind, name=tidy)


def open_stored(sha256: str, *, on: Shelf | None = None) -> BinaryIO:
    """
    Open a kept file for reading; the caller closes it.

    :raises Missing: nothing is kept under this key.
    """
    return (on or shelf()).open(sha256)


def delete_stored(sha256: str, *, on: Shelf | None = None) -> None:
    """Remove a kept file; the caller knows that no row names it any more."""
    (on or shelf()).delete(sha256)


def shelf() -> Shelf:
    """Return where this installation keeps files: the storage of OKNO_FILES_S3 if set, otherwise its data folder."""
    root = Path(settings.OKNO_DATA_DIR) / "files"
    address = getattr(settings, "OKNO_FILES_S3", None)
    if address:
        private = getattr(settings, "OKNO_HTTP_PRIVATE", ())
        return S3Shelf.from_url(address, unfinished=root / ".unfinished", private=private)
    return LocalShelf(root)


def clear_unfinished(before: dt.datetime, *, on: Shelf | None = None) -> int:
    """Remove what crashed writes left before this moment; return how many files that was."""
    removed = 0
    for path in (on or shelf()).unfinished.glob("draft-*"):
        if path.stat().st_mtime < before.timestamp():
            path.unlink(missing_ok=True)
            removed += 1
    return removed


def _written(stream: BinaryIO, limit: int, folder: Path) -> _Draft:
    """Write the stream into a draft beside its final place, counting and hashing on the way."""
    folder.mkdir(parents=True, exist_ok=True)
    digest, size, head = hashlib.sha256(), 0, b""
    handle, path = tempfile.mkstemp(prefix="draft-", dir=folder)
    try:
        with os.fdopen(handle, "wb") as draft:
            while piece := stream.read(_PIECE):
                size += len(piece)
                if size > limit:
                    raise Refused("files.too_large", _("The file is larger than %(size)s MB."), size=limit >> 20)
                head += piece[: _HEAD - len(head)]
                digest.update(piece)
                draft.write(piece)
            if not size:
                raise Refused("files.empty", _("The file is empty."))
            draft.flush()
            os.fsync(draft.fileno())
    except BaseException:
        Path(path).unlink(missing_ok=True)
        raise
    return _Draft(Path(path), digest.hexdigest(), size, head)
