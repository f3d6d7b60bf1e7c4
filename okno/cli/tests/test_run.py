"""`okno run` as a person starts it: a real database, real processes, signals as a terminal sends them."""

import http.client
import io
import json
import os
import signal
import socket
import subprocess
import sys
import tarfile
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from okno.config.postgres import Cluster, is_served
from okno.config.tests.environment import FOLDER

WAIT_SECONDS = 120
OKNO = [sys.executable, "-m", "okno.cli"]


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port: int = taken.getsockname()[1]
        return port


def wait_until(is_so: Callable[[], bool]) -> None:
    deadline = time.monotonic() + WAIT_SECONDS
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.05)


class Running:
    """One `okno run` in a data folder of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = free_port()
        self.environ = os.environ | {"OKNO_DATA_DIR": str(folder), "OKNO_PORT": str(self.port)}
        self.log = folder / "run.log"
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [*OKNO, "run", "--no-demo"], env=self.environ, stdout=log, stderr=log, start_new_session=True
            )

    def said(self) -> str:
        return self.log.read_text()

    def okno(self, *words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run([*OKNO, *words], env=self.environ, capture_output=True, text=True, check=False)

    def children(self, word: str) -> set[int]:
        """Numbers of the children that do this."""
        shown = subprocess.run(
            ["ps", "-ww", "-o", "pid=,args=", "--ppid", str(self.process.pid)],
            capture_output=True,
            text=True,
            check=False,
        )
        return {int(line.split()[0]) for line in shown.stdout.splitlines() if word in line}

    def answers(self) -> bool:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            connection.request("GET", "/api/v1/openapi.json")
            return connection.getresponse().status == 200
        except OSError:
            return False
        finally:
            connection.close()


@pytest.fixture(scope="module")
def running() -> Iterator[Running]:
    folder = Path(tempfile.mkdtemp(dir=FOLDER))
    folder.chmod(0o755)
    started = Running(folder)
    wait_until(lambda: "http://127.0.0.1" in started.said() or started.process.poll() is not None)
    assert started.process.poll() is None, started.said()
    yield started
    if started.process.poll() is None:
        started.process.send_signal(signal.SIGINT)
        started.process.wait(30)


def kill_and_wait_for_another(running: Running, word: str) -> None:
    before = running.children(word)
    os.kill(min(before), signal.SIGKILL)
    wait_until(lambda: len(running.children(word) - before) == 1 and len(running.children(word)) == len(before))


def test_run_answers_and_tells_its_address(running: Running) -> None:
    assert running.answers()
    assert f"http://127.0.0.1:{running.port}" in running.said()


def test_run_with_the_same_port_is_refused_in_one_sentence(running: Running) -> None:
    refused = running.okno("run")

    assert refused.returncode == 1
    assert refused.stdout.count("\n") == 1
    assert str(running.port) in refused.stdout


def test_run_with_the_same_data_is_refused_in_one_sentence(running: Running) -> None:
    running.environ |= {"OKNO_PORT": str(free_port())}

    refused = running.okno("run")

    assert (refused.returncode, refused.stdout.count("\n")) == (1, 1)
    assert str(running.folder) in refused.stdout


def test_run_starts_a_killed_web_process_again(running: Running) -> None:
    kill_and_wait_for_another(running, "okno.cli web")

    wait_until(running.answers)


def test_run_starts_a_killed_worker_again(running: Running) -> None:
    kill_and_wait_for_another(running, "okno.cli worker")

    wait_until(lambda: _heartbeats(running) > 0)


def _heartbeats(running: Running) -> int:
    with psycopg.connect(host=str(Cluster.at(running.folder).sockets), user="okno", dbname="okno") as connection:
        recent = "select count(*) from procrastinate_workers where last_heartbeat > now() - interval '30 seconds'"
        row = connection.execute(recent).fetchone()
    return int(row[0]) if row else 0


def test_run_starts_a_killed_database_again(running: Running) -> None:
    kill_and_wait_for_another(running, "bin/postgres")

    wait_until(lambda: is_served(Cluster.at(running.folder)))
    wait_until(running.answers)


def test_doctor_finds_database_tables_and_worker_well(running: Running) -> None:
    wait_until(lambda: _heartbeats(running) > 0)

    said = running.okno("doctor").stdout

    for healthy in ("база данных", "таблицы", "исполнитель заданий", "очередь", "события"):
        assert f"✓ {healthy}" in said


def test_restore_is_refused_while_okno_runs(running: Running, tmp_path: Path) -> None:
    archive = tmp_path / "okno.tar"
    assert running.okno("backup", str(archive)).returncode == 0

    refused = running.okno("restore", str(archive), "--yes")

    assert (refused.returncode, refused.stderr) == (1, "Сначала остановите «Окно»: оно работает с этими данными.\n")


def test_run_stops_everything_and_brings_it_back_from_an_archive(running: Running, tmp_path: Path) -> None:
    archive = tmp_path / "okno.tar"
    files = running.folder / "files" / "ab"
    files.mkdir(parents=True)
    (files / "abcd").write_text("содержимое")
    assert running.okno("user", "anna@example.com", "--password", "long-enough-1").returncode == 0
    assert running.okno("backup", str(archive)).returncode == 0
    children = running.children("")

    running.process.send_signal(signal.SIGINT)
    assert running.process.wait(30) == 0
    assert not any(Path(f"/proc/{child}").exists() for child in children)
    assert not is_served(Cluster.at(running.folder))

    (files / "abcd").unlink()
    assert running.okno("user", "boris@example.com").returncode == 0
    restored = running.okno("restore", str(archive), "--yes")
    assert restored.returncode == 0, restored.stderr
    assert (files / "abcd").read_text() == "содержимое"
    assert running.okno("token", "--user", "anna@example.com").stdout.startswith("okno_")
    assert running.okno("token", "--user", "boris@example.com").returncode == 1


def test_restore_of_a_broken_archive_changes_nothing(tmp_path: Path) -> None:
    broken = tmp_path / "okno.tar"
    broken.write_bytes(b"not an archive")
    environ = os.environ | {"OKNO_DATA_DIR": str(tmp_path / "var")}

    refused = subprocess.run(
        [*OKNO, "restore", str(broken), "--yes"], env=environ, capture_output=True, text=True, check=False
    )

    assert refused.returncode == 1
    assert refused.stderr.startswith("Это не архив «Окна» или он испорчен")


def test_restore_of_an_archive_that_leads_out_of_the_folder_is_refused(tmp_path: Path) -> None:
    archive = tmp_path / "okno.tar"
    contents = json.dumps({"format": 1, "okno": "0.1.0", "files": 1, "dump_sha256": ""}).encode()
    with tarfile.open(archive, "w") as packed:
        for name, text in (("contents.json", contents), ("../outside", b"x")):
            entry = tarfile.TarInfo(name)
            entry.size = len(text)
            packed.addfile(entry, io.BytesIO(text))
    environ = os.environ | {"OKNO_DATA_DIR": str(tmp_path / "var")}

    refused = subprocess.run(
        [*OKNO, "restore", str(archive), "--yes"], env=environ, capture_output=True, text=True, check=False
    )

    assert refused.returncode == 1
    assert "../outside" in refused.stderr
    assert not list(tmp_path.rglob("outside"))


def test_run_names_bad_settings_and_starts_nothing(tmp_path: Path) -> None:
    environ = os.environ | {"OKNO_DATA_DIR": str(tmp_path / "var"), "OKNO_PORT": "http"}

    refused = subprocess.run([*OKNO, "run"], env=environ, capture_output=True, text=True, check=False)

    assert refused.returncode == 1
    assert "OKNO_PORT: нужен номер порта" in refused.stderr
    assert not (tmp_path / "var").exists()


def test_a_demo_company_that_was_broken_off_is_made_anew(tmp_path: Path) -> None:
    folder = Path(tempfile.mkdtemp(dir=FOLDER))
    folder.chmod(0o755)
    environ = os.environ | {"OKNO_DATA_DIR": str(folder)}

    def okno(*words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run([*OKNO, *words], env=environ, capture_output=True, text=True, check=False)

    assert okno("migrate", "--demo-follows").returncode == 0
    assert okno("user", "half@example.com").returncode == 0

    made = okno("demo")

    assert "осталась недоделанной" in made.stdout
    assert "director@demo.okno.test" in made.stdout
    assert okno("token", "--user", "half@example.com").returncode == 1
    assert okno("demo").returncode == 1


def test_words_that_cannot_be_done_are_told_in_a_sentence(running: Running) -> None:
    weak = running.okno("user", "clara@example.com", "--password", "123")
    lost = running.okno("settings", "import", str(running.folder / "nowhere.json"))

    assert (weak.returncode, lost.returncode) == (1, 1)
    assert "Traceback" not in weak.stderr + lost.stderr
    assert "nowhere.json" in lost.stderr
    assert running.okno("token", "--user", "clara@example.com").returncode == 1


def test_user_in_a_folder_without_tables_is_told_to_make_them(tmp_path: Path) -> None:
    folder = Path(tempfile.mkdtemp(dir=FOLDER))
    folder.chmod(0o755)
    environ = os.environ | {"OKNO_DATA_DIR": str(folder)}

    refused = subprocess.run(
        [*OKNO, "user", "anna@example.com"], env=environ, capture_output=True, text=True, check=False
    )

    assert (refused.returncode, refused.stderr) == (1, "Таблиц ещё нет: выполните okno run или okno migrate.\n")


def test_a_database_that_does_not_answer_is_said_in_one_sentence(tmp_path: Path) -> None:
    environ = os.environ | {
        "OKNO_DATA_DIR": str(tmp_path / "var"),
        "OKNO_PORT": str(free_port()),
        "OKNO_DATABASE_URL": f"postgresql://okno:secret@127.0.0.1:{free_port()}/okno",
    }

    for word in ("run", "doctor", "migrate"):
        refused = subprocess.run([*OKNO, word], env=environ, capture_output=True, text=True, check=False)
        said = refused.stdout + refused.stderr

        assert refused.returncode == 1
        assert "База данных из OKNO_DATABASE_URL недоступна" in said
        assert "Traceback" not in said
        assert "secret" not in said
