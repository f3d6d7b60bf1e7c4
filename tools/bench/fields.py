"""Custom fields beside built-in ones: sorted, filtered and searched on two hundred thousand deals."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from django.db import connection

from okno.access import queries as access
from okno.access.models import User
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
from tools.bench.clock import Figure, compared, interleaved
from tools.bench.scratch import scratch

Asked = tuple[Any, str]  # a condition and an order
DEALS, ROUNDS, MOST = 200_000, 30, 2.0
FIELDS: dict[str, tuple[str, dict[str, Any]]] = {
    "price": ("money", {"is_sortable": True}),
    "visit": ("date", {"is_sortable": True}),
    "code": ("text", {"is_sortable": True, "is_searchable": True}),
    "tax": ("formula", {"is_sortable": True, "formula": "amount * 0.2"}),
}


def custom_fields() -> Iterator[Figure]:
    """Measure in a copy of the medium company grown to two hundred thousand deals."""
    with scratch():
        yield from measure(access.actor_of(User.objects.filter(roles__code="director").order_by("pk")[0]))


def measure(actor: Actor) -> Iterator[Figure]:
    """The same in the database in use."""
    _grow()
    for key, (kind, settings) in FIELDS.items():
        custom.add(actor=SYSTEM, record="deals.deal", key=key, label=key, kind=kind, settings=dict(settings))
    yield from _built()
    source = Source(DEAL, deals)
    for name, ours, floor in _pairs():
        acts: dict[str, Callable[[], Any]] = {
            side: partial(_page, source, actor, *asked) for side, asked in (("ours", ours), ("floor", floor))
        }
        spent = interleaved(acts, ROUNDS)
        yield compared(f"custom field: {name}", spent["ours"], spent["floor"], MOST, against="built-in", note="50 rows")


def _pairs() -> Iterator[tuple[str, Asked, Asked]]:
    """What is asked of a custom field and of a built-in one that holds the same values."""
    yield "sorted by a sum, greatest first", (None, "-x_price"), (None, "-amount")
    yield "sorted by a formula", (None, "-x_tax"), (None, "-amount")
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
    """Deals whose custom values equal their built-in ones, so that both ways find the same rows."""
    sample = Deal.objects.order_by("pk")[0]
    columns = [one.column for one in Deal._meta.concrete_fields]
    told = {
        "id": "nextval(pg_get_serial_sequence('deals_deal', 'id'))",
        "uid": "gen_random_uuid()",
        "number": "'b' || n",
        "title": "'Сделка ' || n",
        "amount": "(n * 7919 % 1000000)",
        "expected_date": "date '2026-01-01' + (n % 365)",
        "extra": "jsonb_build_object('x_price', jsonb_build_object('a', (n * 7919 % 1000000)::text, 'c', 'RUB'), "
        "'x_visit', (date '2026-01-01' + (n % 365))::text, 'x_code', 'Сделка ' || n)",
    }
    values = ", ".join(told.get(one, f"one.{one}") for one in columns)
    missing = DEALS - Deal.objects.count()
    with unjournalled(), connection.cursor() as cursor:
        cursor.execute("set local session_replication_role = replica")
        cursor.execute(
            f"insert into deals_deal ({', '.join(columns)}) select {values} "  # noqa: S608 - names and numbers are our own
            f"from deals_deal one, generate_series(1, {missing}) n where one.id = {sample.pk}"
        )
        cursor.execute("set local session_replication_role = origin")
    with connection.cursor() as cursor:
        cursor.execute("vacuum analyze deals_deal")
