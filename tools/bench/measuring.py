"""The process that measures: serves the cluster, runs what is wanted, prints the table and keeps the figures."""

from __future__ import annotations

import argparse
import os
import platform
from collections.abc import Callable, Iterator
from pathlib import Path

os.environ["DJANGO_SETTINGS_MODULE"] = "okno.config.settings"

import django
from django.conf import settings

django.setup()

from okno.config.postgres import Cluster, Server  # noqa: E402 - settings come first
from tools.bench import (  # noqa: E402
    changes,
    duplicates,
    engines,
    exchange,
    exports,
    fields,
    guards,
    imports,
    pages,
    quality,
    searching,
    segments,
    table,
)
from tools.bench.clock import Figure  # noqa: E402

WRITING: dict[str, Callable[[], Iterator[Figure]]] = {
    "import": exchange.import_of_samples,
    "clients import": imports.import_of_clients,
    "exports": exports.exports_of_deals,
    "changes": changes.change_of_deals,
    "duplicates": duplicates.search_for_duplicates,
    "search of many": searching.search_of_many,
    "custom fields": fields.custom_fields,
    "guarded sums": guards.guarded_lists,
    "quality": quality.quality_of_clients,
    "segments and classes": segments.segments_and_classes,
}


def main() -> None:
    """Measure what is asked for."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=40)
    parser.add_argument("--only", default="")
    parser.add_argument("--json", default="")
    asked = parser.parse_args()
    settings.ROOT_URLCONF = "tools.bench.urls"
    settings.TEMPLATES[0]["DIRS"].append(Path(__file__).parent / "templates")  # type: ignore[attr-defined]
    settings.ALLOWED_HOSTS = ["*"]
    server = Server(Cluster.of(settings.ENV))
    server.start()
    try:
        figures = list(table.shown(_all(asked.rounds, lambda name: asked.only in name)))
    finally:
        server.stop()
    on = machine()
    print("\n" + ", ".join(f"{name} {value}" for name, value in on.items()))
    if asked.json:
        Path(asked.json).write_text(table.kept(figures, on), encoding="utf-8")


def _all(rounds: int, wanted: Callable[[str], bool]) -> Iterator[Figure]:
    for who in ("director", "sokolova"):
        yield from pages.measure(who, rounds, wanted)
    yield from pages.growth(rounds, wanted)
    if wanted("events"):
        yield engines.through_a_handler()
    if wanted("live"):
        yield from engines.live_connections()
    for name, measure in WRITING.items():
        if wanted(name):
            yield from measure()


def machine() -> dict[str, str]:
    """On what was measured."""
    load = " ".join(f"{one:.1f}" for one in os.getloadavg())
    cores = str(os.cpu_count())
    return {"python": platform.python_version(), "system": platform.platform(), "cores": cores, "load at the end": load}


if __name__ == "__main__":
    main()
