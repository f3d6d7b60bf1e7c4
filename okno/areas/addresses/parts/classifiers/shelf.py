"""A folder or a ZIP archive with the files of a classifier, read as streams."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from django.utils.translation import gettext as _

from okno.kit.errors import Refused


class Shelf:
    """Files by their names within the folder or the archive, with slashes."""

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            self.sizes = dict(self._archived() if path.is_file() else self._in_folder())
        except (zipfile.BadZipFile, OSError) as error:
            raise Refused(
                "addresses.unreadable",
                _("“%(name)s” is no folder and no ZIP archive that can be read."),
                name=path.name,
            ) from error

    @contextmanager
    def open(self, name: str) -> Iterator[IO[bytes]]:
        """A file as a stream. :raises Refused: the archive is damaged."""
        try:
            if self.path.is_file():
                with zipfile.ZipFile(self.path) as archive, archive.open(name) as stream:
                    yield stream
            else:
                with (self.path / name).open("rb") as stream:
                    yield stream
        except zipfile.BadZipFile as error:
            raise Refused("addresses.damaged", _("The file “%(name)s” is damaged: copy it anew."), name=name) from error

    def _archived(self) -> Iterator[tuple[str, int]]:
        with zipfile.ZipFile(self.path) as archive:
            for one in archive.infolist():
                if not one.is_dir():
                    yield one.filename, one.file_size

    def _in_folder(self) -> Iterator[tuple[str, int]]:
        if not self.path.is_dir():
            raise FileNotFoundError(self.path)
        for one in sorted(self.path.rglob("*")):
            if one.is_file():
                yield one.relative_to(self.path).as_posix(), one.stat().st_size
