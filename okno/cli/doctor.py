"""`okno doctor`: looks at everything that can be wrong and says it in words."""

from __future__ import annotations

import argparse
import shutil
import tempfile
from collections.abc import Callable

from django.conf import settings
from django.db import connection

from okno.cli import schema, versions
from okno.config.postgres import Cluster, PostgresFailed, served
from okno.config.words import _
from okno.kit.errors import Refused
from okno.kit.registry import registry
from okno.kit.troubles import finding, telling

LITTLE_SPACE = 1 << 30
NEXT_LINE = "\n    "


def doctor(arguments: list[str]) -> int:
    """Run all checks and print a line for each; the exit code is 1 when something is wrong."""
    argparse.ArgumentParser(prog="okno doctor").parse_args(arguments)
    told = [_told(_("disk"), _disk()), _told(_("interface"), _interface())]
    try:
        with served(settings.ENV):
            told += [_told(_("database"), _database())]
            told += [_told(name, check()) for name, check in _checks()]
            connection.close()
    except PostgresFailed as failure:
        told.append(_told(_("database"), str(failure)))
    return 0 if all(told) else 1


def _told(name: str, problem: str) -> bool:
    """Print one line at once: some checks take seconds. Returns whether all is well."""
    print(f"✗ {name}: {problem}" if problem else f"✓ {name}", flush=True)
    return not problem


def _checks() -> list[tuple[str, Callable[[], str]]]:
    """Name and check of each that reads tables; a check returns an empty text when all is well."""
    if problem := _tables():
        return [(_("tables"), lambda: problem)]
    return [
        (_("tables"), _tables),
        (_("worker"), _worker),
        (_("queue"), queue),
        (_("events"), deliveries),
        *registry.checks,
    ]


def _database() -> str:
    with connection.cursor() as cursor:
        cursor.execute("select lower('Я') = 'я'")
        knows_russian = cursor.fetchone()[0]
    if not knows_russian:
        return _("its lc_ctype knows no Cyrillic: search will miss words. Make it anew with C.UTF-8 or ru_RU.UTF-8.")
    return ""


def _tables() -> str:
    try:
        versions.check_mark(settings.ENV)
        schema.check_tables()
    except Refused as refusal:
        return refusal.message
    return ""


def _worker() -> str:
    with connection.cursor() as cursor:
        cursor.execute("select extract(epoch from now() - max(last_heartbeat)) from procrastinate_workers")
        silence = cursor.fetchone()[0]
    if silence is None or silence > finding.SECONDS_WITHOUT_HEARTBEAT:
        return _("it does not run: jobs, mail and exchange wait. Start okno run or okno worker.")
    return ""


def queue() -> str:
    """What is wrong with jobs; empty when nothing is."""
    counts = finding.counts()
    told = []
    last = finding.latest(finding.JOB)
    if last is not None:
        text = _(
            "jobs that failed for good: %(count)s, the last one %(name)s: %(reason)s. "
            "See Settings → Troubles, begin it anew or give it up."
        )
        told.append(text % {**_last(last), "count": counts[finding.JOB, finding.State.FAILED]})
    if late := counts.get((finding.JOB, finding.State.LATE)):
        text = _("jobs that are late by more than 5 minutes: %(count)s. Is the worker overloaded, or a job hanging?")
        told.append(text % {"count": late})
    if stuck := counts.get((finding.JOB, finding.State.STUCK)):
        text = _("jobs whose worker is gone: %(count)s. A running worker takes them up within a minute.")
        told.append(text % {"count": stuck})
    return NEXT_LINE.join(told)


def _last(trouble: finding.Trouble) -> dict[str, str]:
    reason = telling.in_words(trouble.error) or _("the log of the worker has the reason")
    return {"name": trouble.name, "reason": reason.rstrip(".")}


def deliveries() -> str:
    """What is wrong with deliveries of events; empty when nothing is."""
    counts = finding.counts()
    told = []
    last = finding.latest(finding.DELIVERY)
    if last is not None:
        text = _(
            "deliveries that stopped: %(count)s, the last one %(name)s: %(reason)s. "
            "See Settings → Troubles, begin it anew or give it up."
        )
        told.append(text % {**_last(last), "count": counts[finding.DELIVERY, finding.State.FAILED]})
    if late := counts.get((finding.DELIVERY, finding.State.LATE)):
        told.append(
            _("deliveries that wait for more than 5 minutes: %(count)s. Does the worker run?") % {"count": late}
        )
    return NEXT_LINE.join(told)


def _disk() -> str:
    folders = {settings.OKNO_DATA_DIR}
    if not settings.ENV.database_url:
        folders.add(Cluster.of(settings.ENV).home)
    told = []
    for folder in sorted(folder for folder in folders if folder.exists()):
        free = shutil.disk_usage(folder).free
        if free < LITTLE_SPACE:
            text = _("only %(size)s MB are left in %(folder)s: free some space, or the database will stop.")
            told.append(text % {"size": free >> 20, "folder": folder})
    try:
        tempfile.TemporaryFile(dir=settings.OKNO_DATA_DIR).close()
    except OSError as error:
        text = _("nothing can be written in %(folder)s: %(reason)s.")
        told.append(text % {"folder": settings.OKNO_DATA_DIR, "reason": error.strerror})
    return NEXT_LINE.join(told)


def _interface() -> str:
    return "" if settings.ASSETS_MANIFEST.exists() else _("its assets are not built: run make run once.")
