"""Exports of two hundred thousand deals as CSV and XLSX: processor time and memory, beside COPY."""

from __future__ import annotations

import gc
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.db import connection

from okno.access import queries as access
from okno.access.models import User
from okno.kit import jobs, permissions
from okno.kit.rows.columns import Reader
from okno.kit.web.pages import export
from okno.kit.web.pages.lists import list_by_name
from okno.kit.web.pages.selection import Selection
from tools.bench.clock import Figure
from tools.bench.exchange import watched
from tools.bench.processor import Spent, spent
from tools.bench.visitor import use

LIST, ALL = "deals.DealBoard", {"tab": "all", "mode": "list"}
MOST_MB = 64
ROUNDS = 3


def exports_of_deals() -> Iterator[Figure]:
    """Export all deals of the large company; the floor and ours take turns."""
    use("large")
    actor = access.actor_of(User.objects.filter(roles__code="director").order_by("pk")[0])
    selection = list_by_name(LIST).select(actor, ALL)
    with tempfile.TemporaryDirectory() as folder:
        for kind in ("csv", "xlsx"):
            pairs = [(_ours(actor, kind, ALL), _floor(selection, Path(folder))) for _number in range(ROUNDS)]
            yield from _figures(kind, pairs)


def _figures(kind: str, pairs: list[tuple[tuple[Spent, int, float], Spent]]) -> Iterator[Figure]:
    rows, least = pairs[0][0][1], min(floor.processor for _done, floor in pairs)
    grown = max(one for (_took, _rows, one), _floor in pairs)
    took = min((one for (one, _rows, _mb), _floor in pairs), key=lambda one: one.processor)
    name = f"export of deals, {kind.upper()}"
    note = f"{rows} rows, processor time; {took.told()}; floor: COPY of the same statement"
    yield Figure(name, took.processor, unit="s", floor=least, note=note)
    yield _memory(name, rows, grown)


def _memory(name: str, rows: int, grown: float) -> Figure:
    note = f"the peak above the start, {rows} rows"
    return Figure(f"{name}, memory", grown, unit="MB", target=f"< {MOST_MB} MB", holds=grown < MOST_MB, note=note)


def _ours(actor: permissions.Actor, kind: str, params: dict[str, str]) -> tuple[Spent, int, float]:
    """Processor time, rows and megabytes of the long work."""
    args = {"list": LIST, "params": params, "format": kind}
    row = jobs.start(actor=actor, work=export.WORK, label="bench", args=args)
    gc.collect()
    with watched() as peak, spent() as took:
        jobs.do_work(row.pk)
    row.refresh_from_db()
    if row.state != row.State.DONE:
        raise SystemExit(f"the export broke off: {row.error}")
    return took, row.result["rows"], peak[0]


def _floor(selection: Selection, folder: Path) -> Spent:
    with spent() as took:
        _copied(selection, folder / "floor")
    return took


def _statement(selection: Selection) -> tuple[str, Any]:
    """The statement of the list without its end: the same columns in the same order."""
    reader = Reader(selection.columns, selection.order)
    statement, given = reader.values(selection.order.apply(selection.rows())).query.sql_with_params()
    return statement, given


def _copied(selection: Selection, path: Path) -> None:
    """What the database writes by itself."""
    statement, given = _statement(selection)
    with (
        connection.cursor() as cursor,
        path.open("wb") as file,
        cursor.copy(f"copy ({statement}) to stdout with (format csv, delimiter ';')", given) as stream,
    ):
        for piece in stream:
            file.write(piece)
