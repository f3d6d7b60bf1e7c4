"""Whether tables and migrations fit this program: told in words before anybody works with them."""

from __future__ import annotations

import hashlib
import inspect
from collections.abc import Mapping
from importlib import metadata

from django.apps import apps
from django.db import connection
from django.db.migrations.loader import MigrationLoader

from okno.config.words import _
from okno.kit.errors import Refused

# Migrations of other packages do not change once they are published: their name says enough.
PUBLISHED = ""
MOST_NAMED = 3


def applied() -> dict[str, str]:
    """Migrations that made this database, each with a fingerprint of its text as far as it is ours."""
    known = _known()
    loader = MigrationLoader(connection)
    return {name: known.get(name, PUBLISHED) for name in sorted(map(".".join, loader.applied_migrations))}


def check_fits(written: Mapping[str, str], version: str) -> None:
    """
    Compare the migrations an archive was made with to those of this program.

    :param version: of the Okno that wrote the archive.
    :raises Refused: the archive is of a newer program, or of one whose tables cannot be brought up to date.
    """
    known = _known()
    told = {"version": version, "ours": metadata.version("okno")}
    if newer := [name for name in written if name not in known]:
        text = _(
            "This archive was written by a newer Okno (%(version)s, this is %(ours)s; unknown here: %(names)s): "
            "update first. Nothing was changed."
        )
        raise Refused("archive.newer", text, names=_few(newer), **told)
    if other := [name for name, print_ in written.items() if print_ != known[name]]:
        text = _(
            "This archive is of an Okno %(version)s whose tables this one (%(ours)s) cannot bring up to date "
            "(they differ from the start: %(names)s): restore it with the program that wrote it. Nothing was changed."
        )
        raise Refused("archive.other", text, names=_few(other), **told)


def check_tables() -> None:
    """
    Compare the tables to what the program needs.

    Until the first release the first migration of an area is written anew, and a database made with an older text of
    it stays as it was.

    :raises Refused: columns are missing, or there are some that must be filled and that nobody fills.
    """
    there = _columns()
    needed = {
        (model._meta.db_table, field.column)
        for model in apps.get_models(include_auto_created=True)
        if model._meta.managed
        for field in model._meta.local_concrete_fields
    }
    tables = {table for table, _column in needed}
    foreign = {one for one, is_demanded in there.items() if is_demanded and one[0] in tables} - needed
    known_tables = {table for table, _column in there}
    wrong = {one if one[0] in known_tables else one[:1] for one in (needed - there.keys()) | foreign}
    if wrong:
        text = _(
            "The database was made by an earlier Okno, and its tables cannot be brought up to date (%(names)s). "
            "Go on with that program, or begin anew: with another folder in OKNO_DATA_DIR, or an empty database."
        )
        raise Refused("schema.old", text, names=_few(sorted(map(".".join, wrong))))


def _known() -> dict[str, str]:
    found = {}
    for (app, name), migration in MigrationLoader(None).disk_migrations.items():
        module = inspect.getmodule(type(migration))
        is_ours = module is not None and module.__name__.startswith("okno.")
        text = inspect.getsource(module) if module is not None and is_ours else ""
        found[f"{app}.{name}"] = hashlib.sha256(text.encode()).hexdigest()[:16] if is_ours else PUBLISHED
    return found


def _columns() -> dict[tuple[str, str], bool]:
    """Columns of the database, and whether a row must bring a value for each."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select table_name, column_name, is_nullable = 'NO' and column_default is null and is_identity = 'NO' "
            "and is_generated = 'NEVER' from information_schema.columns where table_schema = current_schema()"
        )
        return {(table, column): is_demanded for table, column, is_demanded in cursor.fetchall()}


def _few(names: list[str]) -> str:
    more = len(names) - MOST_NAMED
    return ", ".join(names[:MOST_NAMED]) + (f" … +{more}" if more > 0 else "")
