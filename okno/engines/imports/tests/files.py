"""Files for the tests, made on the spot: tables of every format, and those that mean harm."""

from __future__ import annotations

import csv
import io
import struct
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import xlsxwriter

ODS_HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?><office:document-content '
    'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0">'
    '<office:body><office:spreadsheet><table:table table:name="Лист1">'
)
ODS_TAIL = "</table:table></office:spreadsheet></office:body></office:document-content>"
ODS_MANIFEST = (
    '<?xml version="1.0"?><manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
    '<manifest:file-entry manifest:full-path="/" '
    'manifest:media-type="application/vnd.oasis.opendocument.spreadsheet"/></manifest:manifest>'
)


def csv_file(folder: Path, rows: Sequence[Sequence[Any]], *, encoding: str = "utf-8", delimiter: str = ";") -> Path:
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter).writerows(rows)
    path = folder / "table.csv"
    path.write_bytes(text.getvalue().encode(encoding))
    return path


def xlsx_file(folder: Path, rows: Sequence[Sequence[Any]], name: str = "table.xlsx") -> Path:
    path = folder / name
    with xlsxwriter.Workbook(str(path), {"default_date_format": "dd.mm.yyyy"}) as book:
        sheet = book.add_worksheet("Клиенты")
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
    return path


def ods_file(folder: Path, rows: Sequence[Sequence[str]], *, repeat: int = 1) -> Path:
    body = "".join(
        f'<table:table-row table:number-rows-repeated="{repeat}">'
        + "".join(
            f'<table:table-cell office:value-type="string"><text:p>{cell}</text:p></table:table-cell>' for cell in row
        )
        + "</table:table-row>"
        for row in rows
    )
    path = folder / "table.ods"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        package.writestr("META-INF/manifest.xml", ODS_MANIFEST)
        package.writestr("content.xml", ODS_HEAD + body + ODS_TAIL)
    return path


def dbf_file(folder: Path, names: Sequence[str], rows: Sequence[Sequence[str]], *, encoding: str, mark: int) -> Path:
    """Texts of forty bytes; the first row is written as deleted too."""
    width = 40 * len(names) + 1
    head = struct.pack("<BBBBIHH", 3, 126, 11, 21, len(rows) + 1, 32 + 32 * len(names) + 1, width)
    head = head.ljust(29, b"\0") + bytes([mark]) + b"\0\0"
    fields = b"".join(
        (name.encode(encoding)[:10].ljust(11, b"\0") + b"C" + b"\0\0\0\0" + bytes([40])).ljust(32, b"\0")
        for name in names
    )
    body = b"".join(
        sign + b"".join(cell.encode(encoding).ljust(40) for cell in row)
        for sign, row in [(b"*", rows[0]), *((b" ", row) for row in rows)]
    )
    path = folder / "table.dbf"
    path.write_bytes(head + fields + b"\r" + body + b"\x1a")
    return path


def xls_file(folder: Path, rows: Sequence[Sequence[str]]) -> Path:
    """A workbook of Excel 97: a stream of BIFF8 records in a compound file ([MS-XLS], [MS-CFB])."""

    def record(kind: int, body: bytes) -> bytes:
        return struct.pack("<HH", kind, len(body)) + body

    def label(row: int, column: int, text: str) -> bytes:
        return record(0x0204, struct.pack("<HHHHB", row, column, 0, len(text), 1) + text.encode("utf-16-le"))

    name = "Лист1"
    sheet = record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0010, 0, 0, 0, 0))
    sheet += b"".join(label(row, place, text) for row, cells in enumerate(rows) for place, text in enumerate(cells))
    sheet += record(0x000A, b"")
    begin = record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0005, 0, 0, 0, 0))
    where = len(begin) + 4 + 8 + 2 * len(name) + 4
    bound = record(0x0085, struct.pack("<IHBB", where, 0, len(name), 1) + name.encode("utf-16-le"))
    path = folder / "table.xls"
    path.write_bytes(_compound("Workbook", begin + bound + record(0x000A, b"") + sheet))
    return path


def _compound(name: str, stream: bytes) -> bytes:
    """A compound file with one stream: the header, its table of sectors, its directory, the sectors of the stream."""
    size = max(len(stream), 4096)
    count = -(-size // 512)
    following = [*range(3, count + 2), 0xFFFFFFFE]
    table = [0xFFFFFFFD, 0xFFFFFFFE, *following]
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + bytes(6)
    head += struct.pack("<IIIIIIIII", 0, 1, 1, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0)
    head += struct.pack("<109I", 0, *[0xFFFFFFFF] * 108)

    def entry(title: str, kind: int, child: int, start: int, length: int) -> bytes:
        coded = title.encode("utf-16-le") + b"\0\0"
        shape = struct.pack("<HBBIII", len(coded), kind, 1, 0xFFFFFFFF, 0xFFFFFFFF, child)
        return coded.ljust(64, b"\0") + shape + bytes(36) + struct.pack("<IQ", start, length)

    folders = entry("Root Entry", 5, 1, 0xFFFFFFFE, 0) + entry(name, 2, 0xFFFFFFFF, 2, size)
    sectors = struct.pack(f"<{len(table)}I", *table).ljust(512, b"\xff"), folders.ljust(512, b"\0")
    return head + b"".join(sectors) + stream.ljust(count * 512, b"\0")


def bomb(folder: Path) -> Path:
    """A workbook of a few kilobytes whose sheet unfolds into hundreds of megabytes."""
    path = xlsx_file(folder, [["Имя"]], "bomb.xlsx")
    unfolded = folder / "unfolded.xlsx"
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(unfolded, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            if name != "xl/worksheets/sheet1.xml":
                target.writestr(name, source.read(name))
        with target.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as part:
            for _piece in range(200):
                part.write(b" " * (1 << 20))
    return unfolded


def raw_sheet(folder: Path, sheet: str) -> Path:
    """A workbook whose sheet is this XML."""
    path = xlsx_file(folder, [["x"]], "plain.xlsx")
    changed = folder / "changed.xlsx"
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(changed, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            target.writestr(name, sheet if name == "xl/worksheets/sheet1.xml" else source.read(name))
    return changed
