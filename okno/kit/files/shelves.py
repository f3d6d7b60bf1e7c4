"""Where kept bytes lie: what every storage can do, and the storage in the data folder."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import BinaryIO, Protocol

from django.utils.translation import gettext_lazy as _

from okno.kit.errors import Missing


class Shelf(Protocol):
    """A storage of files by the SHA-256 of their content; `unfinished` is a folder for drafts on this machine."""

    unfinished: Path

    def keep(self, draft: Path, sha256: str, size: int) -> None:
        """Take the draft over; nothing is written if the same content is kept already."""

    def open(self, sha256: str) -> BinaryIO:
        """Open for reading, or raise Missing."""

    def delete(self, sha256: str) -> None:
        """Remove; what is not there is no error."""


class LocalShelf:
    """Files in folders of the first two bytes of the key: files/ab/cd/abcd…"""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.unfinished = root / ".unfinished"

    def keep(self, draft: Path, sha256: str, size: int) -> None:
        path = self._path(sha256)
        # A file of another size is what a broken disk left; it is replaced.
        if path.exists() and path.stat().st_size == size:
            return
        path.parent.mkdir(parents=True, exist_ok=True)
        draft.replace(path)
        for folder in (path.parent, path.parent.parent, self.root):
            _sync_folder(folder)

    def open(self, sha256: str) -> BinaryIO:
        try:
            return self._path(sha256).open("rb")
        except FileNotFoundError as error:
            raise missing() from error

    def delete(self, sha256: str) -> None:
        self._path(sha256).unlink(missing_ok=True)

    def _path(self, sha256: str) -> Path:
        return self.root / place_of(sha256)


def place_of(sha256: str) -> str:
    """
    Return the relative place of a key: ab/cd/abcd…

    :raises Missing: it is no SHA-256, so nothing can be kept under it; a path never comes through.
    """
    if not re.fullmatch(r"[0-9a-f]{64}", sha256, re.ASCII):
        raise missing()
    return f"{sha256[:2]}/{sha256[2:4]}/{sha256}"


def missing() -> Missing:
    return Missing("files.missing", _("The file is not in the storage."))


def _sync_folder(folder: Path) -> None:
    """Make the new name itself survive a power cut; systems that cannot open folders do this by themselves."""
    if not hasattr(os, "O_DIRECTORY"):
        return
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
