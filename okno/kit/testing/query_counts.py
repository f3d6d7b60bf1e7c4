"""Counting SQL statements of a page: how many there are, and that they do not grow with rows."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db import connection
from django.test.utils import CaptureQueriesContext

# Three of them every page asks for: who it is, the numbers of the rail, and the number on the bell.
MOST = 12


def statements(act: Callable[[], Any]) -> list[str]:
    """The SQL statements of an act that was done once before, so that caches are warm."""
    act()
    with CaptureQueriesContext(connection) as captured:
        act()
    return [one["sql"] for one in captured.captured_queries]


def check_few(found: list[str], most: int = MOST) -> None:
    """Fail with the statements in sight when there are too many."""
    shown = "\n".join(f"{number}. {sql[:300]}" for number, sql in enumerate(found, 1))
    assert len(found) <= most, f"{len(found)} statements, {most} allowed:\n{shown}"  # noqa: S101 - a check for tests
