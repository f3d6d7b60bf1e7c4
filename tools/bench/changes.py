"""A group change of ten thousand deals, its preview and its way back, and how fast pages stay meanwhile."""

from __future__ import annotations

import statistics
import threading
import time
import uuid
from collections.abc import Iterator
from typing import Any

from django.db import connection

from okno.access import queries as access
from okno.access.models import User
from okno.areas.deals.models import Deal
from okno.areas.deals.queries import deals
from okno.kit import jobs
from okno.kit.changing import running, taking_back
from okno.kit.changing.asked import Asked
from okno.kit.changing.edits import Edit
from okno.kit.models.registry import JobRun
from okno.kit.permissions import Actor
from tools.bench.clock import Figure
from tools.bench.processor import Spent, spent
from tools.bench.scratch import scratch

ROWS, SECONDS = 10_000, 60


def change_of_deals() -> Iterator[Figure]:
    """Give ten thousand deals another source and a sum by a percentage, in a copy of the medium company."""
    with scratch():
        yield from change_of(access.actor_of(User.objects.filter(roles__code="director").order_by("pk")[0]))


def change_of(actor: Actor) -> Iterator[Figure]:
    """The same in the database in use."""
    asked = _asked()
    shown = _timed(actor, running.PREVIEW_WORK, asked)
    calm = statistics.median(_page(actor) for _time in range(30))
    pace = _Pace(actor)
    with pace:
        done = _timed(actor, running.WORK, asked)
    job = JobRun.objects.latest("id")
    told: dict[str, Any] = {"job": job.pk, "cause": job.result["cause"]}
    back = _timed(actor, taking_back.WORK, asked, **told)
    note = f"{len(asked.ids)} deals: {job.result['done']} changed, {job.result['refused_count']} refused"
    for name, took in (("preview", shown), ("run", done), ("way back", back)):
        target = f"< {SECONDS} s"
        is_quick = took.clock < SECONDS
        yield Figure(f"group change: {name}", took.clock, unit="s", target=target, holds=is_quick, note=note)
        yield took.figure(f"group change: {name}", f"{len(asked.ids)} deals")
    slower = statistics.median(pace.times) / calm
    note = "the median of first pages of a list while it runs, against that of a calm moment"
    yield Figure("group change: pages meanwhile", slower, unit="times", target="< 3 times", holds=slower < 3, note=note)


def _asked() -> Asked:
    ids = list(Deal.objects.filter(is_deleted=False, closed_at=None).order_by("pk").values_list("pk", flat=True)[:ROWS])
    missing = ROWS - len(ids)
    if missing > 0:
        rest = Deal.objects.filter(is_deleted=False).exclude(pk__in=ids).order_by("pk")
        ids = sorted([*ids, *rest.values_list("pk", flat=True)[:missing]])
    edits = [Edit("source", "set", "Выставка"), Edit("amount", "percent", "10")]
    return Asked(record="deals.deal", ids=ids, label="bench", command="deals.update", on="deal", edits=edits)


def _timed(actor: Actor, work: str, asked: Asked, **more: Any) -> Spent:
    key = uuid.uuid4().hex
    args = {**asked.plain(), **more, "key": key}
    with spent() as found:
        job = jobs.do_now(actor=actor, key=key, work=work, label=asked.label, args=args)
    if job.state != JobRun.State.DONE:
        raise SystemExit(f"the change broke off: {job.error}")
    return found


def _page(actor: Actor) -> float:
    """Seconds for the rows of a first page of deals."""
    began = time.perf_counter()
    list(deals(actor).filter(is_deleted=False).order_by("-id").values("id", "title", "amount")[:50])
    return time.perf_counter() - began


class _Pace:
    """First pages of a list, asked for again and again in a thread of their own."""

    def __init__(self, actor: Actor) -> None:
        self.actor = actor
        self.times: list[float] = []
        self._ends = threading.Event()
        self._thread = threading.Thread(target=self._ask)

    def __enter__(self) -> None:
        self._thread.start()

    def __exit__(self, *_error: object) -> None:
        self._ends.set()
        self._thread.join()

    def _ask(self) -> None:
        while not self._ends.wait(0.1):
            self.times.append(_page(self.actor))
        connection.close()
