"""
What a batch does for its commands at once: it locks and reads their rows, and opens their runs, by a statement each.

That holds as long as no command of the batch changes what another one of it reads: the journal tells, and a batch of
which it does not hold is done anew, each command reading its own row.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.db import connection, models
from django.db.models import prefetch_related_objects

from okno.kit.batch_rows import insert_rows
from okno.kit.models.journal import Change, CommandRun
from okno.kit.run import Ahead, Run
from okno.kit.run_rows import tell_run

Shared = dict[tuple[type[models.Model], int], models.Model]


@dataclass
class Ready:
    """A row with the arguments of its command: `given` as it takes them, `told` as the journal keeps them."""

    row_id: int
    row: models.Model
    given: Mapping[str, Any]
    told: Mapping[str, Any]
    run_id: int = 0


@contextmanager
def runs_opened(batch: Run, command: str, ready: Sequence[Ready]) -> Iterator[None]:
    """Open the runs of the command for these rows, in their order; they are called inside of this block."""
    actor = batch.actor
    shared = {"name": command, "actor_kind": actor.kind, "user_id": actor.user_id, "actor_name": actor.name[:200]}
    shared |= {"cause_id": batch.id, "depth": batch.depth + 1}
    for one, run_id in zip(
        ready, insert_rows(CommandRun, [{**shared, "args": dict(one.told)} for one in ready]), strict=True
    ):
        one.run_id = run_id
    try:
        yield
    finally:
        batch.ahead = None
    tell_run(str(batch.id))


def goes_next(batch: Run, one: Ready, shared: Shared | None) -> None:
    """The next command is called for this row; without `shared` it reads this row, and all others, again itself."""
    batch.ahead = Ahead(one.row if shared is not None else None, one.run_id, shared)


def drop_runs(runs: Collection[int]) -> None:
    """Forget the runs of commands that were refused: they have done nothing."""
    if runs:
        with connection.cursor() as cursor:
            cursor.execute("delete from kit_commandrun where id = any(%s)", [list(runs)])


def read_beside(rows: Sequence[models.Model], names: Collection[str]) -> None:
    """Read the rows that foreign keys of these names point to, those that many share once."""
    if rows and names:
        prefetch_related_objects(rows, *names)


def tables_beside(model: type[models.Model], names: Iterable[str]) -> set[str]:
    """Tables that foreign keys of these names point to."""
    return {_keys(model)[name]._meta.db_table for name in names}


def looked_at(rows: Iterable[models.Model]) -> set[str]:
    """Foreign keys to other tables that the commands have followed from their rows."""
    return {name for row in rows for name in row._state.fields_cache if name in _keys(type(row))}


def tables_of(shared: Shared) -> set[str]:
    """Tables of rows that the commands shared, and of what they have followed from them."""
    rows = shared.values()
    beside = {table for row in rows for table in tables_beside(type(row), looked_at([row]))}
    return beside | {row._meta.db_table for row in rows}


def is_entangled(
    changes: Iterable[Change], row_of: Mapping[int, int], model: type[models.Model], beside: Collection[str]
) -> bool:
    """Whether a command of the batch has changed what was read ahead for another one; `beside` are tables of that."""
    own, rows = model._meta.db_table, set(row_of.values())
    return any(
        one.table_name in beside
        or (one.table_name == own and one.row_id in rows and row_of.get(one.run_id or 0) != one.row_id)
        for one in changes
    )


def _keys(model: type[models.Model]) -> dict[str, type[models.Model]]:
    """What the foreign keys of a model point to, but itself."""
    known: dict[str, Any] = {one.name: one.related_model for one in model._meta.concrete_fields if one.is_relation}
    return {name: one for name, one in known.items() if one is not model}
