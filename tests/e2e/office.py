"""A whole Okno for the browser tests, as `okno run` starts it: database, web, worker and the small demo company."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from okno.config import rooms

ROOT = rooms.OKNO.parent
MANIFEST = rooms.OKNO / "static" / "app" / "manifest.json"
PASSWORD = "only-for-browser-tests"
START_SECONDS = 600


@dataclass(frozen=True, kw_only=True)
class Office:
    """A running Okno: where it answers and where it keeps its data."""

    url: str
    folder: Path
    environment: dict[str, str]

    def okno(self, *words: str) -> str:
        """Run the `okno` command beside the running server and return what it printed."""
        command = [sys.executable, "-m", "okno.cli", *words]
        done = subprocess.run(command, env=self.environment, cwd=ROOT, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr or done.stdout
        return done.stdout.strip()

    def log(self) -> str:
        return (self.folder / "run.log").read_text(errors="replace")


@contextmanager
def running_office() -> Iterator[Office]:
    """Start everything, wait for the first page, stop it all by its own means."""
    # Short, and open to the user of the database: its socket lives there.
    folder = Path(tempfile.mkdtemp(prefix="okno-e2e-"))
    folder.chmod(0o755)
    port = _free_port()
    office = Office(url=f"http://127.0.0.1:{port}", folder=folder, environment=_environment(folder, port))
    with (folder / "run.log").open("w") as log:
        command = [sys.executable, "-m", "okno.cli", "run"]
        process = subprocess.Popen(command, env=office.environment, cwd=ROOT, stdout=log, stderr=log)
    try:
        _wait(office, process)
        yield office
    finally:
        process.terminate()
        process.wait(timeout=30)
        shutil.rmtree(folder, ignore_errors=True)


def _environment(folder: Path, port: int) -> dict[str, str]:
    """The machine's own, without any setting of Okno."""
    found = {name: value for name, value in os.environ.items() if not name.startswith("OKNO_")}
    return found | {
        "OKNO_DATA_DIR": str(folder),
        "OKNO_PORT": str(port),
        "OKNO_DEMO_PASSWORD": PASSWORD,
        "PYTHONPATH": str(ROOT),
    }


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def _wait(office: Office, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + START_SECONDS
    while f"{office.url}\n" not in office.log():
        assert process.poll() is None, f"okno run ended:\n{office.log()}"
        assert time.monotonic() < deadline, f"okno run is not ready:\n{office.log()}"
        time.sleep(0.2)
