"""`okno import` and `okno export`: rows from a file and into one, at the terminal of the server."""

from __future__ import annotations

import argparse
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.translation import gettext

from okno.access import queries as access
from okno.cli import people, versions
from okno.config.postgres import served
from okno.config.words import _
from okno.engines.imports import commands, queries
from okno.engines.imports.models import Import
from okno.kit import files, jobs
from okno.kit.models.registry import JobRun
from okno.kit.web.pages.export import WORK
from okno.kit.web.pages.lists import list_of

State = Import.State


def load(arguments: list[str]) -> int:
    """Import a file as a person of the organisation; without `--yes` it is only checked."""
    parser = argparse.ArgumentParser(prog="okno import")
    parser.add_argument("file", type=Path, help=_("CSV, XLSX, XLS, ODS, DBF or vCard"))
    parser.add_argument("--record", required=True, help=_("what to import: clients.client, clients.contact …"))
    parser.add_argument("--user", required=True, help=_("mail address of the person in whose name it is done"))
    parser.add_argument("--settings", default="", help=_("name of kept settings; without it columns are guessed"))
    parser.add_argument("--yes", action="store_true", help=_("write; otherwise the file is only checked"))
    asked = parser.parse_args(arguments)
    with served(settings.ENV):
        versions.check_mark(settings.ENV)
        actor = access.actor_of(people.user_of(asked.user))
        like = queries.settings_named(actor, asked.record, asked.settings).config if asked.settings else None
        with asked.file.open("rb") as stream:
            row = commands.taken_in(actor, asked.record, stream, asked.file.name, like=like)
        _tell_columns(row)
        row = commands.run_now(actor, row, is_dry=not asked.yes)
        return _tell_end(row, row.counts if asked.yes else row.checked)


def save(arguments: list[str]) -> int:
    """Export a list as a person of the organisation sees it."""
    parser = argparse.ArgumentParser(prog="okno export")
    parser.add_argument("file", type=Path, help=_("where to write: a name that ends in .xlsx or .csv"))
    parser.add_argument("--record", required=True, help=_("what to export: clients.client, deals.deal …"))
    parser.add_argument("--user", required=True, help=_("mail address of the person in whose name it is done"))
    asked = parser.parse_args(arguments)
    with served(settings.ENV):
        versions.check_mark(settings.ENV)
        actor, kind = access.actor_of(people.user_of(asked.user)), asked.file.suffix.lstrip(".").lower()
        if kind not in {"xlsx", "csv"}:
            parser.error(_("the name of the file must end in .xlsx or .csv"))
        args = {"list": list_of(asked.record).name(), "params": {}, "format": kind, "is_whole": True}
        job = jobs.start(actor=actor, work=WORK, label=asked.file.name, args=args)
        jobs.do_work(job_id=job.pk)
        job = JobRun.objects.get(pk=job.pk)
        if job.state != JobRun.State.DONE:
            print(job.error)
            return 1
        with files.open_stored(job.result["file"]["sha256"]) as source, asked.file.open("wb") as target:
            shutil.copyfileobj(source, target)
        print(gettext("Rows written: %(count)s") % {"count": job.result["rows"]})
        return 0


def _tell_columns(row: Import) -> None:
    for name, target in row.settings["columns"]:
        print(f"  {name} → {target or '—'}")


def _tell_end(row: Import, counts: Mapping[str, Any]) -> int:
    for key, count in counts.items():
        print(f"  {key}: {count}")
    print(f"{row.get_state_display()} {row.error}".strip())
    return 0 if row.state in {State.DONE, State.CHECKED} else 1
