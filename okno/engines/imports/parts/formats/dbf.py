"""
DBF of dBASE III to FoxPro, as old accounting programs leave it: cp866 or windows-1251, deleted rows left out.

The format is that of dBASE III PLUS and its descendants; texts of memo files stand beside the table and are not read.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from pathlib import Path

from okno.engines.imports.parts.formats import texts
from okno.engines.imports.parts.formats.tables import BadFile, Cell, Layout, Line
from okno.kit import dbf as table

LANGUAGES = {0x26: "cp866", 0x65: "cp866", 0xC9: "windows-1251", 0x57: "windows-1251"}
JULIAN_OF_YEAR_ONE = 1_721_425
is_one = table.is_one


def layout(path: Path, asked: Layout) -> Layout:
    """The encoding by the mark of the file, otherwise by its texts. :raises BadFile: it is no DBF or is cut off."""
    with path.open("rb") as file:
        head = table.head_of(file, path.stat().st_size, fault=BadFile)
        sample = b"".join(one.name for one in head.columns) + file.read(1 << 16)
    encoding = asked.encoding or LANGUAGES.get(head.language) or _by_letters(sample)
    return replace(asked, encoding=encoding, has_header=True)


def rows(path: Path, how: Layout) -> Iterator[Line]:
    """The names of the columns, then the rows that are not deleted."""
    with path.open("rb") as file:
        head = table.head_of(file, path.stat().st_size, fault=BadFile)
        yield Line(1, [one.name.decode(how.encoding, "replace") for one in head.columns])
        for number, row in enumerate(table.records(file, head, fault=BadFile), 2):
            if row:
                yield Line(number, _cells(row, head, how.encoding))


def _by_letters(sample: bytes) -> str:
    return max(("cp866", "windows-1251"), key=lambda name: texts.likeness(sample.decode(name, "replace")))


def _cells(row: bytes, head: table.Head, encoding: str) -> list[Cell]:
    kinds = (one.kind for one in head.columns)
    return [_cell(raw, kind, encoding) for raw, kind in zip(table.cells(row, head), kinds, strict=True)]


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
