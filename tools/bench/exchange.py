"""An import from 1C: the four parts of a real export, as many objects a second and as much memory as it takes."""

from __future__ import annotations

import gc
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.utils import timezone

from okno.fronts.exchange.commands import connections, sessions
from okno.fronts.exchange.models import Package
from okno.kit.permissions import SYSTEM
from tools.bench.clock import Figure
from tools.bench.scratch import scratch
from tools.house import ROOT

SAMPLE = ROOT.parent / "shared" / "samples" / "commerceml" / "gillbeits-2.09"
ORDER = ("import", "prices", "offers", "rests")
PAGE_KB = 4
RUNS = 3


def import_of_samples() -> Iterator[Figure]:
    """Import all parts into a fresh copy of the medium company, several times; the median and the largest growth."""
    if not SAMPLE.is_dir():
        yield Figure("import from 1C", 0, unit="", note=f"no samples at {SAMPLE}: not measured")
        return
    found = [_import() for _number in range(RUNS)]
    rate = sorted(rate for rate, _growth, _objects in found)[RUNS // 2]
    objects = found[0][2]
    note = f"{objects} objects of gillbeits-2.09"
    yield Figure("import from 1C", rate, unit="a second", target="≥ 3000 a second", holds=rate >= 3000, note=note)
    growth = max(growth for _rate, growth, _objects in found)
    yield Figure(
        "import from 1C, memory", growth, unit="MB", target="< 64 MB", holds=growth < 64, note="peak above the start"
    )


def _import() -> tuple[float, float, int]:
    with scratch():
        made = connections.set_connection(actor=SYSTEM, code="bench", values={"name": "bench"})
        session = sessions.open_session(
            actor=SYSTEM, connection=made.connection, kind="catalog", secret=sessions.hashed("bench"), address="",
            seen_with=[], at=timezone.now(),
        )  # fmt: skip
        parts = sorted(SAMPLE.glob("*.xml"), key=lambda path: ORDER.index(path.name.partition("_")[0]))
        for part in parts:
            with part.open("rb") as body:
                sessions.receive(session, part.name, body)
        gc.collect()
        with watched() as peak:
            began = time.perf_counter()
            for part in parts:
                while not sessions.import_file(session, part.name, at=timezone.now()).is_done:
                    pass
            spent = time.perf_counter() - began
        objects = sum(Package.objects.filter(session=session).values_list("total", flat=True))
        return objects / spent, peak[0], objects


@contextmanager
def watched() -> Iterator[list[float]]:
    """Look at the memory of this process every few milliseconds; gives the most it grew, in MB."""
    start, peak, is_over = _resident(), [0.0], threading.Event()

    def look() -> None:
        while not is_over.wait(0.005):
            peak[0] = max(peak[0], (_resident() - start) / 1024)

    watcher = threading.Thread(target=look)
    watcher.start()
    try:
        yield peak
    finally:
        is_over.set()
        watcher.join()


def _resident() -> float:
    """Resident memory of this process in KB."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * PAGE_KB
