"""A group change of ten thousand deals, its preview and its way back, and how fast pages stay meanwhile."""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from okno.access import queries as access
from okno.access.models import User
from okno.areas.deals.models import Deal
from okno.kit import jobs
from okno.kit.changing import running, taking_back
from okno.kit.changing.asked import Asked
from okno.kit.changing.edits import Edit, How, settled
from okno.kit.fields import custom
from okno.kit.models.registry import JobRun
from okno.kit.permissions import SYSTEM, Actor
from okno.kit.registry import registry
from tools.bench.clock import Figure, compared
from tools.bench.processor import Spent, spent
from tools.bench.scratch import SCRATCH, scratch

ROWS, SECONDS = 10_000, 60
PERSON, CALM_S = (SCRATCH, "sokolova", "/deals/?mode=list"), 5


def change_of_deals() -> Iterator[Figure]:
    """Give ten thousand deals another source and a sum by a percentage, in a copy of the medium company."""
    with scratch():
        yield from change_of(access.actor_of(User.objects.filter(roles__code="director").order_by("pk")[0]))


def change_of(actor: Actor) -> Iterator[Figure]:
    """The same in the database in use."""
    asked = _asked()
    shown = _timed(actor, running.PREVIEW_WORK, asked)
    with _asked_meanwhile() as calm:
        time.sleep(CALM_S)
    with _asked_meanwhile() as busy:
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
    pages, alone = (statistics.median(times) * 1000 for times in (busy, calm))
    note = f"the median of {len(busy)} lists of deals while it runs; floor: {len(calm)} at a calm moment"
    yield compared("group change: pages meanwhile", pages, alone, 2.0, against="calm", note=note)
    for name, other in _others(actor, asked.ids).items():
        yield from _other(actor, name, other)


def _others(actor: Actor, ids: Sequence[int]) -> dict[str, Asked]:
    """Further ways of changing the same deals, by what they are called in the table."""
    same: dict[str, Any] = {"record": "deals.deal", "ids": ids, "label": "bench"}
    custom.add(actor=SYSTEM, record="deals.deal", key="tags", label="Метки", kind="tags")
    record, tags = registry.record("deals.deal"), [Edit("x_tags", How.ADD, ["Акция осени"])]
    update: dict[str, Any] = {**same, "command": "deals.update", "on": "deal"}
    to = User.objects.filter(roles__code="seller").order_by("-pk")[0].pk
    return {
        "by a formula": Asked(**update, edits=[Edit("title", How.FORMULA, 'title + " (2027)"')]),
        "a tag added": Asked(**update, edits=settled(actor, record, tags)),
        "handed over": Asked(**same, command="deals.assign", on="deal", given={"owner": to}),
        "marked for deletion": Asked(**same, command="purging.mark", on="row_id", given={"record": "deals.deal"}),
    }


def _other(actor: Actor, name: str, asked: Asked) -> Iterator[Figure]:
    """One of them and its way back, by the clock and by the processor."""
    done = _timed(actor, running.WORK, asked)
    job = JobRun.objects.latest("id")
    back = _timed(actor, taking_back.WORK, asked, job=job.pk, cause=job.result["cause"])
    changed, restored = job.result["done"], JobRun.objects.latest("id").result["done"]
    for what, took, count in ((name, done, changed), (f"{name}, way back", back, restored)):
        is_quick, note = took.clock < SECONDS, f"{len(asked.ids)} deals: {count} changed; {took.told()}"
        yield Figure(f"group change: {what}", took.clock, unit="s", target=f"< {SECONDS} s", holds=is_quick, note=note)


@contextmanager
def _asked_meanwhile() -> Iterator[list[float]]:
    """Seconds that each page took that a person asked for while the block ran: they are there when it has ended."""
    times: list[float] = []
    command = [sys.executable, "-m", "tools.bench.pace", *PERSON]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    with process:
        process.stdout.readline()  # type: ignore[union-attr]
        try:
            yield times
        finally:
            told, _errors = process.communicate()
            times += json.loads(told)


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
