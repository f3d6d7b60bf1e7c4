"""A person in a process of their own: asks for a page on and on till the input ends, and tells each time."""

from __future__ import annotations

import json
import os
import sys
import threading
import time

os.environ["DJANGO_SETTINGS_MODULE"] = "okno.config.settings"

import django
from django.conf import settings

django.setup()

from tools.bench.visitor import Visitor, use  # noqa: E402 - settings come first

EVERY_S = 0.1


def main(database: str, who: str, page: str) -> None:
    """Say that the first page has come, ask on until the input ends, then write the seconds of each answer."""
    settings.ALLOWED_HOSTS = ["*"]
    use(database)
    visitor, ends, times = Visitor(who), threading.Event(), []
    visitor.get(page)
    print("ready", flush=True)
    threading.Thread(target=_wait, args=(ends,), daemon=True).start()
    while not ends.wait(EVERY_S):
        began = time.perf_counter()
        visitor.get(page)
        times.append(time.perf_counter() - began)
    json.dump(times, sys.stdout)


def _wait(ends: threading.Event) -> None:
    sys.stdin.read()
    ends.set()


if __name__ == "__main__":
    main(*sys.argv[1:])
