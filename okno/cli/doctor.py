"""`okno doctor`: looks at everything that can be wrong and says it in words."""

from __future__ import annotations

import argparse
import shutil
from collections.abc import Callable

from django.conf import settings
from django.db import connection
from procrastinate.contrib.django.models import ProcrastinateJob

from okno.cli import versions
from okno.config.postgres import served
from okno.config.words import _
from okno.config.worker import SECONDS_WITHOUT_HEARTBEAT
from okno.kit.models.journal import Delivery
from okno.kit.registry import registry

OLDEST_POSTGRES = 150000
LITTLE_SPACE = 1 << 30
LATE = "5 minutes"


def doctor(arguments: list[str]) -> int:
    """Run all checks and print a line for each; the exit code is 1 when something is wrong."""
    argparse.ArgumentParser(prog="okno doctor").parse_args(arguments)
    with served(settings.ENV):
        outcomes = [(name, check()) for name, check in (*_own_checks(), *registry.checks)]
        connection.close()
    for name, problem in outcomes:
        print(f"✗ {name}: {problem}" if problem else f"✓ {name}")
    return 1 if any(problem for _name, problem in outcomes) else 0


def _own_checks() -> list[tuple[str, Callable[[], str]]]:
    """Return name and check of each; a check returns an empty text when all is well."""
    return [
        (_("database"), _database),
        (_("tables"), _tables),
        (_("worker"), _worker),
        (_("queue"), _queue),
        (_("events"), _events),
        (_("disk"), _disk),
        (_("interface"), _interface),
    ]


def _database() -> str:
    with connection.cursor() as cursor:
        cursor.execute("select current_setting('server_version_num')::int, lower('Я') = 'я'")
        version, knows_russian = cursor.fetchone()
    if version < OLDEST_POSTGRES:
        return _("PostgreSQL 15 or newer is needed, this is %(version)s.") % {"version": version // 10000}
    if not knows_russian:
        return _("its lc_ctype knows no Cyrillic: search will miss words. Make it anew with C.UTF-8 or ru_RU.UTF-8.")
    return ""


def _tables() -> str:
    if versions.read_mark(settings.ENV) != versions.schema_hash():
        return _("the tables are not of this version of the program: run okno migrate.")
    return ""


def _worker() -> str:
    with connection.cursor() as cursor:
        cursor.execute("select extract(epoch from now() - max(last_heartbeat)) from procrastinate_workers")
        silence = cursor.fetchone()[0]
    if silence is None or silence > SECONDS_WITHOUT_HEARTBEAT:
        return _("it does not run: jobs, mail and exchange wait. Start okno run or okno worker.")
    return ""


def _queue() -> str:
    failed = ProcrastinateJob.objects.filter(status="failed").count()
    with connection.cursor() as cursor:
        cursor.execute(
            "select count(*) from procrastinate_jobs job where status = 'todo' and coalesce(scheduled_at, "
            "(select min(at) from procrastinate_events where job_id = job.id)) < now() - %s::interval",
            [LATE],
        )
        late = cursor.fetchone()[0]
    told = []
    if failed:
        told.append(_("jobs that failed for good: %(count)s") % {"count": failed})
    if late:
        told.append(_("jobs that are late by more than 5 minutes: %(count)s") % {"count": late})
    return "; ".join(told)


def _events() -> str:
    stopped = Delivery.objects.filter(state=Delivery.State.FAILED)
    if not stopped.exists():
        return ""
    last = stopped.order_by("-pk").values_list("handler", flat=True)[0]
    return _("deliveries that stopped: %(count)s, the last one to %(handler)s.") % {
        "count": stopped.count(),
        "handler": last,
    }


def _disk() -> str:
    free = shutil.disk_usage(settings.OKNO_DATA_DIR).free
    if free < LITTLE_SPACE:
        return _("only %(size)s MB are left in %(folder)s.") % {
            "size": free >> 20,
            "folder": settings.OKNO_DATA_DIR,
        }
    return ""


def _interface() -> str:
    return "" if settings.ASSETS_MANIFEST.exists() else _("its assets are not built: run make run once.")
