"""
The bare table of a DBF file, dBASE III to FoxPro: its columns, and rows as bytes with deleted ones left out.

The format is that of dBASE III PLUS and its descendants; texts of memo files stand beside the table and are not read.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO

from django.utils.translation import gettext_lazy as _

from okno.kit.errors import Refused

HEAD = 32
VERSIONS = frozenset({0x02, 0x03, 0x04, 0x05, 0x30, 0x31, 0x32, 0x43, 0x63, 0x83, 0x8B, 0x8C, 0xCB, 0xF5, 0xFB})
DELETED, END_OF_FIELDS, END_OF_FILE = 0x2A, 0x0D, 0x1A


@dataclass(frozen=True)
class Column:
    """A column: its name in the encoding of the file, its type by a letter, how many bytes it has."""

    name: bytes
    kind: str
    width: int


@dataclass(frozen=True)
class Head:
    """What the file says of itself: how many rows, where they begin, how wide they are, the mark of the language."""

    count: int
    begins: int
    width: int
    language: int
    columns: tuple[Column, ...]


def is_one(head: bytes, size: int) -> bool:
    """Whether these are the first bytes of a DBF."""
    if len(head) < HEAD + 1 or head[0] not in VERSIONS or not (1 <= head[2] <= 12 and 1 <= head[3] <= 31):
        return False
    begins, width = struct.unpack_from("<HH", head, 8)
    return bool(HEAD < begins <= size and width > 0 and 0x20 <= head[HEAD] < 0x7F)


def head_of(file: IO[bytes], size: int, *, fault: type[Refused] = Refused) -> Head:
    """The head of a file that is read from its beginning to its rows. :raises Refused: no DBF, or it is cut off."""
    raw = file.read(HEAD)
    if not is_one(raw + b"A", size):
        raise fault("imports.not_dbf", _("This is no DBF table, or it is damaged."))
    count, begins, width = struct.unpack_from("<IHH", raw, 4)
    told = file.read(begins - HEAD)
    columns = []
    for place in range(0, len(told) - HEAD + 1, HEAD):
        if told[place] == END_OF_FIELDS:
            break
        one = told[place : place + HEAD]
        columns.append(Column(one[:11].split(b"\0")[0].strip(), chr(one[11]), one[16]))
    if not columns or sum(one.width for one in columns) + 1 > width:
        raise fault("imports.not_dbf", _("This is no DBF table, or it is damaged."))
    if begins + count * width > size + width:
        raise _cut_off(max(0, (size - begins) // width), count, fault)
    return Head(count, begins, width, raw[29], tuple(columns))


def records(file: IO[bytes], head: Head, *, fault: type[Refused] = Refused) -> Iterator[bytes]:
    """Rows as they stand, empty ones in place of those that are deleted. :raises Refused: the file is cut off."""
    for number in range(head.count):
        row = file.read(head.width)
        if row[:1] and row[0] == END_OF_FILE:
            return
        if len(row) < head.width:
            raise _cut_off(number, head.count, fault)
        yield b"" if row[0] == DELETED else row


def cells(row: bytes, head: Head) -> Iterator[bytes]:
    """The bytes of each cell of a row."""
    place = 1
    for one in head.columns:
        yield row[place : place + one.width]
        place += one.width


def _cut_off(have: int, count: int, fault: type[Refused]) -> Refused:
    return fault(
        "imports.cut_off",
        _("The file is cut off: it has %(have)s rows of %(count)s. Copy it anew."),
        have=have,
        count=count,
    )
