"""A web server of the real kind for tests: the one ASGI application on a free port of this machine."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import uvicorn
from django.db import connection

from okno.config.asgi import application
from okno.config.web import WebServer
from okno.kit import run_rows

WAIT_SECONDS = 10
LISTENING = f"listen {run_rows.LIVE}"


@contextmanager
def serving() -> Iterator[int]:
    """Serve the test database for a while; gives the port. Data must be committed to be seen."""
    listening = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(application, lifespan="on", ws="none", log_config=None, timeout_graceful_shutdown=1)
    server = WebServer(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
    thread.start()
    port: int = listening.getsockname()[1]
    try:
        wait_until(lambda: server.started and _database_is_listened_to())
        yield port
    finally:
        server.should_exit = True
        thread.join()


def wait_until(is_so: Callable[[], bool]) -> None:
    """Look again and again until it is so; fail after ten seconds."""
    deadline = time.monotonic() + WAIT_SECONDS
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def _database_is_listened_to() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("select count(*) from pg_stat_activity where query = %s and state = 'idle'", [LISTENING])
        return bool(cursor.fetchone()[0])
