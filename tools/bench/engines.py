"""What has no page: events through a handler, open live connections, an import from 1C."""

from __future__ import annotations

import contextlib
import http.client
import os
import signal
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from okno.kit import commands, events
from okno.kit.events import Event
from okno.kit.models.feed import Entry
from okno.kit.models.journal import Delivery
from okno.kit.permissions import SYSTEM
from okno.kit.registry import registry
from tools.bench.clock import Figure
from tools.bench.scratch import scratch
from tools.bench.visitor import Visitor, use

EVENTS, EVENTS_PER_RUN, RECORDS = 10_000, 500, 1_000
CONNECTIONS = 500
PAGES = 40


@dataclass(frozen=True, kw_only=True)
class Measured(Event):
    """Something happened to a record."""

    row_id: int


def write_entry(event: Measured) -> None:
    """An effect of the smallest kind: one row."""
    Entry.objects.create(kind="measured", scope_record="deals.deal", scope_id=event.row_id, payload={})


def through_a_handler() -> Figure:
    """Tell 10,000 events about 1,000 records and deliver them all to one handler."""
    registry.on(Measured, write_entry)
    with scratch():
        return _told_and_delivered()


def _told_and_delivered() -> Figure:
    for start in range(0, EVENTS, EVENTS_PER_RUN):
        with commands.opened("bench.tell", SYSTEM, {}, ""):
            for number in range(start, start + EVENTS_PER_RUN):
                events.emit(Measured(row_id=number % RECORDS))
    began = time.perf_counter()
    while events.deliver_due():
        pass
    rate = EVENTS / (time.perf_counter() - began)
    waiting = Delivery.objects.filter(state=Delivery.State.WAITING).count()
    written = Entry.objects.filter(kind="measured").count()
    note = f"{written} effects of {EVENTS} events, {waiting} left"
    return Figure(
        "events through one handler", rate, unit="a second", target="≥ 300 a second", holds=rate >= 300, note=note
    )


def live_connections() -> Iterator[Figure]:
    """Hold 500 idle live connections on one web process; what each costs, and how pages fare beside a free process."""
    use("large")
    person = Visitor("sokolova")
    cookie = f"sessionid={person.client.cookies['sessionid'].value}"
    with _web() as (free, _pid), _web() as (busy, pid):
        _page_times(cookie, free, busy)
        idle = _memory(pid)
        streams = [_stream(busy, cookie) for _number in range(CONNECTIONS)]
        time.sleep(2)
        cost = (_memory(pid) - idle) / CONNECTIONS
        without, beside = _page_times(cookie, free, busy)
        for one in streams:
            one.close()
    note = f"{CONNECTIONS} in one process"
    yield Figure("idle live connection", cost, unit="KB", target="< 20 KB", holds=cost < 20, note=note)
    holds = beside / without <= 1.1
    yield Figure(
        "page beside 500 live connections", beside, floor=without, target="unchanged", holds=holds, note="floor: none"
    )


@contextlib.contextmanager
def _web() -> Iterator[tuple[int, int]]:
    """A web process of the product on the large company; gives its port and its number."""
    listening = socket.create_server(("127.0.0.1", 0), backlog=1024)
    address = f"postgresql://okno@/large?host={settings.DATABASES['default']['HOST']}"
    started = [sys.executable, "-m", "tools.bench.web", str(listening.fileno())]
    process = subprocess.Popen(
        started,
        env={**os.environ, "OKNO_DATABASE_URL": address},
        pass_fds=[listening.fileno()],
        stdout=subprocess.DEVNULL,
    )
    try:
        yield listening.getsockname()[1], process.pid
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(20)
        listening.close()


def _page_times(cookie: str, *ports: int) -> list[float]:
    """Median milliseconds of a page of each process, asked for in turn, each over one kept connection."""
    connections = [http.client.HTTPConnection("127.0.0.1", port, timeout=60) for port in ports]
    spent: list[list[float]] = [[] for _port in ports]
    for number in range(PAGES + 5):
        for opened, times in zip(connections, spent, strict=True):
            began = time.perf_counter()
            opened.request("GET", "/deals/?mode=list", headers={"Cookie": cookie})
            response = opened.getresponse()
            response.read()
            if response.status != 200:
                raise SystemExit(f"/deals/: {response.status}")
            if number >= 5:
                times.append((time.perf_counter() - began) * 1000)
    for opened in connections:
        opened.close()
    return [statistics.median(times) for times in spent]


def _stream(port: int, cookie: str) -> socket.socket:
    """An open stream that has said hello."""
    opened = socket.create_connection(("127.0.0.1", port), timeout=30)
    opened.sendall(f"GET /live?topics=deals.deal HTTP/1.1\r\nHost: localhost\r\nCookie: {cookie}\r\n\r\n".encode())
    said = b""
    while b"event: hello" not in said:
        part = opened.recv(4096)
        if not part:
            raise SystemExit(said.decode(errors="replace"))
        said += part
    return opened


def _memory(pid: int) -> float:
    """Memory of a process that nobody shares with it, in KB (USS)."""
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    return float(sum(int(line.split()[1]) for line in lines if line.startswith(("Private_Clean", "Private_Dirty"))))
