"""The supervisor of the embedded database, tried on real servers."""

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from okno.config import postgres
from okno.config.postgres import TUNING, Cluster, PostgresFailed, Server, is_served
from okno.config.tests.cluster import HASTY
from okno.config.tests.environment import FOLDER

BIGGEST_ADDRESS = 107


def new_server(folder: Path) -> Server:
    return Server(Cluster.at(folder), tuning=HASTY, initdb=["--no-sync"])


def rows(server: Server, statement: str) -> list[tuple[object, ...]]:
    with psycopg.connect(server.address(), autocommit=True) as connection:
        cursor = connection.execute(statement)
        return cursor.fetchall() if cursor.description else []


@pytest.fixture
def folder() -> Path:
    # Not tmp_path: pytest closes it to other users, and as root the server runs as another user.
    path = Path(tempfile.mkdtemp(dir=FOLDER))
    path.chmod(0o755)
    return path


@pytest.fixture
def server(folder: Path) -> Iterator[Server]:
    made = new_server(folder)
    yield made
    made.stop()


def test_start_makes_a_cluster_that_knows_russian(server: Server) -> None:
    server.start()

    found = rows(
        server,
        "select lower('ПрИвЕт'), 'Ромашка' ilike '%РОМ%', to_tsvector('«Ёлка» №5')::text, current_setting('timezone')",
    )
    assert found == [("привет", True, "'5':2 'елк':1", "UTC")]


def test_start_listens_to_no_network_address(server: Server) -> None:
    server.start()

    assert rows(server, "show listen_addresses") == [("",)]
    assert server.cluster.sockets.stat().st_mode & 0o077 == 0


def test_start_survives_kill_of_the_server_and_keeps_what_was_committed(server: Server) -> None:
    server.tuning = TUNING
    server.start()
    rows(server, "create table kept as select 17 as number")
    assert server.child
    server.child.kill()
    server.child.wait()

    server.start()

    assert rows(server, "select number from kept") == [(17,)]


def test_start_ignores_a_pid_file_whose_number_went_to_another_program(server: Server) -> None:
    server.start()
    assert server.child
    server.child.kill()
    server.child.wait()
    pid_file = server.cluster.data / "postmaster.pid"
    other = subprocess.Popen(["sleep", "60"])
    try:
        pid_file.write_text(str(other.pid) + "\n" + pid_file.read_text().partition("\n")[2])

        server.start()

        assert is_served(server.cluster)
        assert other.poll() is None
    finally:
        other.kill()
        other.wait()


def test_start_uses_a_short_socket_folder_when_the_path_is_too_long(folder: Path) -> None:
    deep = folder / ("а" * 40) / ("б" * 40)
    deep.mkdir(parents=True)
    server = new_server(deep)
    try:
        server.start()

        assert len(os.fsencode(server.cluster.sockets)) < BIGGEST_ADDRESS
        assert is_served(server.cluster)
        assert Cluster.at(deep) == server.cluster
    finally:
        server.stop()
        server.cluster.sockets.rmdir()


def test_start_refuses_data_of_another_version(server: Server) -> None:
    server.start()
    server.stop()
    (server.cluster.data / "PG_VERSION").write_text("9.6\n")

    with pytest.raises(PostgresFailed, match=r"9\.6"):
        server.start()


def test_server_stops_when_its_supervisor_is_killed(folder: Path) -> None:
    code = (
        "import sys, time; from pathlib import Path; from okno.config.postgres import Cluster, Server;"
        "s = Server(Cluster.at(Path(sys.argv[1]))); s.start(); print(s.child.pid, flush=True); time.sleep(60)"
    )
    supervisor = subprocess.Popen([sys.executable, "-c", code, str(folder)], stdout=subprocess.PIPE)
    assert supervisor.stdout
    int(supervisor.stdout.readline())
    supervisor.send_signal(signal.SIGKILL)
    supervisor.wait()

    deadline = time.monotonic() + 20
    while is_served(Cluster.at(folder)) and time.monotonic() < deadline:
        time.sleep(0.05)

    assert not is_served(Cluster.at(folder))


@pytest.mark.skipif(os.geteuid() != 0, reason="only root runs the server as another user")
def test_place_is_outside_of_a_folder_that_the_servers_user_cannot_enter(tmp_path: Path) -> None:
    tmp_path.chmod(0o700)

    assert Cluster.at(tmp_path).home.is_relative_to("/var/lib/okno")


@pytest.mark.skipif(os.geteuid() != 0, reason="only root runs the server as another user")
def test_programs_in_a_closed_folder_are_copied_for_the_servers_user(folder: Path, tmp_path: Path) -> None:
    bin_folder = postgres.programs(Cluster.at(folder))
    package = bin_folder.parent.parent
    closed = tmp_path / package.name
    closed.mkdir()
    subprocess.run(["cp", "-a", package / "pginstall18", closed], check=True)
    subprocess.run(["cp", "-a", package.parent / f"{package.name}.libs", tmp_path], check=True)
    tmp_path.chmod(0o700)
    server = Server(Cluster.at(folder, programs=closed / "pginstall18/bin"), tuning=HASTY, initdb=["--no-sync"])
    try:
        server.start()

        assert is_served(server.cluster)
        assert (folder / "programs").is_dir()
    finally:
        server.stop()
