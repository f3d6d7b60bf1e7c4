"""Segments and classes of fifty thousand clients by two hundred thousand deals: worked out whole, and row by row."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.db import connection
from django.utils import timezone

from okno.areas.clients import commands as clients
from okno.areas.clients.models import Client
from okno.areas.deals.models import Deal
from okno.engines.classification import commands as classification
from okno.engines.classification import rules
from okno.engines.segments import commands as segments
from okno.engines.segments.models import Segment
from okno.kit.commands import unjournalled
from okno.kit.fields import following
from okno.kit.permissions import SYSTEM
from tools.bench.clock import Figure, Spent, spent
from tools.bench.scratch import scratch

CLIENTS, DEALS = 50_000, 200_000
RECORD = "clients.client"
WON = {"field": "stage_kind", "op": "eq", "value": "won"}
RICH = {
    "all": [
        {"some": "deals", "where": {"field": "amount", "op": "ge", "value": "300000"}},
        {"field": "is_vip", "op": "eq", "value": False},
    ]
}
AT_ONCE = 1_000


def segments_and_classes() -> Iterator[Figure]:
    """Grow a copy of the medium company to so many clients and deals, and measure."""
    with scratch():
        grow()
        yield from of_segments()
        yield from of_classes()


def grow() -> None:
    """Repeat clients and deals of the company until there are enough of them; deals are shared out by chance."""
    with unjournalled(), connection.cursor() as cursor:
        _repeat(cursor, Client, CLIENTS, {"extra": "'{}'::jsonb"})
        cursor.execute(
            "create temporary table bench_ids on commit drop as select array_agg(id) as ids from clients_client"
        )
        whose = "(select ids[1 + (random() * (cardinality(ids) - 1))::int] from bench_ids where seed.id > 0)"
        _repeat(cursor, Deal, DEALS, {"extra": "'{}'::jsonb", "client_id": whose})
    with connection.cursor() as cursor:
        cursor.execute("analyze clients_client, deals_deal")


def of_segments() -> Iterator[Figure]:
    """A segment by deals of clients: filled, worked out anew, followed."""
    made = segments.add(actor=SYSTEM, name="Богатые", record=RECORD, condition=RICH)
    filled = spent(lambda: segments.recount(actor=SYSTEM, segment=made))
    made.refresh_from_db()
    note = f"{made.size:,} of {Client.objects.count():,} clients by {Deal.objects.count():,} deals"
    yield _figure("segment: filled", filled, 10, note)
    again = spent(lambda: segments.recount(actor=SYSTEM, segment=made))
    yield _figure("segment: worked out anew", again, 10, "nobody moves")
    rows = list(Client.objects.filter(segment_links__segment=made)[:AT_ONCE])
    for one in rows:
        clients.update(actor=SYSTEM, client=one, values={"is_vip": True})
    followed = spent(_follow)
    left = Segment.objects.values_list("size", flat=True).get(pk=made.pk)
    note = f"{AT_ONCE:,} clients changed one by one went out of it"
    yield _figure("segment: changes followed", followed, 60, note, is_right=left == made.size - len(rows))
    alone = spent(lambda: clients.update(actor=SYSTEM, client=rows[0], values={"is_vip": False})).clock * 1000
    yield Figure("a command with marks", alone, note="one change of a client while a segment watches its table")


def of_classes() -> Iterator[Figure]:
    """Classes of all clients by their won deals of a year."""
    made = classification.add(
        actor=SYSTEM, name="bench", record=RECORD, of="deals.deal", link="client", amount="amount", day="created_at"
    )
    day: date = rules.month_start(timezone.localdate())
    took = spent(lambda: classification.count(actor=SYSTEM, scheme=made, day=day))
    found = made.countings.get()
    yield _figure("classes of all clients", took, 60, f"{found.rows:,} clients by {Deal.objects.count():,} deals")


def _figure(name: str, took: Spent, most: int, note: str, *, is_right: bool = True) -> Figure:
    holds = is_right and took.processor < most
    told = f"{note}; {took.note}"
    return Figure(name, took.processor, unit="s", target=f"< {most} s", holds=holds, note=told)


def _repeat(cursor: Any, model: Any, wanted: int, instead: dict[str, str]) -> None:
    """Copies of the rows there are, each with a key of its own."""
    columns = [one.column for one in model._meta.local_concrete_fields if one.column not in {"id", "uid"}]
    table = model._meta.db_table
    names = ", ".join(f'"{one}"' for one in columns)
    values = ", ".join(instead.get(one, f'"{one}"') for one in columns)
    while (have := model.objects.count()) < wanted:
        cursor.execute(
            f"insert into {table} (uid, {names}) select gen_random_uuid(), {values} from {table} as seed limit %s",  # noqa: S608 - names of our own columns
            [wanted - have],
        )


def _follow() -> None:
    following.catch_up("segments")
