"""A worker that is killed in the middle of an import: the next one goes on, and no row is doubled."""

from __future__ import annotations

import io
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

from okno.areas.clients.models import Client
from okno.engines.imports import commands
from okno.engines.imports.models import Import, ImportRow

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
WAIT_SECONDS = 60
ROWS = 45


@contextmanager
def working(folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    known = connection.settings_dict
    environ = os.environ | {
        "DJANGO_SETTINGS_MODULE": "okno.config.settings",
        "OKNO_DATABASE_URL": f"postgresql://{known['USER']}@/{known['NAME']}?host={known['HOST']}",
        "OKNO_DATA_DIR": str(settings.OKNO_DATA_DIR),
        "CRASH_FOLDER": str(folder),
    }
    words = [sys.executable, "-c", "from tests.mechanisms import importing_worker; importing_worker.main()"]
    with (folder / "worker.log").open("ab") as log:
        process = subprocess.Popen(words, env=environ, stdout=log, stderr=log)
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def wait_until(is_so: Callable[[], bool], folder: Path) -> None:
    deadline = time.monotonic() + WAIT_SECONDS
    while not is_so():
        assert time.monotonic() < deadline, (folder / "worker.log").read_text()[-3000:]
        time.sleep(0.05)


def test_import_that_is_killed_goes_on_and_doubles_nothing(cast, tmp_path: Path) -> None:
    lines = ["Наименование;Город", *(f"Клиент {number};Орёл" for number in range(ROWS))]
    actor = cast.actor("director")
    row = commands.taken_in(actor, "clients.client", io.BytesIO("\n".join(lines).encode()), "Клиенты.csv")
    row = commands.set_up(actor=actor, row=row, settings={**row.settings, "keys": []})
    commands.start_run(actor=actor, row=row)

    with working(tmp_path):
        wait_until((tmp_path / "middle").exists, tmp_path)
    row.refresh_from_db()
    assert (row.done, Client.objects.count()) == (10, 10)

    with working(tmp_path):
        wait_until(lambda: Import.objects.get(pk=row.pk).state == Import.State.DONE, tmp_path)
    assert Client.objects.count() == ROWS
    numbers = ImportRow.objects.filter(of=row, is_dry=False).order_by("number").values_list("number", flat=True)
    assert list(numbers) == list(range(2, ROWS + 2))
