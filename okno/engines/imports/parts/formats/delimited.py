"""Tables as text: CSV of any delimiter and encoding, and rows pasted from a spreadsheet."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import TextIO

from django.utils.translation import gettext_lazy as _

from okno.engines.imports.parts.formats import texts
from okno.engines.imports.parts.formats.tables import LONGEST_CELL, BadFile, Layout, Line

DELIMITERS = (";", "\t", ",", "|")
LINES_TO_LOOK_AT = 60
LONGEST_LINE = 4 << 20


def layout(path: Path, asked: Layout) -> Layout:
    """The encoding, the delimiter and the quotation mark of a file. :raises BadFile: it is no text."""
    encoding = asked.encoding or texts.encoding_of(path)
    with _opened(path, encoding) as file:
        lines = list(islice(_lines(file, encoding), LINES_TO_LOOK_AT))
    quote = _quote(lines)
    if asked.kind == "tsv":
        return replace(asked, encoding=encoding, delimiter="\t", quote='"')
    return replace(asked, encoding=encoding, delimiter=asked.delimiter or _delimiter(lines, quote), quote=quote)


def rows(path: Path, how: Layout) -> Iterator[Line]:
    """Rows of the text, one by one. :raises BadFile: a letter or a quotation mark is not as the layout says."""
    number = 0
    with _opened(path, how.encoding) as file:
        reader = csv.reader(_lines(file, how.encoding), delimiter=how.delimiter or ";", quotechar=how.quote or '"')
        try:
            for row in reader:
                number += 1
                yield Line(number, [_cell(one) for one in row])
        except csv.Error as error:
            raise BadFile(
                "imports.quotes",
                _("Row %(row)s cannot be told apart: a quotation mark is probably not closed."),
                row=number + 1,
            ) from error


def _cell(text: str) -> str:
    stripped = text.strip().replace("\x00", "")
    # An export of ours guards texts that look like formulas.
    return stripped[1:] if stripped[:1] == "'" and stripped[1:2] in {"=", "+", "-", "@"} else stripped


def _opened(path: Path, encoding: str) -> TextIO:
    csv.field_size_limit(LONGEST_CELL * 4)
    return path.open(encoding=encoding, newline="")


def _lines(file: TextIO, encoding: str) -> Iterator[str]:
    """Lines of a bounded length. :raises BadFile: one is longer, or is not written in this encoding."""
    number = 0
    while True:
        number += 1
        try:
            line = file.readline(LONGEST_LINE)
        except UnicodeDecodeError as error:
            # A file is decoded in pieces of many rows: those of the piece before the bad letter are read already.
            number += error.object[: error.start].count(b"\n")
            raise BadFile(
                "imports.encoding",
                _("Row %(row)s is not in %(encoding)s: save the file in one encoding, or choose another when asked."),
                encoding=encoding,
                row=number,
            ) from error
        if not line:
            return
        if len(line) >= LONGEST_LINE and not line.endswith(("\n", "\r")):
            raise BadFile("imports.long_line", _("Row %(row)s is too long to be a row of a table."), row=number)
        if texts.is_other(line, encoding):
            raise BadFile(
                "imports.mixed",
                _("Row %(row)s is written in UTF-8, those before it in %(encoding)s. Save the file in one encoding."),
                encoding=encoding,
                row=number,
            )
        yield line


def _quote(lines: list[str]) -> str:
    """The quotation mark: the single one only when it stands where the double one would."""
    text = "".join(lines)
    single = sum(text.count(f"{mark}'") for mark in DELIMITERS)
    double = sum(text.count(f'{mark}"') for mark in DELIMITERS)
    return "'" if single > 2 * max(double, 1) and single >= len(lines) else '"'


def _delimiter(lines: list[str], quote: str) -> str:
    """The sign that parts most rows into equally many cells."""
    return max(DELIMITERS, key=lambda mark: _evenness(lines, mark, quote))


def _evenness(lines: list[str], mark: str, quote: str) -> tuple[float, int]:
    try:
        widths = Counter(len(row) for row in csv.reader(lines, delimiter=mark, quotechar=quote) if row)
    except csv.Error:
        return (0.0, 0)
    width, count = max(widths.items(), key=lambda pair: (pair[1] if pair[0] > 1 else 0, pair[0]), default=(1, 0))
    return (0.0, 0) if width < 2 else (count / sum(widths.values()), width)
