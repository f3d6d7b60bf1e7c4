"""The file of refused rows: their cells as they were and why, ready to be mended and sent again."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, BinaryIO

import xlsxwriter
from django.utils.translation import gettext as _

from okno.engines.imports import queries, rules
from okno.engines.imports.models import Import, ImportRow
from okno.kit import files, permissions, results
from okno.kit.errors import Missing
from okno.kit.importing import Cell
from okno.kit.permissions import Actor
from okno.kit.registry import registry


def kept_errors(row: Import) -> dict[str, Any]:
    """Write the refused rows of an import into a workbook and keep it; nothing when none was refused."""
    settings = rules.Settings.of(row.settings)
    with tempfile.TemporaryDirectory() as folder, queries.opened(row.sha256) as source:
        path = Path(folder) / "errors.xlsx"
        with xlsxwriter.Workbook(str(path), {"constant_memory": True, "default_date_format": "dd.mm.yyyy"}) as book:
            sheet, bold = book.add_worksheet(), book.add_format({"bold": True})
            sheet.freeze_panes(1, 0)
            names = [name for name, _target in settings.columns]
            sheet.set_column(0, 0, 50)
            for place, name in enumerate([_("What to mend"), *names]):
                sheet.write_string(0, place, name, bold)
            count = 0
            for count, (reason, cells) in enumerate(_refused(row, source), 1):
                for place, cell in enumerate([reason, *cells]):
                    _write(sheet, count, place, cell)
        name = _("%(name)s - refused rows.xlsx") % {"name": Path(row.name).stem[:150]}
        return results.keep(path, name) if count else {}


def taken_errors(actor: Actor, row: Import) -> tuple[BinaryIO, dict[str, Any]]:
    """
    The kept file of refused rows, open for reading: whoever sent them takes back what is theirs, others need the right
    to export. Who took it is noted.

    :raises Missing: there is none.
    :raises Denied: somebody else has sent the rows, and there is no right to export.
    """
    file, record = row.errors_file, registry.record(row.record)
    if not file:
        raise Missing("not_found", _("There is no such file any more."))
    if row.owner_id != actor.user_id:
        permissions.check_may(actor, f"{record.area}.export")
    told = {"import": row.pk, "file": file["name"], "sha256": file["sha256"]}
    results.note_taken_out(actor, record, told, rows=row.refused)
    return files.open_stored(file["sha256"]), file


def _refused(row: Import, source: Path) -> Iterator[tuple[str, list[Cell]]]:
    """Refused rows with their reasons; both lists go in the order of the file."""
    found = ImportRow.objects.filter(of=row, is_dry=False, result=ImportRow.Result.REFUSED).order_by("number")
    waiting = found.values_list("number", "message").iterator(chunk_size=2000)
    number, message = next(waiting, (0, ""))
    for line, cells in queries.lines_of(source, row):
        if not number:
            return
        if line == number:
            yield message, cells
            number, message = next(waiting, (0, ""))


def _write(sheet: Any, row: int, place: int, cell: Cell) -> None:
    match cell:
        case None:
            return
        case datetime() | date():
            sheet.write_datetime(row, place, cell)
        case bool():
            sheet.write_boolean(row, place, cell)
        case int() | Decimal() if -(10**15) < Decimal(cell) < 10**15:
            sheet.write_number(row, place, cell)
        case _:
            sheet.write_string(row, place, str(cell)[:32_767])
