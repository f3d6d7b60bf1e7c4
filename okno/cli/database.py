"""`okno migrate`, `okno demo`, `okno check`: the tables, what stands in them at first, and whether the code agrees."""

from __future__ import annotations

import argparse
import sys

from django.conf import settings
from django.core.management import CommandError, call_command
from django.core.management.base import SystemCheckError
from django.db import connection

from okno.cli import versions
from okno.config.postgres import served
from okno.config.words import _


def migrate(arguments: list[str]) -> int:
    """Bring the tables up to this version and mark the database with it."""
    argparse.ArgumentParser(prog="okno migrate").parse_args(arguments)
    with served(settings.ENV):
        call_command("migrate", interactive=False, verbosity=0)
        connection.close()
        versions.write_mark(settings.ENV)
    return 0


def check(arguments: list[str]) -> int:
    """Run Django's checks and look for models that have no migration."""
    argparse.ArgumentParser(prog="okno check").parse_args(arguments)
    try:
        with served(settings.ENV):
            call_command("check")
            call_command("makemigrations", check=True, dry_run=True, verbosity=1)
    except (SystemCheckError, CommandError) as error:
        print(error, file=sys.stderr)
        return 1
    except SystemExit as ended:  # makemigrations says so when something is missing
        return int(ended.code or 0)
    print(_("All is well."))
    return 0
