"""What all formats share: layouts, cells, and the bounds that no file may pass."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.utils.translation import gettext_lazy as _

from okno.kit.errors import Refused
from okno.kit.importing import Broken, Cell

__all__ = ["BadFile", "Broken", "Cell", "Layout", "Line", "bounded", "too_wide"]

# As many as a sheet of Excel holds.
MOST_ROWS = 1_048_576
MOST_COLUMNS = 500
LONGEST_CELL = 32_767


class BadFile(Refused):
    """The file cannot be read as a table: the text says why and what to do."""


class Line(NamedTuple):
    """One row of a file: its number as a spreadsheet counts, and its cells."""

    number: int
    cells: list[Cell]


@dataclass(frozen=True, kw_only=True)
class Layout:
    """
    How a file is to be read. `has_header` is given by formats that always or never name their columns; `left_out` names
    what the file holds besides and no row tells.
    """

    kind: str
    encoding: str = ""
    delimiter: str = ""
    quote: str = '"'
    sheet: str = ""
    sheets: tuple[str, ...] = ()
    has_header: bool | None = None
    left_out: tuple[str, ...] = ()

    def plain(self) -> dict[str, Any]:
        """The layout as JSON keeps it."""
        return {
            "kind": self.kind,
            "encoding": self.encoding,
            "delimiter": self.delimiter,
            "quote": self.quote,
            "sheet": self.sheet,
            "sheets": list(self.sheets),
            "has_header": self.has_header,
            "left_out": list(self.left_out),
        }

    @classmethod
    def of(cls, plain: dict[str, Any]) -> Layout:
        """The layout that was kept as JSON."""
        lists = {name: tuple(plain.get(name, ())) for name in ("sheets", "left_out")}
        return cls(**{**plain, **lists})


def bounded(lines: Iterator[Line]) -> Iterator[Line]:
    """Rows that hold anything, without empty cells at their ends. :raises BadFile: there are too many of either."""
    count = 0
    for number, cells in lines:
        while cells and cells[-1] in (None, ""):
            cells.pop()
        if not cells:
            continue
        count += 1
        if count > MOST_ROWS:
            raise BadFile(
                "imports.too_many_rows",
                _("The file has more than %(most)s rows: part it into several."),
                most=f"{MOST_ROWS:,}".replace(",", "\u00a0"),
            )
        if len(cells) > MOST_COLUMNS:
            raise too_wide(number)
        yield Line(number, cells)


def too_wide(number: int) -> BadFile:
    """The refusal of a row with more columns than can be read."""
    return BadFile(
        "imports.too_many_columns",
        _("Row %(row)s has more than %(most)s columns: leave those that are wanted."),
        row=number,
        most=MOST_COLUMNS,
    )
