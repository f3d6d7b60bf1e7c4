"""Custom fields beside built-in ones: sorted, filtered, searched, added up and walked on two hundred thousand deals."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from functools import partial
from typing import Any

from django.db import connection
from django.db.models import QuerySet

from okno.access import queries as access
from okno.access.models import User
from okno.areas.clients.models import Client
from okno.areas.clients.queries import clients
from okno.areas.clients.record import CLIENT
from okno.areas.deals.models import Deal
from okno.areas.deals.queries import deals
from okno.areas.deals.record import DEAL
from okno.kit import jobs
from okno.kit.api.reading import Source
from okno.kit.commands import unjournalled
from okno.kit.fields import custom
from okno.kit.models import FieldDef
from okno.kit.models.registry import JobRun
from okno.kit.permissions import SYSTEM, Actor
from okno.kit.registry import registry
from okno.kit.rows import totals
from okno.kit.rows.columns import columns_for
from tools.bench.clock import Act, Figure, compared, interleaved
from tools.bench.scratch import scratch

Asked = tuple[Any, str]  # a condition and an order
DEALS, ROUNDS, MOST = 200_000, 30, 2.0
SORTED = {"is_sortable": True}
FIELDS: dict[str, dict[str, Any]] = {
    "price": {"kind": "money", "settings": SORTED},
    "visit": {"kind": "date", "settings": SORTED},
    "code": {"kind": "text", "settings": {**SORTED, "is_searchable": True}},
    "tax": {"kind": "formula", "settings": {**SORTED, "formula": "amount * 0.2"}},
    "partner": {"kind": "link", "settings": SORTED, "link": "clients.client"},
}
LINKED = "linked_deals_deal_x_partner"


def custom_fields() -> Iterator[Figure]:
    """Measure in a copy of the medium company grown to two hundred thousand deals."""
    with scratch():
        yield from measure(access.actor_of(User.objects.filter(roles__code="director").order_by("pk")[0]))


def measure(actor: Actor) -> Iterator[Figure]:
    """The same in the database in use."""
    _grow()
    for key, given in FIELDS.items():
        custom.add(actor=SYSTEM, record="deals.deal", key=key, label=key, **given)
    yield from _built()
    for name, (ours, floor), note in _all_pairs(actor):
        spent = interleaved({"ours": ours, "floor": floor}, ROUNDS)
        yield compared(f"custom field: {name}", spent["ours"], spent["floor"], MOST, against="built-in", note=note)


def _all_pairs(actor: Actor) -> Iterator[tuple[str, tuple[Act, Act], str]]:
    """What is timed: first pages over the API, counts as lists tell them, and sums."""
    own, behind = Source(DEAL, deals), Source(CLIENT, clients)
    for name, ours, floor in _pairs():
        yield name, (partial(_page, own, actor, *ours), partial(_page, own, actor, *floor)), "50 rows"
    for name, ours, floor in _link_pairs():
        yield name, (partial(_page, own, actor, *ours), partial(_page, own, actor, *floor)), "50 rows"
        acts = (partial(_count, own, actor, *ours), partial(_count, own, actor, *floor))
        yield f"{name}, counted", acts, f"at most {totals.CAP} rows"
    for name, ours, floor in _back_pairs():
        yield name, (partial(_page, behind, actor, *ours), partial(_page, behind, actor, *floor)), "50 clients"
    everything = own.select(actor, where="", q="", sort="").rows(narrow=True)
    for name, ours_of, floor_of in _sum_pairs():
        yield name, (partial(_sum, actor, everything, *ours_of), partial(_sum, actor, everything, *floor_of)), ""


def _link_pairs() -> Iterator[tuple[str, Asked, Asked]]:
    """Conditions on the row that a custom link leads to, and the same by the key of the table."""
    sample = Client.objects.exclude(city="").order_by("-pk")[0]
    yield "a linked row", _leaf("x_partner", "eq", sample.pk), _leaf("client", "eq", sample.pk)
    for name, key, op, value in (
        ("a text of the linked row", "city", "eq", sample.city),
        ("a fragment of its name", "name", "contains", sample.name.split()[-1]),
        ("a tick of the linked row", "is_vip", "eq", True),
        ("a name of what it links to", "owner.name", "contains", "соколова"),
    ):
        yield name, _leaf(f"x_partner.{key}", op, value), _leaf(f"client.{key}", op, value)


def _back_pairs() -> Iterator[tuple[str, Asked, Asked]]:
    """Conditions on rows that point back by a custom link, and by the key of their table."""
    large = {"field": "amount", "op": "gt", "value": 999_000}
    yield "some rows that link here", ({"some": LINKED, "where": large}, ""), ({"some": "deals", "where": large}, "")
    none = {"field": "amount", "op": "gt", "value": 100_000}
    yield "no rows that link here", ({"none": LINKED, "where": none}, ""), ({"none": "deals", "where": none}, "")


def _sum_pairs() -> Iterator[tuple[str, tuple[str, str], tuple[str, str]]]:
    """Keys of a number and of what its sums are grouped by."""
    yield "a sum of all rows", ("x_price", ""), ("amount", "")
    yield "sums by linked rows", ("x_price", "x_partner"), ("amount", "client")
    yield "sums by a stage", ("x_price", "stage"), ("amount", "stage")


def _pairs() -> Iterator[tuple[str, Asked, Asked]]:
    """What is asked of a custom field and of a built-in one that holds the same values."""
    yield "sorted by a sum, greatest first", (None, "-x_price"), (None, "-amount")
    yield "sorted by a formula", (None, "-x_tax"), (None, "-amount")
    yield "sorted by the name of a linked row", (None, "x_partner"), (None, "client")
    narrow = [5_000, 5_050]
    yield "a sum in a range", _leaf("x_price", "between", narrow), _leaf("amount", "between", narrow)
    yield "a sum above, sorted by it", _above("x_price"), _above("amount")
    days = ["2026-03-01", "2026-03-02"]
    yield "a day in a range", _leaf("x_visit", "between", days), _leaf("expected_date", "between", days)
    part = "сделка 19999"
    yield "a fragment of a text", _leaf("x_code", "contains", part), _leaf("title", "contains", part)
    whole = "Сделка 199991"
    yield "a text that is there once", _leaf("x_code", "eq", whole), _leaf("title", "eq", whole)


def _above(key: str) -> Asked:
    return {"field": key, "op": "gt", "value": 900_000}, f"-{key}"


def _leaf(key: str, op: str, value: Any) -> Asked:
    return {"field": key, "op": op, "value": value}, ""


def _count(source: Source, actor: Actor, where: Any, sort: str) -> None:
    selection = source.select(actor, where=json.dumps(where) if where else "", q="", sort=sort)
    totals.capped(selection.rows(narrow=True), [])


def _sum(actor: Actor, rows: QuerySet[Deal], number: str, group: str) -> None:
    columns = columns_for(actor, DEAL, [number, *([group] if group else [])])
    if group:
        totals.grouped(rows, columns[1], columns[:1])
    else:
        totals.whole(rows, columns)


def _page(source: Source, actor: Actor, where: Any, sort: str) -> None:
    selection = source.select(actor, where=json.dumps(where) if where else "", q="", sort=sort)
    source.page(selection, "", 50)


def _built() -> Iterator[Figure]:
    """Values of the formula for all rows and all indexes, made by the jobs that adding the fields has left."""
    for job in JobRun.objects.filter(work="fields.build", state="waiting").order_by("id"):
        began = time.perf_counter()
        jobs.do_work(job.pk)
        note = f"{job.label}, {DEALS} rows"
        yield Figure(f"custom field: built, {job.pk}", time.perf_counter() - began, unit="s", note=note)
    registry.forget_custom_fields()
    left = FieldDef.objects.exclude(state="ready").values_list("key", "problem")
    if left:
        raise SystemExit(f"not built: {list(left)}")


def _grow() -> None:
    """Deals of all clients whose custom values equal their built-in ones, so that both ways find the same rows."""
    sample = Deal.objects.order_by("pk")[0]
    columns = [one.column for one in Deal._meta.concrete_fields]
    told = {
        "id": "nextval(pg_get_serial_sequence('deals_deal', 'id'))",
        "uid": "gen_random_uuid()",
        "number": "'b' || n",
        "title": "'Сделка ' || n",
        "amount": "(n * 7919 % 1000000)",
        "expected_date": "date '2026-01-01' + (n % 365)",
        "client_id": "one_of.id",
        "extra": "jsonb_build_object('x_partner', one_of.id, "
        "'x_price', jsonb_build_object('a', (n * 7919 % 1000000)::text, 'c', 'RUB'), "
        "'x_visit', (date '2026-01-01' + (n % 365))::text, 'x_code', 'Сделка ' || n)",
    }
    values = ", ".join(told.get(one, f"one.{one}") for one in columns)
    missing = DEALS - Deal.objects.count()
    with unjournalled(), connection.cursor() as cursor:
        cursor.execute("set local session_replication_role = replica")
        cursor.execute(
            f"insert into deals_deal ({', '.join(columns)}) select {values} "  # noqa: S608 - names and numbers are our own
            f"from deals_deal one, generate_series(1, {missing}) n join "
            "(select id, row_number() over (order by id) - 1 as place from clients_client) one_of "
            f"on one_of.place = n % {Client.objects.count()} "
            f"where one.id = {sample.pk}"
        )
        cursor.execute(
            "insert into kit_fieldlink (record, row_id, key, to_record, to_id) select 'deals.deal', id, 'x_partner', "
            "'clients.client', client_id from deals_deal where extra ? 'x_partner'"
        )
        cursor.execute("set local session_replication_role = origin")
    with connection.cursor() as cursor:
        cursor.execute("vacuum analyze deals_deal, kit_fieldlink")
