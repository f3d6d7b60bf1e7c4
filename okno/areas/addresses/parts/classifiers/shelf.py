"""A folder or a ZIP archive with the files of a classifier, read as streams."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import IO

from django.utils.translation import gettext as _

from okno.kit.errors import Refused

# The whole of ГАР has some two thousand files. XML shrinks twenty to fifty times; what shrinks much more than that was
# made to unfold.
MOST_FILES, MOST_SHRUNK, SMALL = 20_000, 400, 32 << 20


class Shelf:
    """Files by their names within the folder or the archive, with slashes."""

    def __init__(self, path: Path, name: str = "") -> None:
        self.path, self.name = path, name or path.name
        try:
            self.sizes = dict(self._archived() if path.is_file() else self._in_folder())
        except (zipfile.BadZipFile, OSError) as error:
            raise Refused(
                "addresses.unreadable",
                _("“%(name)s” is no folder and no ZIP archive that can be read."),
                name=self.name,
            ) from error

    @contextmanager
    def open(self, name: str) -> Iterator[IO[bytes]]:
        """A file as a stream. :raises Refused: it is damaged, or packed in a way that is not read."""
        try:
            if self.path.is_file():
                with zipfile.ZipFile(self.path) as archive, _unpacked(archive, name) as stream:
                    yield stream
            else:
                with (self.path / name).open("rb") as stream:
                    yield stream
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError) as error:
            raise damaged(name) from error

    def _archived(self) -> Iterator[tuple[str, int]]:
        with zipfile.ZipFile(self.path) as archive:
            _check(archive.infolist(), self.path.stat().st_size, self.name)
            for one in archive.infolist():
                if not one.is_dir():
                    yield one.filename, one.file_size

    def _in_folder(self) -> Iterator[tuple[str, int]]:
        if not self.path.is_dir():
            raise FileNotFoundError(self.path)
        for one in sorted(self.path.rglob("*")):
            if one.is_file():
                yield one.relative_to(self.path).as_posix(), one.stat().st_size


def damaged(name: str) -> Refused:
    """A file whose content is not what it has to be."""
    return Refused("addresses.damaged", _("The file “%(name)s” is damaged: copy it anew."), name=name)


def _unpacked(archive: zipfile.ZipFile, name: str) -> IO[bytes]:
    try:
        return archive.open(name)
    except NotImplementedError as error:
        text = _("“%(name)s” is packed in a way that is not read here (as Deflate64): pack it anew as a plain ZIP.")
        raise Refused("addresses.packing", text, name=name) from error


def _check(parts: Sequence[zipfile.ZipInfo], size: int, name: str) -> None:
    """:raises Refused: the archive is closed by a password, names places outside of it, or unfolds without bounds."""
    if any(one.flag_bits & 1 for one in parts):
        raise Refused("addresses.password", _("“%(name)s” is closed by a password: pack it without one."), name=name)
    if any(_leads_out(one.filename) for one in parts):
        raise Refused("addresses.leads_out", _("“%(name)s” names files outside of itself: it is not read."), name=name)
    unfolds = any(one.file_size > SMALL and one.file_size > MOST_SHRUNK * max(one.compress_size, 1) for one in parts)
    # Files that lie over each other in the archive take more together than all of it has.
    overlaps = sum(one.compress_size for one in parts) > size
    if unfolds or overlaps or len(parts) > MOST_FILES:
        raise Refused(
            "addresses.bomb", _("“%(name)s” unfolds into more data than any classifier has: it is not read."), name=name
        )


def _leads_out(name: str) -> bool:
    path = PurePosixPath(name.replace("\\", "/"))
    return path.is_absolute() or ".." in path.parts or ":" in name
