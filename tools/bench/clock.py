"""Timing: medians of interleaved runs, so that a busy moment of the machine falls on both sides alike."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass, field
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
