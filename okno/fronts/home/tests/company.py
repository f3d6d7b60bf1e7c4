"""The small demo company inside one transaction, for tests that only look at it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from zoneinfo import ZoneInfo

from django.db import connection, transaction

from okno.fronts.home.commands import demo
from okno.kit.registry import registry
from okno.kit.testing.queue import empty_queue

AT = dt.datetime(2026, 5, 20, 15, 30, tzinfo=ZoneInfo("Europe/Moscow"))


class _Undone(Exception):  # noqa: N818 - not an error: ends the tests
    """Takes back what a test made."""


@contextmanager
def made() -> Iterator[list[str]]:
    """Make the company, and take it back at the end; what it tells at its start."""
    try:
        with transaction.atomic():
            empty_queue()
            told = demo.fill(size="small", tell=lambda *_: None, at=AT)
            # Once for all of its rows: what is put off to the end of the transaction is looked at after each test.
            connection.check_constraints()
            yield told
            raise _Undone
    except _Undone:
        pass
    # The fields that the company has added are gone; tests of other files must not know them.
    registry.forget_custom_fields()
