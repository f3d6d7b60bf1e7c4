"""Crashes of the worker: killed in the middle, its work is done once after the restart; what kills it again stops."""

from __future__ import annotations

import datetime as dt
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.db import connection
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from okno.access.models import User
from okno.areas.deals.models import Deal
from okno.areas.deals.tests.factories import a_deal
from okno.config.worker import MOST_RECOVERIES
from okno.kit import events, jobs
from okno.kit.models import Delivery, EventRow
from okno.kit.permissions import SYSTEM
from okno.kit.troubles import finding

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]

ROOM = "mechanisms.crashing_worker"
# A worker takes seconds to start, and many of them on a busy machine.
WAIT_SECONDS = 60


@pytest.fixture
def deal() -> Deal:
    """A deal whose comment takes the signs of effects."""
    made = a_deal(User.objects.create(email="anna@okno.test", name="Анна"))
    Delivery.objects.all().delete()
    with connection.cursor() as cursor:
        cursor.execute("delete from procrastinate_jobs")
    return made


def wait_until(is_so: Callable[[], bool]) -> None:
    deadline = time.monotonic() + WAIT_SECONDS
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.05)


@contextmanager
def working(folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A worker process over the database of this test."""
    known = connection.settings_dict
    address = f"postgresql://{known['USER']}@/{known['NAME']}?host={known['HOST']}"
    environ = os.environ | {
        "DJANGO_SETTINGS_MODULE": "okno.config.settings",
        "OKNO_DATABASE_URL": address,
        "CRASH_FOLDER": str(folder),
    }
    with (folder / "worker.log").open("ab") as log:
        process = subprocess.Popen(
            [sys.executable, "-c", "from tests.mechanisms import crashing_worker; crashing_worker.main()"],
            env=environ,
            stdout=log,
            stderr=log,
        )
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def deliver(deal: Deal, handler: str, *, tries: int = 0) -> None:
    """An event for one of the handlers of the crashing worker, as a command of the product leaves it."""
    told = {"deal_id": deal.pk, "from_stage": "new", "to_stage": "offer"}
    row = EventRow.objects.create(name="deals.DealMoved", payload=told, order_key=f"deal_id:{deal.pk}")
    Delivery.objects.create(event=row, handler=f"{ROOM}.{handler}", order_key=row.order_key, tries=tries)


def make_due() -> None:
    """What was begun is tried again after half a minute: not in a test."""
    Delivery.objects.filter(state="waiting").update(next_try_at=timezone.now() - dt.timedelta(hours=1))


def comments() -> list[str]:
    return list(Deal.objects.order_by("id").values_list("comment", flat=True))


def waiting_jobs() -> bool:
    return ProcrastinateJob.objects.filter(status__in=["todo", "doing"]).exists()


def a_deal_of_its_own(deal: Deal) -> Deal:
    """A row that nobody else writes: the handler holds the other one."""
    assert deal.owner is not None
    made = a_deal(deal.owner)
    Delivery.objects.exclude(event__name="deals.DealMoved", handler__startswith=ROOM).delete()
    return made


def test_what_is_killed_in_the_middle_is_done_once_after_the_restart(deal: Deal, tmp_path: Path) -> None:
    deliver(deal, "handle_slowly")
    jobs.defer_command("crash.slow", SYSTEM, {"deal_id": a_deal_of_its_own(deal).pk})
    with working(tmp_path) as process:
        wait_until(lambda: {"handler", "job"} <= {path.name for path in tmp_path.iterdir()})
        os.kill(process.pid, signal.SIGKILL)
    assert comments() == ["", ""]

    make_due()
    with working(tmp_path):
        wait_until(lambda: Delivery.objects.get().state == "done" and not waiting_jobs())

    assert comments() == ["h", "j"]
    assert Delivery.objects.get().tries == 2


def stopped() -> finding.Trouble | None:
    """What the page of troubles shows of work that is tried no more, once its reason is known."""
    rows = [row for group in finding.groups(most=1) for row in group.rows]
    return next((one for one in rows if one.state == finding.State.FAILED and one.error), None)


def test_a_job_that_kills_its_worker_stops_and_is_shown_to_the_administrator(deal: Deal, tmp_path: Path) -> None:
    jobs.defer_command("crash.deadly", SYSTEM, {"deal_id": deal.pk})
    with connection.cursor() as cursor:
        cursor.execute("update procrastinate_jobs set attempts = %s", [MOST_RECOVERIES])

    with working(tmp_path) as process:
        assert process.wait(timeout=WAIT_SECONDS) == -signal.SIGKILL
    with working(tmp_path):
        wait_until(lambda: stopped() is not None)

    assert (found := stopped()) is not None
    assert (found.name, str(MOST_RECOVERIES) in found.error) == ("crash.deadly", True)
    assert comments() == [""]


def test_a_delivery_that_kills_its_worker_stops_and_is_shown_to_the_administrator(deal: Deal, tmp_path: Path) -> None:
    deliver(deal, "handle_deadly", tries=events.MAX_TRIES - 1)

    with working(tmp_path) as process:
        assert process.wait(timeout=WAIT_SECONDS) == -signal.SIGKILL
    make_due()
    with working(tmp_path):
        wait_until(lambda: stopped() is not None)

    assert (found := stopped()) is not None
    assert (found.tries, comments()) == (events.MAX_TRIES, [""])
    assert str(events.MAX_TRIES) in found.error
