"""Runs as the journal links them: those called in one transaction, and those that belong to one long change."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable

from django.db import connection

Ours = Callable[[Iterable[int]], Collection[int]]
# Runs of which one does something to many rows; whoever has such puts its name here in a manifest.
BATCHES: set[str] = set()
# Events lead to commands and those to events: further up nothing is looked for.
MOST_STEPS = 20


def families(runs: Iterable[int]) -> list[int]:
    """Runs with those that they called in their own transactions."""
    return list(rooted(runs))


def rooted(runs: Iterable[int]) -> dict[int, int]:
    """The same, each by the run of these that it came of."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            with recursive family as (
                select id, id as root, depth from kit_commandrun where id = any(%s)
                union all
                select run.id, family.root, run.depth from kit_commandrun run join family on run.cause_id = family.id
                where run.depth > family.depth
            )
            select id, root from family
            """,
            [list(runs)],
        )
        return {int(run): int(root) for run, root in cursor.fetchall()}


def batch_of(run: int | None) -> int | None:
    """The run that began the long work which this one is a part of, or has followed from; None outside of any."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            with recursive up as (
                select id, cause_id, name, 1 as step from kit_commandrun where id = %s
                union all
                select run.id, run.cause_id, run.name, up.step + 1
                from up join kit_commandrun run on run.id = up.cause_id
                where up.name <> all(%s) and up.step < %s
            )
            select coalesce(cause_id, id) from up where name = any(%s)
            """,
            [run, list(BATCHES), MOST_STEPS, list(BATCHES)],
        )
        found = cursor.fetchone()
        return int(found[0]) if found else None


def ours(cause: int | None, *taking_back: str) -> Ours:
    """
    A test of runs: those whose transaction this cause has led to, or that took something of it back.

    :param taking_back: names of the commands that take back.
    """

    def chosen(runs: Iterable[int]) -> Collection[int]:
        with connection.cursor() as cursor:
            cursor.execute(
                """
                with recursive up as (
                    select id as leaf, cause_id, depth, name from kit_commandrun where id = any(%s)
                    union all
                    select up.leaf, run.cause_id, run.depth, run.name
                    from up join kit_commandrun run on run.id = up.cause_id where up.depth > 0
                )
                select leaf from up where depth = 0 and (cause_id = %s or name = any(%s))
                """,
                [list(runs), cause, list(taking_back)],
            )
            return {int(one[0]) for one in cursor.fetchall()}

    return chosen
