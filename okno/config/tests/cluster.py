"""The throw-away database of a test run: a copy of a migrated cluster that is kept between runs."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from okno.config import rooms
from okno.config.postgres import Cluster, Server
from okno.config.tests.environment import FOLDER

# The data of a test run may be lost: nothing waits for the disk. Rows of a test are rolled back: what the database
# learns of a table between two tests is that it is empty, and then it joins thousands of rows one by one.
HASTY = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "shared_buffers": "64MB",
    "autovacuum_analyze_threshold": "1000000000",
}
TEMPLATES = Path(tempfile.gettempdir()) / f"okno-test-databases-{os.geteuid()}"
KEPT_TEMPLATES = 3


def _schema_hash() -> str:
    """Return a hash of all that decides what a migrated database looks like."""
    found = hashlib.sha256((rooms.OKNO.parent / "requirements.lock").read_bytes())
    for path in sorted(rooms.OKNO.rglob("*")):
        if path.suffix in {".py", ".sql"} and {"migrations", "models", "models.py", "sql"} & set(path.parts):
            found.update(str(path).encode() + path.read_bytes())
    return found.hexdigest()[:16]


class TestCluster:
    """The server of this test run."""

    __test__ = False

    def __init__(self) -> None:
        self.cluster = Cluster.at(FOLDER)
        self.server = Server(self.cluster, tuning=HASTY, initdb=["--no-sync"])
        self.template = TEMPLATES / _schema_hash()

    def start(self) -> None:
        """Start from the kept template when there is one of the same schema."""
        if self.template.exists():
            try:
                _copy(self.template, self.cluster.data)
                self.template.touch()
            except (subprocess.CalledProcessError, FileNotFoundError):
                # Another run forgot it in this very moment.
                shutil.rmtree(self.cluster.data, ignore_errors=True)
        self.server.start()

    def keep_template(self) -> None:
        """Keep the migrated cluster for the next runs and forget old ones."""
        if self.template.exists():
            return
        self.server.stop()
        TEMPLATES.mkdir(mode=0o700, exist_ok=True)
        draft = Path(tempfile.mkdtemp(dir=TEMPLATES, prefix=".new-")) / "data"
        _copy(self.cluster.data, draft)
        try:
            draft.rename(self.template)
        except OSError:  # another run was first
            pass
        finally:
            shutil.rmtree(draft.parent)
        kept = [path for path in TEMPLATES.iterdir() if not path.name.startswith(".")]
        for old in sorted(kept, key=lambda path: path.stat().st_mtime)[:-KEPT_TEMPLATES]:
            shutil.rmtree(old, ignore_errors=True)
        self.server.start()


def _copy(source: Path, target: Path) -> None:
    # `cp -a` keeps the owner: the server refuses a data folder of another user.
    subprocess.run(
        ["cp", "-a", "--reflink=auto", source, target]
        if os.uname().sysname == "Linux"
        else ["cp", "-a", source, target],
        check=True,
    )
