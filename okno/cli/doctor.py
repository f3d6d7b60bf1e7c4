"""`okno doctor`: looks at everything that can be wrong and says it in words."""

from __future__ import annotations

import argparse
import shutil
import tempfile
from collections.abc import Callable

from django.conf import settings
from django.db import connection
from procrastinate.contrib.django.models import ProcrastinateJob

from okno.cli import schema, versions
from okno.config.postgres import Cluster, PostgresFailed, served
from okno.config.words import _
from okno.config.worker import SECONDS_WITHOUT_HEARTBEAT
from okno.kit.errors import Refused
from okno.kit.models.journal import Delivery
from okno.kit.registry import registry

LITTLE_SPACE = 1 << 30
LATE = "5 minutes"
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
        (_("queue"), _queue),
        (_("events"), _events),
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
    if silence is None or silence > SECONDS_WITHOUT_HEARTBEAT:
        return _("it does not run: jobs, mail and exchange wait. Start okno run or okno worker.")
    return ""


def _queue() -> str:
    failed = ProcrastinateJob.objects.filter(status="failed").order_by("-id")
    told = []
    if count := failed.count():
        text = _("jobs that failed for good: %(count)s, the last one %(name)s. See Settings → Troubles, begin it anew.")
        told.append(text % {"count": count, "name": _name(failed[0])})
    if late := _count_late():
        text = _("jobs that are late by more than 5 minutes: %(count)s. Is the worker overloaded, or a job hanging?")
        told.append(text % {"count": late})
    if stuck := _count_stuck():
        text = _("jobs whose worker is gone: %(count)s. A running worker takes them up within a minute.")
        told.append(text % {"count": stuck})
    return NEXT_LINE.join(told)


def _name(job: ProcrastinateJob) -> str:
    return str(job.args.get("name") or job.task_name)


def _count_late() -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "select count(*) from procrastinate_jobs job where status = 'todo' and coalesce(scheduled_at, "
            "(select min(at) from procrastinate_events where job_id = job.id)) < now() - %s::interval",
            [LATE],
        )
        return int(cursor.fetchone()[0])


def _count_stuck() -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "select count(*) from procrastinate_jobs left join procrastinate_workers worker on worker.id = worker_id "
            "where status = 'doing' and coalesce(last_heartbeat, '-infinity') < now() - %s * interval '1 second'",
            [SECONDS_WITHOUT_HEARTBEAT],
        )
        return int(cursor.fetchone()[0])


def _events() -> str:
    stopped = Delivery.objects.filter(state=Delivery.State.FAILED)
    last = stopped.order_by("-pk").first()
    told = []
    if last is not None:
        text = _(
            "deliveries that stopped: %(count)s, the last one to %(handler)s: %(reason)s. See Settings → Troubles."
        )
        reason = (last.error.strip().splitlines() or [""])[-1].rstrip(".")
        told.append(text % {"count": stopped.count(), "handler": last.handler, "reason": reason})
    if late := _count_late_deliveries():
        told.append(
            _("deliveries that wait for more than 5 minutes: %(count)s. Does the worker run?") % {"count": late}
        )
    return NEXT_LINE.join(told)


def _count_late_deliveries() -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "select count(*) from kit_delivery where state = 'waiting' and next_try_at < now() - %s::interval", [LATE]
        )
        return int(cursor.fetchone()[0])


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
