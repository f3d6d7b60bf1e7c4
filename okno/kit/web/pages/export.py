"""The long work of an export: the rows of a list as a file, in batches, with little memory."""

from __future__ import annotations

import csv
import tempfile
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import xlsxwriter
from django.utils import timezone

from okno.kit import conditions, formats, permissions, results
from okno.kit.changing.asked import unpacked
from okno.kit.jobs import Progress, work
from okno.kit.kinds import Kind
from okno.kit.permissions import Actor
from okno.kit.rows import keyset, totals
from okno.kit.rows.cells import Moment
from okno.kit.rows.columns import Column, Reader, columns_for
from okno.kit.web.pages.lists import list_by_name
from okno.kit.web.pages.selection import Selection

WORK = "lists.export"
BATCH = 2_000
Write = Callable[[Sequence[Any]], None]
# A cell that starts like this is a formula for a spreadsheet that opens a CSV file.
MOST_ON_A_SHEET = 1_048_575  # rows below the head, by the format
FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")


@work(WORK)
def export(progress: Progress, actor: Actor, **args: Any) -> dict[str, Any]:
    """
    Write the rows of a list into a file that only its owner can download.

    :raises Denied: the right to export was taken away meanwhile.
    """
    page = list_by_name(args["list"])
    permissions.check_may(actor, f"{page.record.area}.export")
    selection = page.select(actor, args["params"])
    columns = file_columns(selection, whole=bool(args.get("is_whole")))
    ids = unpacked(args["ids"]) if args.get("ids") else None
    total = len(ids) if ids is not None else totals.capped(selection.rows(narrow=True), ()).count
    name = f"{page.record.plural} {timezone.localtime():%Y-%m-%d %H-%M}.{args['format']}"
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "export"
        with WRITERS[args["format"]](path, columns, actor.zone) as write:
            count = _write(progress, rows_of(selection, columns, ids), write, total)
        kept = results.keep(path, name)
    _journal(actor, selection, columns, count, kept, chosen=args.get("ids", ""))
    return {"rows": count, "file": kept, "right": f"{page.record.area}.export"}


def _journal(
    actor: Actor, selection: Selection, columns: Sequence[Column], count: int, file: dict[str, Any], *, chosen: str
) -> None:
    """
    Note who took what away: a run named by the right, with the filter, the ids of rows that were chosen, if they were,
    the columns and how many rows there were.
    """
    record = selection.plan.record
    told = {
        **({"chosen": chosen} if chosen else {}),
        "filter": selection.address.params(),
        "where": conditions.sentence(selection.condition, record),
        "columns": [one.key for one in columns],
        "file": file["name"],
        "sha256": file["sha256"],
    }
    results.note_taken_out(actor, record, told, rows=count)


def rows_of(selection: Selection, columns: Sequence[Column], ids: Collection[int] | None = None) -> Iterator[list[Any]]:
    """All rows, or those of these ids, as plain values, fetched by the cursor of the list: no statement is long."""
    rows = selection.rows() if ids is None else selection.rows().filter(pk__in=ids)
    reader = Reader(columns, selection.order)
    moment = Moment(timezone.now(), selection.actor.zone)
    cursor = ""
    while True:
        found = selection.order.read(rows, reader.values, BATCH, cursor)
        for values in found:
            yield [_value(column, reader, values, index, moment) for index, column in enumerate(columns)]
        if len(found) < BATCH:
            return
        cursor = keyset.encode(reader.sort_values(found[-1]))


def file_columns(selection: Selection, *, whole: bool) -> list[Column]:
    """The columns of the file: what is masked for the actor is left out."""
    record = selection.plan.record
    found = columns_for(selection.actor, record, record.all_fields()) if whole else selection.columns
    return [one for one in found if not one.is_masked]


def _write(progress: Progress, rows: Iterable[Sequence[Any]], write: Write, total: int) -> int:
    count = 0
    for row in rows:
        write(row)
        count += 1
        progress.tell(count, max(total, count))
    return count


def _value(column: Column, reader: Reader, values: Sequence[Any], index: int, moment: Moment) -> Any:
    """A number, day or moment as itself; anything else as the list shows it, in full. Closed ones show no end."""
    if column.is_closed(read := reader.all_raw(values, index)):
        return ""
    raw = _native(column, reader.raw(values, index))
    if column.kind in _NATIVE and isinstance(raw, Decimal | int | float | date | datetime):
        return raw
    cell = column.cell(read, moment)
    return cell.get("title") or cell["text"]


def _native(column: Column, raw: Any) -> Any:
    """
    A day, a moment or a sum of a custom field, which is kept as text, as what it is. A sum in another currency than
    that of its field goes with it, as text: without, it would come back by the file as another sum.
    """
    if isinstance(raw, Mapping):
        return Decimal(raw["a"]) if raw.get("c") == column.own_currency else None
    if isinstance(raw, str) and column.kind is Kind.DATE:
        return date.fromisoformat(raw[:10])
    return datetime.fromisoformat(raw) if isinstance(raw, str) and column.kind is Kind.MOMENT else raw


_NATIVE = frozenset({Kind.INTEGER, Kind.DECIMAL, Kind.MONEY, Kind.DATE, Kind.MOMENT})


@contextmanager
def _xlsx(path: Path, columns: Sequence[Column], zone: ZoneInfo) -> Iterator[Write]:
    """A workbook written row by row in constant memory; what a sheet does not hold goes to the next one."""
    book = xlsxwriter.Workbook(str(path), {"constant_memory": True, "default_date_format": "dd.mm.yyyy hh:mm"})
    bold, looks = book.add_format({"bold": True}), [_look(book, one) for one in columns]
    sheet, number = _sheet(book, columns, bold), 0

    def write(row: Sequence[Any]) -> None:
        nonlocal sheet, number
        if number == MOST_ON_A_SHEET:
            sheet, number = _sheet(book, columns, bold), 0
        number += 1
        for index, value in enumerate(row):
            _write_cell(sheet, number, index, value, zone, looks[index])

    yield write
    book.close()


def _look(book: Any, column: Column) -> Any:
    """How values of a column look: days, and sums of one currency, `1 234,50 ₽`; others as a spreadsheet likes."""
    if column.kind is Kind.DATE:
        return book.add_format({"num_format": "dd.mm.yyyy"})
    if column.own_currency:
        return book.add_format({"num_format": f'#,##0.00\\ "{formats.sign_of(column.own_currency)}"'})
    return None


def _sheet(book: Any, columns: Sequence[Column], bold: Any) -> Any:
    sheet = book.add_worksheet()
    sheet.freeze_panes(1, 0)
    for index, column in enumerate(columns):
        sheet.set_column(index, index, 16 if column.kind in _NATIVE else 28)
        sheet.write_string(0, index, str(column.label), bold)
    return sheet


def _write_cell(sheet: Any, row: int, column: int, value: Any, zone: ZoneInfo, look: Any) -> None:
    match value:
        case datetime():
            # Spreadsheets know no zones: the moment is that of whoever exports.
            sheet.write_datetime(row, column, value.astimezone(zone).replace(tzinfo=None))
        case date():
            sheet.write_datetime(row, column, datetime.combine(value, datetime.min.time()), look)
        case Decimal() | int() | float():
            sheet.write_number(row, column, value, look)
        case _:
            # Never as a formula: the text came from anybody.
            sheet.write_string(row, column, str(value)[:32_767])


@contextmanager
def _csv(path: Path, columns: Sequence[Column], zone: ZoneInfo) -> Iterator[Write]:
    """A file of semicolons with a mark of UTF-8, as Excel in Russian expects."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, delimiter=";")
        writer.writerow([_csv_text(one.label, zone) for one in columns])
        yield lambda row: writer.writerow([_csv_text(value, zone) for value in row])


def _csv_text(value: Any, zone: ZoneInfo) -> str:
    match value:
        case datetime():
            return f"{value.astimezone(zone):%d.%m.%Y %H:%M}"
        case date():
            return f"{value:%d.%m.%Y}"
        case Decimal() | int() | float():
            return str(value).replace(".", ",")
    text = str(value)
    return f"'{text}" if text.startswith(FORMULA_SIGNS) else text


WRITERS = {"xlsx": _xlsx, "csv": _csv}
