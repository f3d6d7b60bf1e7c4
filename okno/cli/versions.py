"""Whether the database is of this version of the program, told by a mark in the database itself."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from importlib import metadata

import psycopg
from psycopg import sql

from okno.config import rooms
from okno.config.database import dsn
from okno.config.env import Settings
from okno.config.words import _
from okno.kit.errors import Refused

# What the demo company writes for the person at the terminal: who may sign in, and how 1C does.
SIGN_INS = "sign-ins.txt"
# Held by `okno run` as long as it works with the data.
RUN_LOCK = "run.lock"
# Stands behind the mark from the first start until the demo company is whole.
DEMO_UNFINISHED = " demo unfinished"
# Packages that bring tables of their own.
WITH_TABLES = ("django", "procrastinate", "django-axes")


def schema_hash() -> str:
    """Return a hash of all that decides what the database looks like: models too, as triggers follow them."""
    found = hashlib.sha256(" ".join(f"{name}={metadata.version(name)}" for name in WITH_TABLES).encode())
    for path in sorted(rooms.OKNO.rglob("*")):
        parts = set(path.relative_to(rooms.OKNO).parts)
        if path.suffix in {".py", ".sql"} and parts & {"migrations", "models", "models.py", "sql", "journal.py"}:
            found.update(str(path.relative_to(rooms.OKNO)).encode() + path.read_bytes())
    return found.hexdigest()[:32]


def bring_up_to_date(env: Settings, *, with_demo: bool) -> int:
    """Migrate when the mark differs, make the demo company in a new database. Returns an exit code."""
    before = read_mark(env)
    is_demo_due = with_demo and (before is None or is_demo_unfinished(env))
    todo = [["migrate", *(["--demo-follows"] if is_demo_due else [])]] if before != schema_hash() else []
    # In processes of their own: the supervisor stays small and free of Django.
    for words in (*todo, *([["demo", "--first"]] if is_demo_due else [])):
        code = subprocess.run([sys.executable, "-m", "okno.cli", *words], check=False).returncode
        if code:
            return code
    return 0


def read_mark(env: Settings) -> str | None:
    """Return what the last migration left: None in a database that never saw one."""
    return (_comment(env) or "").removesuffix(DEMO_UNFINISHED) or None


def is_demo_unfinished(env: Settings) -> bool:
    """Say whether making the demo company was begun and never came to its end."""
    return (_comment(env) or "").endswith(DEMO_UNFINISHED)


def check_mark(env: Settings) -> None:
    """
    Look whether the tables are those of this program.

    :raises Refused: there are none yet, or they are of another version.
    """
    mark = read_mark(env)
    if mark is None:
        raise Refused("schema.none", _("There are no tables yet: run okno run, or okno migrate."))
    if mark != schema_hash():
        raise Refused("schema.other", _("The tables are not of this version of the program: run okno migrate."))


def _comment(env: Settings) -> str | None:
    with psycopg.connect(dsn(env)) as connection:
        row = connection.execute(
            "select shobj_description(oid, 'pg_database') from pg_database where datname = current_database()"
        ).fetchone()
    return row[0] if row else None


def write_mark(env: Settings, *, is_demo_unfinished: bool = False) -> None:
    """Note that the database is of this version, and whether the demo company in it is still being made."""
    mark = schema_hash() + (DEMO_UNFINISHED if is_demo_unfinished else "")
    with psycopg.connect(dsn(env)) as connection:
        name = connection.info.dbname
        statement = sql.SQL("comment on database {} is {}").format(sql.Identifier(name), sql.Literal(mark))
        connection.execute(statement)
