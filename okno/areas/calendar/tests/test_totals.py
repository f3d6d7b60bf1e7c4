"""Kept totals of open tasks: whatever happens to tasks, they tell what the tasks themselves do."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from okno.access.tests.cast import Cast
from okno.areas.calendar import commands, queries
from okno.areas.calendar.models import Task, TaskTotal
from okno.kit.permissions import SYSTEM, Actor

pytestmark = pytest.mark.django_db
# Folding looks at the real clock: days that are over by it are alike.
NOON = datetime.now(UTC).replace(hour=12, minute=0, second=0, microsecond=0)
STEPS = (None, -100_000, -2880, -721, -720, -1, 0, 1, 719, 720, 2880)
WHAT = ("hand over", "plan", "end", "open", "mark", "rename", "delete", "fold", "roll back", "add")


def some_task(cast: Cast, number: int) -> Task:
    minutes = STEPS[number % len(STEPS)]
    return Task(
        title="Позвонить",
        owner=[cast.anna, cast.boris, cast.head][number % 3],
        state=["open", "open", "done"][number % 3 - 1],
        due_at=None if minutes is None else NOON + timedelta(minutes=minutes),
    )


@pytest.fixture
def tasks(cast: Cast) -> list[Task]:
    return Task.objects.bulk_create(some_task(cast, number) for number in range(30))


def take(cast: Cast, what: str, places: frozenset[int], number: int) -> None:
    """Something that happens to some of the tasks in one statement."""
    ids = list(Task.objects.order_by("pk").values_list("pk", flat=True))
    rows = Task.objects.filter(pk__in=[ids[place] for place in places if place < len(ids)])
    values: dict[str, dict[str, Any]] = {
        "hand over": {"owner": [cast.anna, cast.boris][number % 2]},
        "plan": {"due_at": NOON + timedelta(minutes=number * 97 - 3000)},
        "end": {"state": "done"},
        "open": {"state": "open"},
        "mark": {"is_deleted": bool(number % 2)},
        "rename": {"title": "Написать"},
    }
    match what:
        case "delete":
            rows.delete()
        case "fold":
            commands.fold_totals(actor=SYSTEM)
        case "add":
            Task.objects.bulk_create(some_task(cast, one) for one in places)
        case "roll back":
            with transaction.atomic():
                rows.update(state="open", due_at=NOON)
                transaction.set_rollback(True)
        case _:
            rows.update(**values[what])


def told(actor: Actor, at: datetime) -> Counter[int]:
    found: Counter[int] = Counter()
    for part in queries.late_by_person(actor, at):
        for row in part:
            found[row["owner_id"]] += row["tasks"]
    return found


def counted(actor: Actor, at: datetime) -> Counter[int]:
    return Counter(queries.overdue_tasks(actor, at).values_list("owner_id", flat=True))


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    steps=st.lists(
        st.tuples(st.sampled_from(WHAT), st.frozensets(st.integers(0, 35), max_size=12), st.integers(0, 60)), max_size=6
    ),
    who=st.sampled_from(["director", "anna", "head"]),
    minutes=st.integers(-1500, 1500),
)
def test_late_tasks_by_person_are_those_of_the_tasks(
    cast: Cast,
    tasks: list[Task],
    steps: list[tuple[str, frozenset[int], int]],
    who: str,
    minutes: int,
) -> None:
    at = NOON + timedelta(minutes=minutes)
    with transaction.atomic():
        for step in steps:
            take(cast, *step)
        kept, each = told(cast.actor(who), at), counted(cast.actor(who), at)
        transaction.set_rollback(True)

    assert kept == each


def test_folding_leaves_a_row_for_each_person_and_day(cast: Cast, tasks: list[Task]) -> None:
    Task.objects.update(due_at=NOON - timedelta(days=900), state="open", owner=cast.anna)
    before = told(cast.actor("director"), NOON)

    commands.fold_totals(actor=SYSTEM)

    assert told(cast.actor("director"), NOON) == before == {cast.anna.pk: 30}
    assert TaskTotal.objects.count() == 1


def test_who_reaches_all_is_told_by_totals(cast: Cast, tasks: list[Task]) -> None:
    with CaptureQueriesContext(connection) as seen_whole:
        told(cast.actor("director"), NOON)
    with CaptureQueriesContext(connection) as seen_own:
        told(cast.actor("anna"), NOON)

    tables = ["calendar_tasktotal" in " ".join(one["sql"] for one in seen) for seen in (seen_whole, seen_own)]
    assert tables == [True, False]
