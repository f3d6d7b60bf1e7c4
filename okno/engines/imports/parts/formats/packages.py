"""Zip packages of office programs, opened with care: nothing in them may unfold without bounds."""

from __future__ import annotations

import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from django.utils.translation import gettext_lazy as _
from lxml import etree

from okno.engines.imports.parts.formats.tables import BadFile

MOST_PARTS = 5_000
LARGEST_PART = 3 << 30
# A table of equal cells shrinks about a hundredfold; what shrinks much more was made to unfold.
MOST_SHRUNK = 400
SMALL_PART = 32 << 20


@contextmanager
def opened(path: Path) -> Iterator[zipfile.ZipFile]:
    """Open a package. :raises BadFile: it is damaged, closed by a password, or unfolds without bounds."""
    try:
        package = zipfile.ZipFile(path)
    except (zipfile.BadZipFile, NotImplementedError) as error:
        raise damaged() from error
    with package:
        _check(package)
        yield package


def damaged() -> BadFile:
    """The refusal of a file that ends too early or is broken inside."""
    return BadFile(
        "imports.damaged",
        _("The file is damaged or was not received whole: open it in its program, save it anew and send that."),
    )


@contextmanager
def part(package: zipfile.ZipFile, name: str) -> Iterator[IO[bytes]]:
    """One part of a package, to be read in pieces. :raises BadFile: it is not there, or damaged where it is read."""
    try:
        stream = package.open(name)
    except (zipfile.BadZipFile, NotImplementedError, KeyError, struct.error) as error:
        raise damaged() from error
    with stream:
        try:
            yield stream
        except (zipfile.BadZipFile, zlib.error, EOFError, etree.XMLSyntaxError) as error:
            raise damaged() from error


def _check(package: zipfile.ZipFile) -> None:
    parts = package.infolist()
    if any(one.flag_bits & 1 for one in parts):
        raise BadFile("imports.password", _("The file is closed by a password: save it without one."))
    unfolds = any(
        one.file_size > LARGEST_PART
        or (one.file_size > SMALL_PART and one.file_size > MOST_SHRUNK * max(one.compress_size, 1))
        for one in parts
    )
    if unfolds or len(parts) > MOST_PARTS or sum(one.file_size for one in parts) > 2 * LARGEST_PART:
        raise BadFile("imports.bomb", _("The file unfolds into more data than any table has: it is not read."))
