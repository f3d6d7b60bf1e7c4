"""XLS and ODS, read by calamine in a process of its own: what a file may cost is bounded by the system."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.utils.translation import gettext_lazy as _

from okno.engines.imports.parts.formats import calamine_child, packages
from okno.engines.imports.parts.formats.tables import BadFile, Cell, Layout, Line

SECONDS = 120


def layout(path: Path, asked: Layout) -> Layout:
    """The sheets of a workbook; the first one is read unless another is named."""
    if asked.kind == "ods":
        with packages.opened(path):
            pass
    with tempfile.TemporaryDirectory(prefix="okno-sheets-") as folder:
        _run(path, "", Path(folder) / "rows")
        sheets = json.loads((Path(folder) / "rows").read_text(encoding="utf-8"))
    if not sheets:
        raise BadFile("imports.no_sheets", _("The workbook has no sheets."))
    return replace(asked, sheet=asked.sheet if asked.sheet in sheets else sheets[0], sheets=tuple(sheets))


def rows(path: Path, how: Layout) -> Iterator[Line]:
    """Rows of a sheet. :raises BadFile: it is damaged, closed by a password, or needs more than it may take."""
    with tempfile.TemporaryDirectory(prefix="okno-sheets-") as folder:
        target = Path(folder) / "rows"
        _run(path, how.sheet, target)
        with target.open(encoding="utf-8") as file:
            for line in file:
                number, cells = json.loads(line)
                yield Line(number, [_cell(one) for one in cells])


def _run(path: Path, sheet: str, target: Path) -> None:
    words = [sys.executable, "-I", calamine_child.__file__, str(path), sheet, str(target)]
    try:
        done = subprocess.run(words, capture_output=True, timeout=SECONDS, check=False)
    except subprocess.TimeoutExpired as error:
        raise _too_large() from error
    if done.returncode == calamine_child.DAMAGED:
        raise BadFile(
            "imports.sheet_unreadable",
            _("The file cannot be opened: it is damaged or closed by a password. Save it as XLSX without a password."),
        )
    if done.returncode:
        raise _too_large()


def _too_large() -> BadFile:
    return BadFile(
        "imports.sheet_too_large", _("The file takes too much memory or time in this format: save it as XLSX or CSV.")
    )


def _cell(value: Any) -> Cell:
    """A cell from its JSON form."""
    if not isinstance(value, dict):
        return value if not isinstance(value, str) else value.strip()
    (kind, text), *_rest = value.items()
    if kind == "day":
        return date.fromisoformat(text)
    if kind == "moment":
        return datetime.fromisoformat(text)
    return Decimal(text)
