"""A copy of the medium company for one measure: what it writes does not slow the next one."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from django.conf import settings
from django.db import connection

from okno.config.postgres import Cluster, Server
from tools.bench.visitor import use

SCRATCH = "bench_scratch"


@contextmanager
def scratch() -> Iterator[None]:
    """A copy of the medium company and a data folder that are thrown away."""
    server, kept = Server(Cluster.of(settings.ENV)), settings.OKNO_DATA_DIR
    connection.close()
    with psycopg.connect(server.address("postgres"), autocommit=True) as administrator:
        administrator.execute(f"drop database if exists {SCRATCH}")
        administrator.execute(f"create database {SCRATCH} template medium")
        settings.OKNO_DATA_DIR = Path(tempfile.mkdtemp(prefix="okno-bench-scratch-"))
        use(SCRATCH)
        try:
            yield
        finally:
            connection.close()
            shutil.rmtree(settings.OKNO_DATA_DIR)
            settings.OKNO_DATA_DIR = kept
            administrator.execute(f"drop database {SCRATCH}")
