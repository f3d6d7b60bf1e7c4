"""`okno run`: the supervisor of the database, the web processes and the worker."""

from __future__ import annotations

import argparse
import errno
import fcntl
import http.client
import signal
import socket
import subprocess
import sys
import time
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from types import FrameType

from okno.cli import versions
from okno.config import env as environment
from okno.config.env import Settings
from okno.config.postgres import Cluster, Server, check_external
from okno.config.words import _

GRACE_SECONDS = 2.2
SECONDS_BETWEEN_LOOKS = 0.2
# A child that lived shorter than this is started again after a growing pause.
STABLE_SECONDS = 10
LONGEST_PAUSE_SECONDS = 30
LONGEST_HEAD_START_SECONDS = 10


class Stopped(Exception):  # noqa: N818 - not an error: somebody asked for it
    """The person pressed Ctrl-C, or the system asked us to end."""


@dataclass
class Child:
    """One process under supervision."""

    name: str
    words: list[str]
    socket: socket.socket | None = None
    process: subprocess.Popen[bytes] | None = None
    started_at: float = 0.0
    pause: float = 0.0
    start_at: float = 0.0

    def start(self) -> None:
        """Start it in a session of its own: Ctrl-C in the terminal reaches only the supervisor."""
        kept = [self.socket.fileno()] if self.socket else []
        command = [sys.executable, "-m", "okno.cli", *self.words, *map(str, kept)]
        self.process = subprocess.Popen(command, pass_fds=kept, stdin=subprocess.DEVNULL, start_new_session=True)
        self.started_at = time.monotonic()

    def heal(self) -> None:
        """Start it again when it is gone; faster than it can crash makes no sense."""
        now = time.monotonic()
        if self.process and self.process.poll() is not None:
            is_stable = now - self.started_at > STABLE_SECONDS
            self.pause = 0.0 if is_stable else min(max(self.pause * 2, 0.5), LONGEST_PAUSE_SECONDS)
            self.start_at = now + self.pause
            text = _("%(name)s ended with code %(code)s and is started again.")
            say(text % {"name": self.name, "code": self.process.returncode})
            self.process = None
        if self.process is None and now >= self.start_at:
            self.start()


def run(arguments: list[str]) -> int:
    """Start everything, print where it is, heal what crashes, and stop it all when asked."""
    asked = _arguments(arguments)
    env = environment.load()
    with ExitStack() as stack:
        listening = _listen(env)
        if listening is None or not _is_only(env, stack):
            return 1
        stack.enter_context(listening)
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, _stop)
        server = None if env.database_url else Server(Cluster.of(env))
        children = _children(env, listening, with_worker=not asked.no_worker)
        try:
            if server:
                say(_("Starting the database…"))
                server.start()
            elif env.database_url:
                check_external(env.database_url)
            if code := versions.bring_up_to_date(env, with_demo=not asked.no_demo):
                return code
            _watch(env, server, children)
        except Stopped:
            say(_("Stopping…"))
        finally:
            _end(children, server)
    return 0


def say(text: str) -> None:
    """Tell the person at the terminal."""
    print(text, flush=True)


def _arguments(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="okno run")
    parser.add_argument("--no-worker", action="store_true", help=_("the worker runs elsewhere"))
    parser.add_argument("--no-demo", action="store_true", help=_("leave a new database empty"))
    return parser.parse_args(arguments)


def _listen(env: Settings) -> socket.socket | None:
    """Take the port before anything else: a busy one is said at once."""
    told = {"port": env.port, "host": env.host}
    try:
        return socket.create_server((env.host, env.port), backlog=2048, reuse_port=False)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            text = _("Another program answers on port %(port)s of %(host)s: set another one in OKNO_PORT.")
        else:
            text = _("The port %(port)s on %(host)s cannot be used (%(reason)s): set another one in OKNO_PORT.")
        say(text % {**told, "reason": error.strerror or error})
        return None


def _is_only(env: Settings, stack: ExitStack) -> bool:
    """Make sure that no other supervisor works with the same data."""
    lock = stack.enter_context((env.data_dir / versions.RUN_LOCK).open("w"))
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        say(_("Okno already runs with the data folder %(folder)s.") % {"folder": env.data_dir})
        return False
    return True


def _stop(_number: int, _frame: FrameType | None) -> None:
    # A second Ctrl-C must not break off the stop itself.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    raise Stopped


def _children(env: Settings, listening: socket.socket, *, with_worker: bool) -> list[Child]:
    webs = [Child(f"web {number}", ["web"], listening) for number in range(1, env.web_processes + 1)]
    return [*webs, *([Child("worker", ["worker", "--alone"])] if with_worker else [])]


def _watch(env: Settings, server: Server | None, children: list[Child]) -> None:
    """Keep all running until a signal comes; tell the address as soon as it answers."""
    is_announced = False
    # One process alone is ready soonest; the others follow when it answers, or when it takes too long.
    for child in children[1:]:
        child.start_at = time.monotonic() + LONGEST_HEAD_START_SECONDS
    while True:
        if server and not server.is_alive():
            say(_("The database ended and is started again."))
            server.start()
        for child in children:
            child.heal()
        if not is_announced and _announce(env):
            is_announced = True
            for child in children:
                child.start_at = 0.0
        time.sleep(SECONDS_BETWEEN_LOOKS)


def _announce(env: Settings) -> bool:
    """Print the address and the sign-ins once the first page can be had."""
    connection = http.client.HTTPConnection(environment.reachable(env.host), env.port, timeout=0.2)
    try:
        connection.request("HEAD", "/live")
        connection.getresponse()
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
    say("\n" + _("Okno is ready: %(address)s") % {"address": env.public_url})
    notes = env.data_dir / versions.SIGN_INS
    if notes.exists():
        say(notes.read_text().rstrip())
    say(_("Ctrl-C stops it.") + "\n")
    return True


def _end(children: list[Child], server: Server | None) -> None:
    """Ask all to end, wait a little, kill the rest; the database goes last."""
    alive = [child.process for child in children if child.process and child.process.poll() is None]
    for process in alive:
        process.terminate()
    deadline = time.monotonic() + GRACE_SECONDS
    for process in alive:
        with suppress(subprocess.TimeoutExpired):
            process.wait(max(0.0, deadline - time.monotonic()))
    for process in alive:
        if process.poll() is None:
            process.kill()
            process.wait()
    if server:
        server.stop()
