"""The run in progress: what command it is of, when it began, what it asks for, and what its caller has done for it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, TypeVar

from django.db import connection, models, transaction
from django.utils import timezone

from okno.kit.actors import Actor
from okno.kit.models.journal import CommandRun
from okno.kit.registry import Settling

T = TypeVar("T")


@dataclass(frozen=True)
class Ahead:
    """
    What the caller has done for the command that it calls next: locked its row, and, in a change of many rows, opened
    its run as well. `shared` are rows by model and id that commands of that change only read: who reads one, keeps it.
    """

    row: models.Model | None
    run_id: int | None = None
    shared: dict[tuple[type[models.Model], int], models.Model] | None = None


@dataclass
class Run:
    """
    The command that is running now. `effects` are the outside effects it asked for, `named` those of all runs of its
    transaction: a preview tells them instead of acting. `hints` go to open pages with its transaction. `known` is what
    the runs of a transaction have asked once for all: see `asked_once`, `noted` what those of one change of many rows
    leave to each other: see `noted_before`. `by` is the person whose doing a run of the program follows from.
    """

    id: int
    name: str
    actor: Actor
    depth: int
    is_preview: bool = False
    is_silent: bool = False
    at: datetime = field(default_factory=timezone.now)
    effects: list[str] = field(default_factory=list)
    named: list[str] = field(default_factory=list)
    events: list[dict[str, Any]] = field(default_factory=list)
    hints: dict[str, None] = field(default_factory=dict)
    known: dict[str, Any] = field(default_factory=dict)
    noted: dict[str, set[Any]] = field(default_factory=dict)
    caller: Run | None = None
    by: int | None = None
    ahead: Ahead | None = None
    is_settled: bool = False
    settling: tuple[Settling, ...] = ()


CURRENT: ContextVar[Run | None] = ContextVar("okno_run", default=None)
CAUSE: ContextVar[int | None] = ContextVar("okno_cause", default=None)
IS_SILENT: ContextVar[bool] = ContextVar("okno_silent", default=False)


def current() -> Run | None:
    """The run in progress in this thread, if any."""
    return CURRENT.get()


def doer() -> int | None:
    """The person whose doing the running command is: who gave it, or one that called it; None of the program's own."""
    run = CURRENT.get()
    while run is not None:
        if found := run.actor.user_id or run.by:
            return found
        run = run.caller
    return None


def led_by() -> int | None:
    """The person whose run led to the job or the handler that runs now."""
    cause = CAUSE.get()
    return None if cause is None else CommandRun.objects.filter(pk=cause).values_list("user_id", flat=True).first()


def moment() -> datetime:
    """
    When the running command began: the one moment that all it does happens at.

    :raises LookupError: no command is running.
    """
    run = CURRENT.get()
    if run is None:
        raise LookupError("no command is running")
    return run.at


def today() -> date:
    """The day of the running command where the organisation works. :raises LookupError: no command is running."""
    return timezone.localdate(moment(), timezone.get_default_timezone())


def asks_for(effect: str) -> bool:
    """
    Note that the running command asks for something outside the database: a letter, a call of another system, a job.

    Returns whether to act: a preview only names it. An undo lists it as what it cannot take back.

    :param effect: a name given by `registry.add_effect` or that of a command; a detail may follow: `x.send: a@b.ru`.
    """
    run = CURRENT.get()
    if run is None:
        return True
    run.effects.append(effect)
    run.named.append(effect)
    return not run.is_preview


def asked_once(what: str, ask: Callable[[], T]) -> T:
    """What commands only look at, asked once for all that run in one transaction: some hundred of a change of many."""
    run = CURRENT.get()
    if run is None:
        return ask()
    if what not in run.known:
        run.known[what] = ask()
    found: T = run.known[what]
    return found


def noted_before(what: str) -> set[Any]:
    """
    What commands of one change of many rows have put in here, of all its batches and in a preview too: who has a letter
    already, for one. A command puts in last, when nothing can refuse it any more.
    """
    run = CURRENT.get()
    return set() if run is None else run.noted.setdefault(what, set())


def ahead() -> Ahead | None:
    """What the caller of the running command has done for it."""
    run = CURRENT.get()
    return run.caller.ahead if run is not None and run.caller is not None else None


def row_ahead(model: type[models.Model], row_id: int) -> models.Model | None:
    """The row of this id that the caller of the running command has locked for it already, if it has."""
    found = ahead()
    row = found.row if found is not None else None
    return row if isinstance(row, model) and row.pk == row_id else None


@contextmanager
def lending(row: models.Model) -> Iterator[None]:
    """Commands that the running one calls inside of this block take a row that it has locked as it is."""
    run = CURRENT.get()
    if run is None:
        yield
        return
    run.ahead = Ahead(row)
    try:
        yield
    finally:
        run.ahead = None


@contextmanager
def unjournalled() -> Iterator[None]:
    """Bulk loading of generated data: the database keeps no change rows inside this block."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("select set_config('okno.journal', 'off', true)")
        yield
        cursor.execute("select set_config('okno.journal', '', true)")


@contextmanager
def caused_by(run_id: int | None) -> Iterator[None]:
    """Commands in this block name the run as their cause: for handlers and jobs that act later."""
    token = CAUSE.set(run_id)
    try:
        yield
    finally:
        CAUSE.reset(token)


@contextmanager
def silently() -> Iterator[None]:
    """Commands in this block tell no events and send nobody news: handlers, robots and notices do not act."""
    token = IS_SILENT.set(True)
    try:
        yield
    finally:
        IS_SILENT.reset(token)
