"""Figures of a page as a workbook: a sheet for each table, with plain numbers, for whoever may take rows away."""

from __future__ import annotations

import datetime as dt
import io
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import xlsxwriter
from django.http import HttpResponse

from okno.kit import permissions, results
from okno.kit.permissions import Actor
from okno.kit.registry import Record

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# A name of a sheet, by the format: without these signs, not longer than so.
FORBIDDEN, LONGEST_NAME = re.compile(r"[\[\]:*?/\\']"), 31
WIDTH = 18


@dataclass(frozen=True)
class Sheet:
    """A table: its name, the heads of its columns, and rows of plain values."""

    name: str
    heads: Sequence[object]
    rows: Sequence[Sequence[Any]]


def may_take(actor: Actor, record: Record) -> bool:
    """Whether the actor may take figures about rows of a record away in a file."""
    return actor.may(f"{record.area}.export")


def answer(
    actor: Actor, record: Record, name: str, sheets: Sequence[Sheet], told: Mapping[str, Any] | None = None
) -> HttpResponse:
    """
    A workbook to download; who took it away is noted.

    :param told: what the figures are of, plain values.
    :raises Denied: without the right to export rows of the record.
    """
    permissions.check_may(actor, f"{record.area}.export")
    results.note_taken_out(actor, record, {"report": name, **(told or {})}, rows=sum(len(one.rows) for one in sheets))
    response = HttpResponse(workbook(sheets), content_type=XLSX)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.xlsx"'
    return response


def workbook(sheets: Iterable[Sheet]) -> bytes:
    """A workbook of sheets; texts are never formulas."""
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    bold, day = book.add_format({"bold": True}), book.add_format({"num_format": "dd.mm.yyyy"})
    taken: set[str] = set()
    for one in sheets:
        sheet = book.add_worksheet(_name(one.name, taken))
        sheet.freeze_panes(1, 0)
        sheet.set_column(0, max(len(one.heads) - 1, 0), WIDTH)
        for column, head in enumerate(one.heads):
            sheet.write_string(0, column, str(head), bold)
        for number, row in enumerate(one.rows, 1):
            for column, value in enumerate(row):
                _write(sheet, number, column, value, day)
    book.close()
    return buffer.getvalue()


def _write(sheet: Any, row: int, column: int, value: Any, day: Any) -> None:
    if isinstance(value, dt.date):
        sheet.write_datetime(row, column, dt.datetime.combine(value, dt.time.min), day)
    elif isinstance(value, int | float | Decimal) and not isinstance(value, bool):
        sheet.write_number(row, column, value)
    elif value is not None:
        sheet.write_string(row, column, str(value))


def _name(wanted: str, taken: set[str]) -> str:
    """A name as the format has it; two sheets of one name are numbered."""
    clean = FORBIDDEN.sub(" ", wanted).strip()[:LONGEST_NAME] or "1"
    found, number = clean, 1
    while found.casefold() in taken:
        number += 1
        found = f"{clean[: LONGEST_NAME - 4]} {number}"
    taken.add(found.casefold())
    return found
