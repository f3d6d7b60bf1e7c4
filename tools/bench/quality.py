"""Quality, portraits and potentials of fifty thousand clients: all of them anew, and what one change costs."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from django.db import connection
from django.utils import timezone

from okno.areas.clients import commands as clients
from okno.areas.clients.models import Client
from okno.areas.clients.web.pages import ClientList
from okno.engines.portraits import commands as portraits
from okno.engines.potential import commands as potential
from okno.engines.potential.queries import When
from okno.engines.quality import commands as quality
from okno.fronts.home.parts.potential import BOUGHT
from okno.kit.commands import unjournalled
from okno.kit.fields import following
from okno.kit.permissions import SYSTEM
from okno.kit.registry import registry
from tools.bench.clock import Figure, compared, interleaved, spent
from tools.bench.scratch import scratch

COUNT, RECORD = 50_000, "clients.client"
MOST_SECONDS, MOST_OF_SAVING = 120, 2.0
BURST, MOST_OF_ONE, MOST_OF_BURST = 200, 0.5, 5
ROUNDS = 15


def quality_of_clients() -> Iterator[Figure]:
    """Grow the base of a copy of the medium company, set criteria, questions and a formula, and judge all."""
    with scratch():
        _grow()
        plain = _saving()
        quality.take_shipped(actor=SYSTEM, record=RECORD)
        made = portraits.set_questionnaire(actor=SYSTEM, record=RECORD, name="Склад")
        for key in ("city", "site", "source"):
            portraits.add_question(actor=SYSTEM, questionnaire=made, field=key)
        formula = 'len(name) * 1000 * or_zero(coefficient("отрасль", city))'
        potential.set_formula(actor=SYSTEM, record=RECORD, name="Стеллажи", expression=formula, fact=BOUGHT)
        yield from _all_anew()
        saving = interleaved({"saving": _save}, ROUNDS)["saving"]
        note = "clients.update with 35 criteria, 3 questions and a formula, against none of them"
        name, against = "quality: one change of a client", "saving alone"
        yield compared(name, saving, plain, MOST_OF_SAVING, against=against, note=note)
        yield from _followed()
        yield from _lists()


def _followed() -> Iterator[Figure]:
    """What the worker does after a change, and after many of them in a burst."""
    following.catch_up()
    for count, most in ((1, MOST_OF_ONE), (BURST, MOST_OF_BURST)):
        for row in Client.objects.order_by("pk")[:count]:
            clients.update(actor=SYSTEM, client=row, values={"city": "Орёл" if row.city != "Орёл" else "Тверь"})
        took = spent(following.catch_up)
        name = f"quality: changes of {count} clients carried on by the worker"
        note = f"portraits, potentials and quality, a command for each; {took.note}"
        yield Figure(name, took.processor, unit="s", target=f"< {most} s", holds=took.processor < most, note=note)


def _grow() -> None:
    rows = list(Client.objects.order_by("pk")[:5_000])
    missing = COUNT - Client.objects.count()
    with unjournalled():
        while missing > 0:
            names = ("name", "name_key", "kind", "status", "inn", "phone", "email", "city", "source", "owner_id")
            part = rows[:missing]
            fresh = [Client(**{name: getattr(one, name) for name in names}) for one in part]
            Client.objects.bulk_create(fresh, batch_size=1_000)
            missing -= len(part)
    with connection.cursor() as cursor:
        cursor.execute("analyze clients_client")


def _all_anew() -> Iterator[Figure]:
    record = registry.record(RECORD)
    now = When(timezone.now(), timezone.get_default_timezone())
    acts: dict[str, Callable[[], object]] = {
        "portraits: all anew": lambda: portraits.fill_all(record, lambda *_told: None),
        "quality: all anew": lambda: quality.judge_all(record, lambda *_told: None),
        "quality: all again, nothing has moved": lambda: quality.judge_all(record, lambda *_told: None),
        "quality: the snapshot of a day": lambda: quality.snap(actor=SYSTEM, record=RECORD),
        "potential: all anew": lambda: potential.estimate_all(record, now, lambda *_told: None),
    }
    for name, act in acts.items():
        took = spent(act)
        note, target = f"{COUNT:,} clients; {took.note}", f"< {MOST_SECONDS} s"
        yield Figure(name, took.processor, unit="s", target=target, holds=took.processor < MOST_SECONDS, note=note)


def _lists() -> Iterator[Figure]:
    def first(**asked: str) -> Callable[[], object]:
        selection = ClientList.select(SYSTEM, asked)
        return lambda: list(selection.order.apply(selection.rows()).values_list("pk", flat=True)[:50])

    found = interleaved({"plain": first(sort="-created_at"), "ours": first(sort="quality")}, ROUNDS)
    note = "the first 50 of a list, against the order by a column without an index"
    yield compared("quality: sorting by it", found["ours"], found["plain"], 2.0, against="created_at", note=note)


def _saving() -> float:
    return interleaved({"saving": _save}, ROUNDS)["saving"]


def _save() -> None:
    row = Client.objects.order_by("pk")[0]
    clients.update(actor=SYSTEM, client=row, values={"city": "Тула" if row.city != "Тула" else "Пермь"})
