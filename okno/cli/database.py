"""`okno migrate`, `okno demo`, `okno check`: the tables, what stands in them at first, and whether the code agrees."""

from __future__ import annotations

import argparse
import sys

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management import CommandError, call_command
from django.core.management.base import SystemCheckError
from django.db import DatabaseError, connection
from django.db.migrations.exceptions import InconsistentMigrationHistory

from okno.access import commands as access
from okno.cli import schema, versions
from okno.cli.progress import Bar
from okno.config.postgres import served
from okno.config.words import _
from okno.fronts.exchange import commands as exchange
from okno.kit.permissions import SYSTEM
from okno.kit.registry import registry

SIZES = ("small", "medium", "large")


def migrate(arguments: list[str]) -> int:
    """Bring the tables up to this version and mark the database with it."""
    parser = argparse.ArgumentParser(prog="okno migrate")
    parser.add_argument("--demo-follows", action="store_true", help=argparse.SUPPRESS)
    asked = parser.parse_args(arguments)
    print(_("Bringing the tables up to date…"), flush=True)
    with served(settings.ENV):
        bring_tables_up_to_date()
        access.set_default_roles(actor=SYSTEM)
        connection.close()
        unfinished = asked.demo_follows or versions.is_demo_unfinished(settings.ENV)
        versions.write_mark(settings.ENV, is_demo_unfinished=unfinished)
    return 0


def bring_tables_up_to_date() -> None:
    """
    Apply the migrations that are missing and look whether the tables are then what the program needs.

    :raises Refused: they are not, as in a database that an unreleased version made.
    """
    try:
        call_command("migrate", interactive=False, verbosity=0)
    except (InconsistentMigrationHistory, DatabaseError):
        # A database of another descent fails here in many ways; its tables say it in words.
        connection.close()
        schema.check_tables()
        raise
    schema.check_tables()


def demo(arguments: list[str]) -> int:
    """
    Fill an empty database with a demo company, area by area from the bottom.

    Each filler is called as `fill(size=…, tell=…)`; the lines it returns (sign-ins, addresses) are kept and printed.
    """
    parser = argparse.ArgumentParser(prog="okno demo")
    parser.add_argument("--size", choices=SIZES, default="small", help=_("300 clients, 20,000 deals or 200,000 deals"))
    parser.add_argument("--first", action="store_true", help=_("do nothing when somebody is there already"))
    asked = parser.parse_args(arguments)
    with served(settings.ENV):
        if versions.read_mark(settings.ENV) is None:
            migrate([])
        versions.check_mark(settings.ENV)
        if not _is_empty():
            if not asked.first:
                print(_("There are people in this database: the demo company needs an empty one."), file=sys.stderr)
            return 0 if asked.first else 1
        print(_("Making the demo company…"), flush=True)
        versions.write_mark(settings.ENV, is_demo_unfinished=True)
        lines = _fill(asked.size)
        connection.close()
        versions.write_mark(settings.ENV)
    if lines:
        (settings.OKNO_DATA_DIR / versions.SIGN_INS).write_text("\n".join(lines) + "\n")
        if not asked.first:  # otherwise okno run prints them when it is ready
            print(*lines, sep="\n")
    return 0


def _is_empty() -> bool:
    """Say whether nobody is there; what a broken-off demo has left is swept away, unless somebody worked with it."""
    people = get_user_model()._default_manager
    if not people.exists():
        return True
    if not versions.is_demo_unfinished(settings.ENV):
        return False
    if people.exclude(last_login=None).exists():
        versions.write_mark(settings.ENV)
        return False
    print(_("The demo company was left half made: it is made anew."), flush=True)
    with connection.cursor() as cursor:
        cursor.execute("drop schema public cascade; create schema public")
    bring_tables_up_to_date()
    access.set_default_roles(actor=SYSTEM)
    return True


def _fill(size: str) -> list[str]:
    bar = Bar()
    lines: list[str] = []
    for _position, fill in sorted(registry.demo, key=lambda one: one[0]):
        lines += fill(size=size, tell=bar.tell) or []
    bar.end()
    return lines + _exchange()


def _exchange() -> list[str]:
    """Return where 1C exchanges with us and as whom; nothing when the connection was there before."""
    made = exchange.default_connection(SYSTEM)
    if not made.password:
        return []
    address = f"{settings.OKNO_PUBLIC_URL}/exchange/1c"
    told = {"address": address, "login": made.connection.login, "password": made.password}
    return [_("Exchange with 1C: %(address)s, sign-in name %(login)s, password %(password)s") % told]


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
