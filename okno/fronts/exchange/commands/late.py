"""What waits: kept by one statement, applied in the same batch in which the awaited object comes."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from django.db import connection as database
from django.utils.translation import gettext as _
from psycopg.types.json import Jsonb

from okno.areas.catalog import commands as catalog
from okno.areas.catalog.commands import Batch
from okno.fronts.exchange import rules
from okno.fronts.exchange.commands import goods
from okno.fronts.exchange.commands.catalogue import Taking
from okno.fronts.exchange.commands.journal import Result, Told
from okno.fronts.exchange.models import Waiting


def keep(taking: Taking) -> None:
    """Write what came too early; what waited under the same name is replaced."""
    latest = {(kind, subject, *on): (payload, line) for kind, subject, on, payload, line in taking.late}
    taking.late.clear()
    if not latest:
        return
    keys, held = list(latest), list(latest.values())
    with database.cursor() as cursor:
        cursor.execute(
            """
            insert into exchange_waiting
                (connection_id, package_id, kind, subject_id, for_type, for_id, payload, line)
            select %s, %s, * from unnest(%s::text[], %s::text[], %s::text[], %s::text[], %s::jsonb[], %s::int[])
            on conflict (connection_id, kind, subject_id, for_type, for_id) do update
            set payload = excluded.payload, package_id = excluded.package_id, line = excluded.line
            """,
            [
                taking.connection.pk, taking.journal.package.pk,
                *([key[at] for key in keys] for at in range(4)),
                [Jsonb(payload) for payload, _line in held], [line for _payload, line in held],
            ],
        )  # fmt: skip


def release(taking: Taking) -> None:
    """Apply what waited for the objects that this batch has brought; it may wait for something else then."""
    fresh, taking.links.fresh = taking.links.fresh, []
    if not fresh:
        return
    with database.cursor() as cursor:
        cursor.execute(
            """
            delete from exchange_waiting where connection_id = %s
            and (for_type, for_id) in (select * from unnest(%s::text[], %s::text[]))
            returning kind, subject_id, for_type, for_id, payload, line
            """,
            [taking.connection.pk, [one[0] for one in fresh], [one[1] for one in fresh]],
        )
        rows = [Waiting(**dict(zip(_COLUMNS, row, strict=True))) for row in cursor.fetchall()]
    if rows:
        _apply(taking, rows)
        keep(taking)


_COLUMNS = ("kind", "subject_id", "for_type", "for_id", "payload", "line")


def _apply(taking: Taking, rows: Sequence[Waiting]) -> None:
    keys = {("price_type", one["type"]) for row in rows if row.kind == "prices" for one in _payload(row)["told"]}
    keys |= {("warehouse", one) for row in rows if row.kind == "rests" for one in _payload(row)["told"]["places"]}
    keys |= {("offer", _payload(row)["offer"]) for row in rows if row.kind in {"price", "rest"}}
    keys |= {({"item_group": "item", "group_parent": "group"}[row.kind], row.subject_id)
             for row in rows if row.kind in {"item_group", "group_parent"}}  # fmt: skip
    taking.links.load(keys)
    facts = goods.Facts()
    for row in rows:
        _fact(taking, facts, row)
    goods.write_facts(taking, facts)
    _place(taking, "item", "group_id", [row for row in rows if row.kind == "item_group"])
    _place(taking, "group", "parent_id", [row for row in rows if row.kind == "group_parent"])


def _fact(taking: Taking, facts: goods.Facts, row: Waiting) -> None:
    payload = _payload(row)
    if row.kind in {"prices", "rests"}:
        told = _about(taking, row)
        # A newer price may have come with the offer itself: what waited is older.
        link = taking.links.touch("offer", row.subject_id)
        if row.kind not in link.prints:
            link.prints[row.kind] = rules.print_of(payload["told"])
            add = goods.add_prices if row.kind == "prices" else goods.add_rests
            add(taking, facts, told, row.subject_id, payload["told"])
    elif row.kind == "price":
        goods.add_prices(taking, facts, _about(taking, row), payload["offer"], [payload["told"]])
    elif row.kind == "rest":
        rests = {"total": None, "places": {row.for_id: payload["quantity"]}}
        goods.add_rests(taking, facts, _about(taking, row), payload["offer"], rests)


def _about(taking: Taking, row: Waiting) -> Told:
    told = taking.journal.about(row.kind, row.subject_id, row.line)
    told.say(Result.UNCHANGED, _("It waited for this object."))
    return told


def _place(taking: Taking, kind: str, column: str, rows: Sequence[Waiting]) -> None:
    """Put items and groups, that named a group too early, into it."""
    places: dict[int, dict[str, Any]] = {}
    for row in rows:
        row_id, group_id = taking.links.row_id(kind, row.subject_id), taking.links.row_id("group", row.for_id)
        if row_id is None or row_id == group_id:
            continue
        places[row_id] = {column: group_id}
        told = taking.journal.about(kind, row.subject_id, row.line)
        told.record, told.row_id = f"catalog.{kind}", row_id
        told.say(Result.UPDATED, _("Its group has come."))
    if places:
        catalog.take_in_batch(actor=taking.actor, kind=kind, batch=Batch(list(places.items())))


def _payload(row: Waiting) -> dict[str, Any]:
    held: dict[str, Any] = row.payload if isinstance(row.payload, dict) else json.loads(row.payload)
    return held
