"""
DBF of dBASE III to FoxPro, as old accounting programs leave it: cp866 or windows-1251, deleted rows left out.

The format is that of dBASE III PLUS and its descendants; texts of memo files stand beside the table and are not read.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import BinaryIO

from django.utils.translation import gettext_lazy as _

from okno.engines.imports.parts.formats import texts
from okno.engines.imports.parts.formats.tables import BadFile, Cell, Layout, Line

HEAD = 32
VERSIONS = frozenset({0x02, 0x03, 0x04, 0x05, 0x30, 0x31, 0x32, 0x43, 0x63, 0x83, 0x8B, 0x8C, 0xCB, 0xF5, 0xFB})
LANGUAGES = {0x26: "cp866", 0x65: "cp866", 0xC9: "windows-1251", 0x57: "windows-1251"}
DELETED, END_OF_FIELDS, END_OF_FILE = 0x2A, 0x0D, 0x1A
JULIAN_OF_YEAR_ONE = 1_721_425


@dataclass(frozen=True)
class _Column:
    name: bytes
    kind: str
    width: int


@dataclass(frozen=True)
class _Head:
    count: int
    begins: int
    width: int
    language: int
    columns: tuple[_Column, ...]


def is_one(head: bytes, size: int) -> bool:
    """Whether these are the first bytes of a DBF."""
    if len(head) < HEAD + 1 or head[0] not in VERSIONS or not (1 <= head[2] <= 12 and 1 <= head[3] <= 31):
        return False
    begins, width = struct.unpack_from("<HH", head, 8)
    return bool(HEAD < begins <= size and width > 0 and 0x20 <= head[HEAD] < 0x7F)


def layout(path: Path, asked: Layout) -> Layout:
    """The encoding by the mark of the file, otherwise by its texts. :raises BadFile: it is no DBF or is cut off."""
    with path.open("rb") as file:
        head = _head(file, path.stat().st_size)
        sample = b"".join(one.name for one in head.columns) + file.read(1 << 16)
    encoding = asked.encoding or LANGUAGES.get(head.language) or _by_letters(sample)
    return replace(asked, encoding=encoding, has_header=True)


def rows(path: Path, how: Layout) -> Iterator[Line]:
    """The names of the columns, then the rows that are not deleted."""
    with path.open("rb") as file:
        head = _head(file, path.stat().st_size)
        yield Line(1, [one.name.decode(how.encoding, "replace") for one in head.columns])
        for number in range(head.count):
            row = file.read(head.width)
            if row[:1] and row[0] == END_OF_FILE:
                return
            if len(row) < head.width:
                raise _cut_off(number, head.count)
            if row[0] != DELETED:
                yield Line(number + 2, _cells(row, head.columns, how.encoding))


def _head(file: BinaryIO, size: int) -> _Head:
    raw = file.read(HEAD)
    if not is_one(raw + b"A", size):
        raise BadFile("imports.not_dbf", _("This is no DBF table, or it is damaged."))
    count, begins, width = struct.unpack_from("<IHH", raw, 4)
    columns = []
    for _place in range((begins - HEAD) // HEAD):
        told = file.read(HEAD)
        if len(told) < HEAD or told[0] == END_OF_FIELDS:
            break
        columns.append(_Column(told[:11].split(b"\0")[0].strip(), chr(told[11]), told[16]))
    if not columns or sum(one.width for one in columns) + 1 > width:
        raise BadFile("imports.not_dbf", _("This is no DBF table, or it is damaged."))
    if begins + count * width > size + width:
        raise _cut_off(max(0, (size - begins) // width), count)
    file.seek(begins)
    return _Head(count, begins, width, raw[29], tuple(columns))


def _cut_off(have: int, count: int) -> BadFile:
    return BadFile(
        "imports.cut_off",
        _("The file is cut off: it has %(have)s rows of %(count)s. Copy it anew."),
        have=have,
        count=count,
    )


def _by_letters(sample: bytes) -> str:
    return max(("cp866", "windows-1251"), key=lambda name: texts.likeness(sample.decode(name, "replace")))


def _cells(row: bytes, columns: tuple[_Column, ...], encoding: str) -> list[Cell]:
    place, found = 1, []
    for one in columns:
        found.append(_cell(row[place : place + one.width], one.kind, encoding))
        place += one.width
    return found


def _cell(raw: bytes, kind: str, encoding: str) -> Cell:
    """One value by its type: C text, N and F numbers, D day, L logical, I, B and Y binary numbers, T moment."""
    read = _READERS.get(kind)
    return raw.decode(encoding, "replace").strip(" \0") if read is None else read(raw)


def _figure(raw: bytes) -> Cell:
    text = raw.decode("ascii", "replace").strip(" \0*")
    if not text:
        return None
    try:
        value = Decimal(text.replace(",", "."))
    except InvalidOperation:
        return text
    return int(value) if value == value.to_integral() else value


def _day(text: str) -> Cell:
    try:
        return date(int(text[:4]), int(text[4:6]), int(text[6:8])) if text else None
    except ValueError:
        return text


def _moment(raw: bytes) -> Cell:
    days, milliseconds = struct.unpack("<ii", raw[:8].ljust(8, b"\0"))
    if days <= JULIAN_OF_YEAR_ONE:
        return None
    day = date.fromordinal(min(days - JULIAN_OF_YEAR_ONE, date.max.toordinal()))
    return datetime(day.year, day.month, day.day) + timedelta(milliseconds=milliseconds)  # noqa: DTZ001 - no zone in DBF


def _logical(raw: bytes) -> Cell:
    return {b"T": True, b"Y": True, b"F": False, b"N": False}.get(raw[:1].upper())


def _whole(raw: bytes) -> Cell:
    return int.from_bytes(raw[:4], "little", signed=True)


def _currency(raw: bytes) -> Cell:
    return Decimal(int.from_bytes(raw[:8], "little", signed=True)) / 10_000


def _double(raw: bytes) -> Cell:
    return Decimal(repr(struct.unpack("<d", raw)[0])) if len(raw) == 8 else None


def _nothing(_raw: bytes) -> Cell:
    return None


_READERS: dict[str, Callable[[bytes], Cell]] = {
    "N": _figure,
    "F": _figure,
    "D": lambda raw: _day(raw.decode("ascii", "replace").strip()),
    "L": _logical,
    "I": _whole,
    "+": _whole,
    "Y": _currency,
    "B": _double,
    "T": _moment,
    "@": _moment,
    "M": _nothing,
    "G": _nothing,
    "P": _nothing,
}
