"""Benchmarks judge, print and keep what they measure; nothing here looks at the clock."""

from __future__ import annotations

import json
from types import SimpleNamespace

import pytest
from django.db import connection, transaction

from tools.bench import table
from tools.bench.clock import WARM_UP, Figure, compared, interleaved, statements
from tools.bench.visitor import Mover, checked


@pytest.mark.parametrize(("ours", "holds"), [(1.0, True), (20.0, True), (20.1, False)])
def test_compared_holds_up_to_so_many_floors(ours: float, holds: bool | None):  # noqa: FBT001 - a column of the table
    found = compared("a page", ours, 10.0, 2.0)
    assert (found.holds, found.target, found.ratio) == (holds, "≤ 2.0 × floor", ours / 10)


def test_figure_without_a_floor_has_no_ratio():
    assert Figure("events", 1256, unit="a second").ratio is None


def test_interleaved_turns_the_order_round():
    told: list[str] = []
    found = interleaved({"ours": lambda: told.append("ours"), "floor": lambda: told.append("floor")}, 4)
    assert set(found) == {"ours", "floor"}
    assert told[: 2 * WARM_UP] == ["ours"] * WARM_UP + ["floor"] * WARM_UP
    assert told[2 * WARM_UP :] == ["floor", "ours", "ours", "floor"] * 2


@pytest.mark.django_db
def test_statements_count_questions_and_no_brackets():
    def act() -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("select 1")
            cursor.execute("select 2")

    assert statements(act, 2).count == 2


def test_shown_prints_each_figure_and_hands_it_on(capsys: pytest.CaptureFixture[str]):
    figures = [compared("deals list", 15.0, 10.0, 2.0, note="9 statements"), compared("board", 30.0, 10.0, 1.0)]
    assert list(table.shown(iter(figures))) == figures
    head, first, second = capsys.readouterr().out.splitlines()
    assert head.split() == ["ours", "floor", "ratio", "target"]
    assert " ".join(first.split()) == "deals list 15.0 ms 10.0 ms 1.50 ≤ 2.0 × floor yes 9 statements"
    assert second.split()[-1] == "NO"


def test_kept_figures_become_the_table_of_the_documents():
    figures = [compared("board", 30.0, 10.0, 1.0, note="10 statements"), Figure("import", 5211.4, unit="a second")]
    read = json.loads(table.kept(figures, {"cores": "2"}))
    assert read["machine"] == {"cores": "2"}
    assert table.lines(read["figures"]) == [
        "| board | 30.0 ms | 10.0 ms | 3.00 | ≤ 1.0 × floor | **not reached**; 10 statements |",
        "| import | 5,211 a second |  |  |  |  |",
    ]


def test_mover_sends_each_deal_to_and_fro():
    mover = Mover([1, 2])
    assert [mover.next() for _number in range(4)] == [(1, "payment"), (2, "payment"), (1, "contract"), (2, "contract")]


def test_answer_that_is_no_page_stops_the_run():
    with pytest.raises(SystemExit, match="/deals/: 500 Broken"):
        checked("/deals/", SimpleNamespace(status_code=500, content=b"Broken"))
