"""What the database is told of runs: a row for each, whose the changes are that come next, and hints to open pages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import connection
from psycopg.types.json import Jsonb

from okno.kit.permissions import Actor
from okno.kit.registry import Settling, registry

# Where web processes listen for hints to open pages.
LIVE = "okno_live"


def open_row(
    name: str, actor: Actor, args: Mapping[str, Any], key: str, cause: int | None, depth: int
) -> tuple[int, tuple[Settling, ...]]:
    """The id of a new run, and what there is to be brought up to its changes: asked in one trip."""
    asks = ", ".join(one.asks for one in registry.settling)
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            with run as (
                insert into kit_commandrun (name, actor_kind, user_id, actor_name, cause_id, depth, args, key)
                values (%s, %s, %s, %s, %s, %s, %s, %s) returning id
            )
            select id, set_config('okno.run', id::text, true), array[{asks}]::boolean[] from run
            """,  # noqa: S608 - what parts of the house ask stands in their code
            [name, actor.kind, actor.user_id, actor.name[:200], cause, depth, _json(dict(args)), key or None],
        )
        run_id, _set, found = cursor.fetchone()
    return int(run_id), tuple(one for one, is_there in zip(registry.settling, found, strict=True) if is_there)


def tell_run(run_id: str) -> None:
    """Tell the database whose the changes are that come next."""
    with connection.cursor() as cursor:
        cursor.execute("select set_config('okno.run', %s, true)", [run_id])


def hint(*messages: str) -> None:
    """Send hints to open pages when the transaction commits. Changes that follow in it are of no run."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select set_config('okno.run', '', true) union all select pg_notify(%s, said)::text "
            "from unnest(%s::text[]) as said",
            [LIVE, list(messages)],
        )


def _json(value: Any) -> Any:
    """A parameter of type jsonb; Django's types of parameters do not know it."""
    return Jsonb(value)
