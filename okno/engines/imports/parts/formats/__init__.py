"""Formats of tables: what a file is, and its rows one by one in little memory."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from okno.engines.imports.parts.formats import dbf, delimited, foreign, sheets, vcards, workbooks
from okno.engines.imports.parts.formats.tables import BadFile, Broken, Cell, Layout, Line, bounded

__all__ = ["KINDS", "BadFile", "Broken", "Cell", "Layout", "Line", "recognise", "rows"]

ZIP, OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
KINDS = {
    "csv": "CSV",
    "tsv": "TSV",
    "xlsx": "XLSX",
    "xls": "XLS",
    "ods": "ODS",
    "dbf": "DBF",
    "vcf": "vCard",
}
_READERS: dict[str, Callable[[Path, Layout], Iterator[Line]]] = {
    "csv": delimited.rows,
    "tsv": delimited.rows,
    "xlsx": workbooks.rows,
    "xls": sheets.rows,
    "ods": sheets.rows,
    "dbf": dbf.rows,
    "vcf": vcards.rows,
}
_LAYOUTS: dict[str, Callable[[Path, Layout], Layout]] = {
    "csv": delimited.layout,
    "tsv": delimited.layout,
    "xlsx": workbooks.layout,
    "xls": sheets.layout,
    "ods": sheets.layout,
    "dbf": dbf.layout,
    "vcf": vcards.layout,
}


def recognise(path: Path, name: str, *, sheet: str = "", is_pasted: bool = False) -> Layout:
    """
    What a file is, by its content: its format, encoding, delimiter, sheets.

    :param sheet: the sheet to look at; the first one that holds rows when empty.
    :raises BadFile: it is no table that can be read.
    """
    kind = "tsv" if is_pasted else _kind(path, name)
    return _LAYOUTS[kind](path, Layout(kind=kind, sheet=sheet))


def rows(path: Path, layout: Layout) -> Iterator[Line]:
    """
    The rows of a file that hold anything, each with its number as a spreadsheet counts.

    :raises BadFile: the file is damaged, or larger than can be read.
    """
    return bounded(_READERS[layout.kind](path, layout))


def _kind(path: Path, name: str) -> str:
    with path.open("rb") as file:
        head = file.read(4096)
    if head.startswith(ZIP):
        return workbooks.kind(path)
    if head.startswith(OLE):
        return "xls"
    if head.lstrip(b"\xef\xbb\xbf \r\n\t").upper().startswith(b"BEGIN:VCARD"):
        return "vcf"
    if name.lower().endswith(".dbf") or dbf.is_one(head, path.stat().st_size):
        return "dbf"
    foreign.check_is_no_other(head)
    return "tsv" if name.lower().endswith((".tsv", ".tab")) else "csv"
