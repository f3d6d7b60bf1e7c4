"""Processor time of Python and of PostgreSQL: what work costs, whoever else keeps the machine busy."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from django.db import connection

from tools.bench.clock import Figure

TICKS = os.sysconf("SC_CLK_TCK")
# In /proc/<pid>/stat after the name in brackets: see proc(5), utime and stime.
UTIME, STIME = 11, 12


@dataclass
class Spent:
    """Seconds by the clock, and of processor time of this process and of the server of its connection."""

    clock: float = 0.0
    python: float = 0.0
    postgres: float = 0.0

    @property
    def processor(self) -> float:
        """Seconds of processor time of both."""
        return self.python + self.postgres

    def told(self) -> str:
        """The same in words."""
        return f"by the clock {self.clock:.1f} s, Python {self.python:.1f} s, PostgreSQL {self.postgres:.1f} s"

    def figure(self, name: str, note: str) -> Figure:
        """A row of the table: it has no aim of its own, and moves less than the clock when others are at work."""
        return Figure(f"{name}, processor", self.processor, unit="s", note=f"{self.told()}; {note}")


@contextmanager
def spent() -> Iterator[Spent]:
    """Measure what happens inside; all of it goes by the one connection of this thread."""
    connection.ensure_connection()
    server = connection.connection.info.backend_pid
    found = Spent()
    clock, python, postgres = time.perf_counter(), time.process_time(), _of(server)
    yield found
    found.clock = time.perf_counter() - clock
    found.python = time.process_time() - python
    found.postgres = _of(server) - postgres


def _of(process: int) -> float:
    try:
        told = Path(f"/proc/{process}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(told[UTIME]) + int(told[STIME])) / TICKS
