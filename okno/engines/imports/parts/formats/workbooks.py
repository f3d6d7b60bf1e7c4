"""
XLSX read cell by cell: the tree of a sheet is never in memory, texts beyond the first hundred thousand are on disk.

The format is ECMA-376, part 1, chapter 18: sheets, shared strings, styles.
"""

from __future__ import annotations

import posixpath
import re
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _
from lxml import etree

from okno.engines.imports.parts.formats import packages
from okno.engines.imports.parts.formats.strings import Strings
from okno.engines.imports.parts.formats.styles import dated_styles, moment_of
from okno.engines.imports.parts.formats.tables import (
    LONGEST_CELL,
    MOST_COLUMNS,
    BadFile,
    Broken,
    Cell,
    Layout,
    Line,
    too_wide,
)

MOST_CELLS_IN_ROW = 16_384
SPREADSHEETS = {"xl/workbook.xml": "xlsx", "content.xml": "ods"}
_LETTERS = re.compile(r"[A-Z]{1,3}")
_PARSER: dict[str, Any] = {"resolve_entities": False, "no_network": True, "huge_tree": False}


def kind(path: Path) -> str:
    """Which spreadsheet a zip package is. :raises BadFile: none, or it is damaged."""
    with packages.opened(path) as package:
        names = set(package.namelist())
    found = next((one for part, one in SPREADSHEETS.items() if part in names), "")
    if not found:
        raise BadFile("imports.not_a_table", _("This archive holds no spreadsheet: unpack it and send the table."))
    return found


def layout(path: Path, asked: Layout) -> Layout:
    """The sheets of a workbook; the first one that is not hidden is read unless another is named."""
    with packages.opened(path) as package:
        sheets = _sheets(package)
    if not sheets:
        raise BadFile("imports.no_sheets", _("The workbook has no sheets."))
    chosen = asked.sheet if asked.sheet in sheets else next(iter(sheets))
    return replace(asked, sheet=chosen, sheets=tuple(sheets))


def rows(path: Path, how: Layout) -> Iterator[Line]:
    """Rows of a sheet with values as their cells show them: formulas by their kept results."""
    with packages.opened(path) as package:
        part = _sheets(package).get(how.sheet)
        if part is None:
            raise BadFile("imports.no_sheet", _("There is no sheet “%(name)s” in the file."), name=how.sheet)
        with Strings(package) as strings, packages.part(package, part) as stream:
            reader = _Sheet(strings, dated_styles(package), is_1904=_is_1904(package))
            yield from reader.lines(stream)


class _Sheet:
    """Reads the stream of one sheet."""

    def __init__(self, strings: Strings, dated: frozenset[str], *, is_1904: bool) -> None:
        self.strings, self.dated, self.is_1904 = strings, dated, is_1904

    def lines(self, stream: Any) -> Iterator[Line]:
        cells: list[Cell] = []
        number = seen = 0
        for _event, element in etree.iterparse(stream, events=("end",), tag=("{*}c", "{*}row"), **_PARSER):
            if element.tag.endswith("}c"):
                seen += 1
                if seen > MOST_CELLS_IN_ROW:
                    raise too_wide(number + 1)
                self._put(cells, element, number + 1)
                element.clear(keep_tail=False)
                continue
            number = _number(element.get("r"), number + 1)
            yield Line(number, cells)
            cells, seen = [], 0
            element.clear(keep_tail=False)
            parent = element.getparent()
            while parent is not None and element.getprevious() is not None:
                del parent[0]

    def _put(self, cells: list[Cell], element: Any, row: int) -> None:
        value = self._value(element)
        if value in (None, ""):
            return
        place = _column(element.get("r"), len(cells))
        if place >= MOST_COLUMNS:
            raise too_wide(row)
        cells.extend([None] * (place + 1 - len(cells)))
        cells[place] = value

    def _value(self, element: Any) -> Cell:
        kind = element.get("t", "n")
        if kind == "inlineStr":
            return str("".join(element.itertext())[:LONGEST_CELL]).strip()
        text: str | None = element.findtext("{*}v")
        if text is None:
            if element.find("{*}f") is not None:
                return Broken(_("The cell is a formula without a result: open the file in Excel and save it."))
            return None
        if kind == "s":
            return self.strings.get(text).strip()
        if kind == "b":
            return text == "1"
        if kind == "e":
            return Broken(_("The cell holds an error of the spreadsheet: %(error)s.") % {"error": text})
        if kind in {"str", "d"}:
            return text.strip()
        return self._figure(text, element.get("s", ""))

    def _figure(self, text: str, style: str) -> Cell:
        try:
            value = float(text)
        except ValueError:
            return text.strip()
        if style in self.dated:
            moment = moment_of(value, is_1904=self.is_1904)
            if moment is not None:
                return moment
        if value.is_integer() and abs(value) < 1e15:
            return int(value)
        shortest = Decimal(repr(value))
        return shortest if shortest.is_finite() else text


def _sheets(package: zipfile.ZipFile) -> dict[str, str]:
    """Sheets that are not hidden, by name: the part that holds each."""
    links = {one.get("Id", ""): one.get("Target", "") for one in _tree(package, "xl/_rels/workbook.xml.rels")}
    known = set(package.namelist())
    found = {}
    for one in _tree(package, "xl/workbook.xml").iterfind("{*}sheets/{*}sheet"):
        link = next((value for key, value in one.items() if key.endswith("}id")), "")
        part = posixpath.normpath(posixpath.join("/xl", links.get(link, ""))).lstrip("/")
        if part in known and one.get("state", "visible") == "visible":
            found[one.get("name", "")] = part
    return found


def _is_1904(package: zipfile.ZipFile) -> bool:
    """Workbooks of old Macs count days from 1904."""
    about = _tree(package, "xl/workbook.xml").find("{*}workbookPr")
    return about is not None and about.get("date1904") in {"1", "true"}


def _tree(package: zipfile.ZipFile, name: str) -> Any:
    parser = etree.XMLParser(**_PARSER)
    with packages.part(package, name) as stream:
        return etree.parse(stream, parser).getroot()


def _number(text: str | None, following: int) -> int:
    return int(text) if text and text.isdecimal() and len(text) < 10 else following


def _column(reference: str | None, following: int) -> int:
    """The place of a cell by its reference: `AB12` is 27."""
    letters = _LETTERS.match(reference or "")
    if letters is None:
        return following
    place = 0
    for letter in letters.group():
        place = place * 26 + ord(letter) - 64
    return place - 1
