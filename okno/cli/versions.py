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

# What the demo company writes for the person at the terminal: who may sign in, and how 1C does.
SIGN_INS = "sign-ins.txt"
# Held by `okno run` as long as it works with the data.
RUN_LOCK = "run.lock"
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
    if before == schema_hash():
        return 0
    # In processes of their own: the supervisor stays small and free of Django.
    for words in (["migrate"], *([["demo", "--first"]] if with_demo and before is None else [])):
        code = subprocess.run([sys.executable, "-m", "okno.cli", *words], check=False).returncode
        if code:
            return code
    return 0


def read_mark(env: Settings) -> str | None:
    """Return what the last migration left: None in a database that never saw one."""
    with psycopg.connect(dsn(env)) as connection:
        row = connection.execute(
            "select shobj_description(oid, 'pg_database') from pg_database where datname = current_database()"
        ).fetchone()
    return row[0] if row else None


def write_mark(env: Settings) -> None:
    """Note that the database is of this version."""
    with psycopg.connect(dsn(env)) as connection:
        name = connection.info.dbname
        statement = sql.SQL("comment on database {} is {}").format(sql.Identifier(name), sql.Literal(schema_hash()))
        connection.execute(statement)
