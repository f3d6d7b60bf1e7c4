"""The ground of the benchmarks: a cluster of their own with a medium and a large company, kept between runs."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psycopg

from okno.cli.versions import schema_hash
from okno.config.postgres import Cluster, Server
from tools.house import OKNO, ROOT

SIZES = ("medium", "large")
KEPT = 1


def prepare() -> dict[str, str]:
    """Make the companies that are missing. Returns the environment in which they are measured."""
    kept = Path(tempfile.gettempdir()) / f"okno-bench-{os.geteuid()}"
    kept.mkdir(mode=0o755, exist_ok=True)
    folder = kept / _mark()
    environment = {
        "OKNO_DATA_DIR": str(folder),
        "OKNO_SECRET_KEY": "bench",
        "OKNO_DEMO_PASSWORD": "bench",
        "OKNO_DEBUG": "no",
    }
    if not (folder / "ready").exists():
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(mode=0o755)
        for size in SIZES:
            _fill(folder, size, environment)
        (folder / "ready").touch()
    for old in sorted(kept.iterdir(), key=lambda path: path.stat().st_mtime)[:-KEPT]:
        if old != folder:
            shutil.rmtree(old, ignore_errors=True)
    return environment


def _mark() -> str:
    """What decides the data: the tables and what fills them."""
    found = hashlib.sha256(schema_hash().encode())
    for path in sorted((OKNO / "fronts" / "home" / "commands" / "demo").glob("*.py")):
        found.update(path.read_bytes())
    return found.hexdigest()[:12]


def _fill(folder: Path, size: str, environment: dict[str, str]) -> None:
    """Make one company in the database `okno`, then give that database the name of its size."""
    print(f"Making the {size} company…", flush=True)
    began = time.monotonic()
    for words in (["migrate"], ["demo", "--size", size]):
        subprocess.run(
            [sys.executable, "-m", "okno.cli", *words],
            env={**os.environ, **environment},
            cwd=ROOT,
            stdout=subprocess.DEVNULL,
            check=True,
        )
    server = Server(Cluster.at(folder))
    server.start()
    try:
        with psycopg.connect(server.address("postgres"), autocommit=True) as connection:
            connection.execute(f"alter database okno rename to {size}")
    finally:
        server.stop()
    print(f"… {time.monotonic() - began:.0f} s", flush=True)
