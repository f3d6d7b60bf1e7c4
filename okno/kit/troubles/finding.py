"""Deliveries of events and jobs that have failed, or are stuck: one statement each, grouped by their kind."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from okno.kit.registry import registry
from okno.kit.timeline.history import label_of

DELIVERY, JOB = "delivery", "job"
LATE = "5 minutes"
SECONDS_WITHOUT_HEARTBEAT = 30
DO_WORK, RUN_COMMAND = "kit.do_work", "kit.run_command"


class State(TextChoices):
    """What is the matter with it."""

    FAILED = "failed", _("Failed for good")
    STUCK = "stuck", _("Its worker is gone")
    LATE = "late", _("Late")
    AGAIN = "again", _("Will be tried again")


@dataclass(frozen=True)
class Trouble:
    """
    A delivery or a job that went wrong. `name` says of which kind it is, `about` which row it concerns, where that can
    be told; `next_at` is when it is tried again by itself, `error` the trace, empty when it only waits.
    """

    kind: str
    number: int
    name: str
    label: str
    state: State
    since: datetime
    tries: int
    next_at: datetime | None
    error: str
    about: tuple[str, int] | None


@dataclass
class Group:
    """Troubles of one kind, the latest first; `count` is how many there are, of which some are listed."""

    kind: str
    name: str
    label: str
    count: int
    rows: list[Trouble]


# Of each: id, name of its kind, state, when it began, tries, next try, trace, and what tells the row it is about.
DELIVERIES = f"""
    select delivery.id as id, delivery.handler || ' < ' || event.name as name,
        case when delivery.state = 'failed' then 'failed'
             when delivery.next_try_at < now() - interval '{LATE}' then 'late' else 'again' end as trouble,
        event.at as since, delivery.tries as tries, delivery.next_try_at as next_at, delivery.error as error,
        event.payload as said
    from kit_delivery delivery join kit_eventrow event on event.id = delivery.event_id
    where delivery.state = 'failed' or (delivery.state = 'waiting'
        and (delivery.error <> '' or delivery.next_try_at < now() - interval '{LATE}'))
"""  # noqa: S608 - constants of this module
JOBS = f"""
    select one.id as id,
        coalesce(case one.task_name when '{RUN_COMMAND}' then one.args ->> 'name'
            when '{DO_WORK}' then run.work end, one.task_name) as name,
        case when one.status = 'failed' then 'failed' when one.status = 'doing' then 'stuck'
             when coalesce(one.scheduled_at, one.begun) < now() - interval '{LATE}' then 'late' else 'again'
             end as trouble,
        coalesce(one.begun, one.scheduled_at, now()) as since, one.attempts as tries, one.scheduled_at as next_at,
        coalesce(failure.error, '') as error, coalesce(run.args, one.args -> 'args', '{{}}') as said
    from (
        select job.*, (select min(at) from procrastinate_events event where event.job_id = job.id) as begun
        from procrastinate_jobs job where status in ('failed', 'doing', 'todo')
    ) one
    left join procrastinate_workers worker on worker.id = one.worker_id
    left join kit_jobfailure failure on failure.job_id = one.id
    left join kit_jobrun run on one.task_name = '{DO_WORK}' and run.id = (one.args ->> 'job_id')::bigint
    where one.status = 'failed'
        or (one.status = 'doing' and coalesce(worker.last_heartbeat, '-infinity')
            < now() - interval '{SECONDS_WITHOUT_HEARTBEAT} seconds')
        or (one.status = 'todo' and (failure.id is not null
            or coalesce(one.scheduled_at, one.begun) < now() - interval '{LATE}'))
"""  # noqa: S608 - constants of this module
FOUND = {DELIVERY: DELIVERIES, JOB: JOBS}
SHAPE = re.compile(r"^(?P<what>[a-z_]+)_id$")


def groups(*, most: int) -> list[Group]:
    """All troubles by kind, the largest group first, at most so many rows of each."""
    return [one for kind in FOUND for one in _groups(kind, most)]


def counts() -> dict[tuple[str, str], int]:
    """How many there are, by `delivery` or `job` and the state."""
    found: dict[tuple[str, str], int] = {}
    for kind, rows in FOUND.items():
        for state, count in _asked(f"select trouble, count(*) from ({rows}) troubles group by trouble", []):  # noqa: S608
            found[kind, state] = count
    return found


def latest(kind: str) -> Trouble | None:
    """The last one that failed for good."""
    rows = _asked(f"select * from ({FOUND[kind]}) troubles where trouble = 'failed' order by id desc limit 1", [])  # noqa: S608
    return _trouble(kind, rows[0]) if rows else None


def numbers(kind: str, *, name: str, number: int | None) -> list[int]:
    """Ids of troubles of this name, or of the one that is named, oldest first."""
    asked = f"select id from ({FOUND[kind]}) troubles where name = %s and (%s::bigint is null or id = %s) order by id"  # noqa: S608
    return [int(row[0]) for row in _asked(asked, [name, number, number])]


def _groups(kind: str, most: int) -> list[Group]:
    rows = _asked(
        f"""
        select id, name, trouble, since, tries, next_at, error, said, many from (
            select troubles.*, count(*) over of_kind as many,
                row_number() over (partition by name order by id desc) as place
            from ({FOUND[kind]}) troubles window of_kind as (partition by name)
        ) placed where place <= %s order by many desc, name, place
        """,  # noqa: S608
        [most],
    )
    found: dict[str, Group] = {}
    for row in rows:
        one = _trouble(kind, row[:8])
        found.setdefault(one.name, Group(kind, one.name, one.label, row[8], [])).rows.append(one)
    return list(found.values())


def _trouble(kind: str, row: tuple[Any, ...]) -> Trouble:
    number, name, trouble, since, tries, next_at, error, said = row
    state, told = State(trouble), json.loads(said)
    about = _row_of_event(name, told) if kind == DELIVERY else _row_of_command(name, told)
    waits = state in {State.LATE, State.AGAIN}
    return Trouble(kind, number, name, label(kind, name), state, since, tries, next_at if waits else None, error, about)


def label(kind: str, name: str) -> str:
    """What people call a kind of job or delivery."""
    if kind == JOB:
        return label_of(name) if name in registry.commands else name
    return label_of(name.partition(" < ")[0])


def _row_of_event(name: str, payload: Mapping[str, Any]) -> tuple[str, int] | None:
    """Events name the row they are about first: by its record and id, or as `deal_id`."""
    if payload.get("record") in registry.records and isinstance(payload.get("row_id"), int):
        return payload["record"], payload["row_id"]
    area = name.partition(" < ")[2].partition(".")[0]
    for key, value in payload.items():
        shape = SHAPE.match(key)
        if shape is not None and isinstance(value, int) and (record := _record(area, shape["what"])):
            return record, value
    return None


def _record(area: str, what: str) -> str:
    """A record by its short name: of the area itself, or the only one of this name."""
    if f"{area}.{what}" in registry.records:
        return f"{area}.{what}"
    found = [name for name in registry.records if name.partition(".")[2] == what]
    return found[0] if len(found) == 1 else ""


def _row_of_command(name: str, args: Mapping[str, Any]) -> tuple[str, int] | None:
    """The first argument of a command that is a row of a record; long work names its record by itself."""
    if args.get("record") in registry.records and isinstance(args.get("row_id"), int):
        return args["record"], args["row_id"]
    command = registry.commands.get(name)
    known = {one.model: one.name for one in registry.records.values()}
    for one in command.parameters.values() if command else ():
        number = args.get(one.name)
        if one.model in known and isinstance(number, int):
            return known[one.model], number
    return None


def _asked(statement: str, values: list[Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return list(cursor.fetchall())
