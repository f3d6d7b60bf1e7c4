"""Every example of the guide to the API is tried: by curl, Python and 1C, against the real server."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connection

from okno.access import commands as access
from okno.access.tests.cast import gathered
from okno.areas.deals import commands as deals
from okno.areas.leads import commands as leads
from okno.areas.leads.models import Lead
from okno.config.tests.server import serving
from okno.fronts.home.tests import factories as make
from okno.kit import jobs
from okno.kit.api.webhooks.signing import signature
from okno.kit.models.registry import JobRun
from okno.kit.permissions import SYSTEM
from tests.mechanisms import onec_language

GUIDE = Path(__file__).resolve().parents[2] / "docs" / "api.md"
BLOCKS = re.findall(r"^```(\w+)\n(.*?)^```$", GUIDE.read_text(), re.MULTILINE | re.DOTALL)
SHELL, PYTHON, ONEC = ("".join(text for kind, text in BLOCKS if kind == name) for name in ("sh", "python", "bsl"))
# Every request says its status, and one that fails ends the script.
CURL = 'set -e\ncurl() { command curl -sS --fail-with-body -o "$OUT" "$@" || { cat "$OUT"; exit 1; }; }\n'
SECRET, BODY, NOW = "a-secret-of-the-receiver", b'{"id": 81, "event": "deals.DealMoved"}', 1795298400


@pytest.fixture
def guest(transactional_db: None, tmp_path: Path, socket_enabled: None) -> Iterator[dict[str, str]]:
    """What examples take for granted: a server, a token, a client with deals; and a worker that does long work."""
    cast = gathered()
    make.scenario()
    make.organisation()
    queue = leads.set_queue(actor=SYSTEM, code="all", name="Все", people=[cast.anna])
    leads.set_source(actor=SYSTEM, code="api", name="API", kind="api", queue=queue)
    rows = [deals.open_deal(actor=SYSTEM, title="Стеллажи", client=make.client(cast.anna), owner=cast.anna)]
    rows += [deals.open_deal(actor=SYSTEM, title="Полки", client=rows[0].client, owner=cast.anna) for _more in range(3)]
    (tmp_path / "plan.txt").write_text("План склада")
    (tmp_path / "clients.csv").write_text("Наименование;Телефон\nЛютик;84951234569\n")
    token = access.issue_token(actor=SYSTEM, user=cast.director, name="guide", scopes=[])
    over = threading.Event()
    worker = threading.Thread(target=_work, args=[over])
    with serving() as port:
        worker.start()
        told = {"PORT": str(port), "U": f"http://127.0.0.1:{port}/api/v1", "T": token, "OUT": str(tmp_path / "out")}
        yield {**os.environ, **told, "DEAL": str(rows[0].pk), "CLIENT": str(rows[0].client_id)}
        over.set()
        worker.join()


def _work(over: threading.Event) -> None:
    while not over.wait(0.1):
        for row in JobRun.objects.filter(state=JobRun.State.WAITING):
            jobs.do_work(row.pk)
    connection.close()


def run(program: list[str], text: str, env: dict[str, str], folder: Path) -> None:
    done = subprocess.run(program, input=text, env=env, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_guide_has_examples_of_each_kind():
    assert (SHELL.count("curl ") > 15, PYTHON.count("assert ") > 5, ONEC.count("Функция ") > 5) == (True, True, True)


@pytest.mark.django_db(transaction=True)
def test_examples_of_requests_are_right(guest: dict[str, str], tmp_path: Path):
    run(["bash"], CURL + SHELL, guest, tmp_path)
    run([sys.executable, "-"], PYTHON, guest, tmp_path)

    example = onec_language.read(ONEC)
    asked = ("127.0.0.1", guest["PORT"], guest["T"])
    numbers = {example["ПередатьОбращение"](*asked, "+7 495 123-45-68", "Нужны полки", "77") for _time in range(2)}
    with pytest.raises(onec_language.Refused, match="не"):
        example["Спросить"](*asked, "GET", "/deals/987654321")

    assert len(numbers) == 1
    assert Lead.objects.filter(number__in=numbers, text__contains="Нужны полки").count() == 1


def _judges() -> Iterator[object]:
    text = next(text for kind, text in BLOCKS if kind == "python" and "def is_ours" in text)
    space: dict[str, object] = {}
    exec(text, space)
    yield space["is_ours"]
    ours = onec_language.read(ONEC)["ОтОкна"]
    yield lambda secret, header, body, now: ours(secret, header, onec_language.Bytes(body), now)


@pytest.mark.parametrize("is_ours", list(_judges()), ids=["python", "1c"])
@pytest.mark.parametrize("secret", [SECRET, "с" * 70], ids=["short", "longer than a block"])
def test_examples_of_signatures_tell_ours_from_others(is_ours, secret):
    header = signature(secret, NOW, BODY)

    assert is_ours(secret, header, BODY, NOW + 10)
    assert not is_ours(secret, header, BODY + b" ", NOW + 10)
    assert not is_ours("another-secret-of-mine", header, BODY, NOW + 10)
    assert not is_ours(secret, header, BODY, NOW + 400)
    assert not is_ours(secret, header.replace(f"t={NOW}", f"t={NOW + 1}"), BODY, NOW + 10)


def test_what_is_not_of_the_language_is_not_taken_for_it():
    with pytest.raises(ValueError, match="Попытка"):
        onec_language.read("Попытка\n")
