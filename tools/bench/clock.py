"""Timing: medians of interleaved runs, so that a busy moment of the machine falls on both sides alike."""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.db import connection
from django.test.utils import CaptureQueriesContext

WARM_UP = 3
Act = Callable[[], Any]


@dataclass
class Figure:
    """One line of the table: ours and the floor in milliseconds (or the unit named), and what is asked of them."""

    name: str
    value: float
    unit: str = "ms"
    floor: float | None = None
    target: str = ""
    holds: bool | None = None
    note: str = ""
    more: dict[str, Any] = field(default_factory=dict)

    @property
    def ratio(self) -> float | None:
        """How many floors it costs."""
        return self.value / self.floor if self.floor else None


def compared(name: str, ours: float, floor: float, most: float, *, against: str = "floor", **told: Any) -> Figure:
    """What costs `ours` milliseconds where the floor costs `floor`; it holds while that is at most `most` floors."""
    target, holds = f"≤ {most:.1f} × {against}", ours <= most * floor
    return Figure(name, ours, floor=floor, target=target, holds=holds, **told)


def interleaved(acts: dict[str, Act], rounds: int) -> dict[str, float]:
    """Median milliseconds of each act; the order turns round with every round."""
    for act in acts.values():
        for _number in range(WARM_UP):
            act()
    spent: dict[str, list[float]] = {name: [] for name in acts}
    for number in range(rounds):
        order = list(acts) if number % 2 else list(reversed(acts))
        for name in order:
            began = time.perf_counter()
            acts[name]()
            spent[name].append((time.perf_counter() - began) * 1000)
    return {name: statistics.median(times) for name, times in spent.items()}


@dataclass(frozen=True)
class Spent:
    """Seconds by the clock, and of the processor: ours and of the backend of PostgreSQL, without parallel workers."""

    clock: float
    python: float
    database: float

    @property
    def processor(self) -> float:
        """What a machine without other work would take, less waiting for the disk."""
        return self.python + self.database

    @property
    def note(self) -> str:
        """Where the time went."""
        parts = f"{self.python:.1f} s of Python, {self.database:.1f} s of SQL"
        return f"processor time: {parts}; {self.clock:.1f} s by the clock"


def spent(act: Act) -> Spent:
    """Do it once and tell what it took."""
    clock, python, database = time.perf_counter(), time.process_time(), _of_backend()
    act()
    return Spent(time.perf_counter() - clock, time.process_time() - python, _of_backend() - database)


def _of_backend() -> float:
    with connection.cursor() as cursor:
        cursor.execute("select pg_backend_pid()")
        pid = cursor.fetchone()[0]
    # proc(5): the name may hold spaces, user and system time are the twelfth and thirteenth after it.
    told = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(told[11]) + int(told[12])) / float(os.sysconf("SC_CLK_TCK"))


@dataclass(frozen=True)
class Statements:
    """How many statements an act made, and how long the database took over them."""

    count: int
    sql: float
    slowest: list[tuple[float, str]]


def statements(act: Act, times: int = 5) -> Statements:
    """The statements of an act; the time is the least of several runs."""
    best: Statements | None = None
    for _number in range(times):
        with CaptureQueriesContext(connection) as captured:
            act()
        asked = [(float(one["time"]) * 1000, one["sql"]) for one in captured.captured_queries if _is_asked(one["sql"])]
        found = Statements(len(asked), sum(spent for spent, _sql in asked), sorted(asked, reverse=True)[:5])
        if best is None or found.sql < best.sql:
            best = found
    return best or Statements(0, 0.0, [])


def _is_asked(sql: str) -> bool:
    """The begin and end of transactions are not questions to the database."""
    return not sql.upper().startswith(("BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE"))
