"""`okno backup` and `okno restore`: the database, the files and the key of this installation in one archive."""

from __future__ import annotations

import argparse
import fcntl
import hashlib
import io
import json
import shutil
import subprocess
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from importlib import metadata
from itertools import islice
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db import connection
from django.utils.translation import gettext

from okno.cli import schema, versions
from okno.cli.database import bring_tables_up_to_date
from okno.cli.progress import Bar
from okno.config.database import dsn
from okno.config.postgres import Cluster, programs, served
from okno.config.words import _
from okno.kit.errors import Refused

CONTENTS, DUMP, FILES, KEY = "contents.json", "database.dump", "files", "secret-key"
FORMAT = 1
LINES_OF_SETTINGS = 40
# The whole script is one transaction: it replaces everything or nothing.
PSQL = ("--no-psqlrc", "--quiet", "--single-transaction", "--set=ON_ERROR_STOP=1", "--output=/dev/null")


def backup(arguments: list[str]) -> int:
    """Write one archive; people may go on working: the database is dumped as it stood at one moment."""
    parser = argparse.ArgumentParser(prog="okno backup")
    parser.add_argument("file", type=Path, help=_("the archive to write, for example okno-2026-11-21.tar"))
    target: Path = parser.parse_args(arguments).file
    draft = target.with_name(f".{target.name}.part")
    try:
        with served(settings.ENV), tempfile.TemporaryDirectory(dir=target.parent) as folder:
            dump = Path(folder) / DUMP
            _tool("pg_dump", "--format=custom", "--no-owner", "--no-privileges", f"--file={dump}", dsn(settings.ENV))
            _write(draft, dump)
            connection.close()
        draft.replace(target)
    except OSError as error:
        raise _trouble(gettext("The archive cannot be written: %(reason)s (%(file)s)."), target, error) from error
    finally:
        with suppress(OSError):
            draft.unlink(missing_ok=True)
    print(_("Written: %(file)s, %(size)s MB.") % {"file": target, "size": round(target.stat().st_size / 1e6, 1)})
    if storage := settings.OKNO_FILES_S3:
        address = urlsplit(storage)
        place = {"place": address.netloc.rpartition("@")[2] + address.path}
        print(_("Files are kept in %(place)s and are not in this archive: copy them apart.") % place)
    return 0


def restore(arguments: list[str]) -> int:
    """Check an archive whole, then put its contents in place of what is there; a newer program migrates them."""
    parser = argparse.ArgumentParser(prog="okno restore")
    parser.add_argument("file", type=Path, help=_("an archive that okno backup wrote"))
    parser.add_argument("--yes", action="store_true", help=_("do not ask"))
    asked = parser.parse_args(arguments)
    with _stopped(), tempfile.TemporaryDirectory(dir=settings.OKNO_DATA_DIR) as folder:
        place = Path(folder)
        contents = _unpack(asked.file, place)
        if not asked.yes and not _is_agreed(contents):
            return 1
        with served(settings.ENV):
            _replace_database(place / DUMP)
            _replace_files(place / FILES)
            if (place / KEY).exists():
                shutil.copy(place / KEY, settings.OKNO_DATA_DIR / KEY)
            bring_tables_up_to_date()
            connection.close()
            versions.write_mark(settings.ENV)
    print(_("Restored: the archive of %(at)s.") % {"at": contents["at"]})
    return 0


def _write(draft: Path, dump: Path) -> None:
    files = sorted(path for path in settings.MEDIA_ROOT.rglob("*") if path.is_file())
    contents = {
        "format": FORMAT,
        "okno": metadata.version("okno"),
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "dump_sha256": _sha256(dump),
        "files": len(files),
        "migrations": schema.applied(),
    }
    bar = Bar()
    with tarfile.open(draft, "w") as archive:
        # It holds the key that opens mail passwords and tokens: nobody else may read it.
        draft.chmod(0o600)
        _add_text(archive, CONTENTS, json.dumps(contents, indent=1))
        _add_text(archive, KEY, settings.SECRET_KEY)
        archive.add(dump, DUMP)
        for number, path in enumerate(files, 1):
            archive.add(path, f"{FILES}/{path.relative_to(settings.MEDIA_ROOT)}")
            bar.tell(_("Packing files"), number, len(files))
    bar.end()


def _add_text(archive: tarfile.TarFile, name: str, text: str) -> None:
    entry = tarfile.TarInfo(name)
    entry.size, entry.mode = len(text.encode()), 0o600
    archive.addfile(entry, io.BytesIO(text.encode()))


def _unpack(file: Path, place: Path) -> dict[str, Any]:
    """
    Unpack an archive beside the data and check that it is whole.

    :raises Refused: it is not an archive of ours, is broken, or comes from a newer program.
    """
    bar = Bar()
    try:
        with tarfile.open(file) as archive:
            contents: dict[str, Any] = json.load(archive.extractfile(CONTENTS) or io.BytesIO(b"{}"))
            if contents.get("format", FORMAT + 1) > FORMAT:
                raise Refused("archive.newer", gettext("This archive was written by a newer Okno: update first."))
            schema.check_fits(contents.get("migrations", {}), contents["okno"])
            total = contents["files"]
            for number, entry in enumerate(archive, 1):
                _take_out(archive, entry, place)
                bar.tell(_("Unpacking"), min(number, total), total)
    except (PermissionError, FileNotFoundError) as error:
        raise _trouble(gettext("The archive cannot be read: %(reason)s (%(file)s)."), file, error) from error
    except (OSError, KeyError, ValueError, tarfile.TarError) as error:
        reason = gettext("This is not an archive of Okno, or it is broken: %(reason)s.")
        raise Refused("archive.broken", reason, reason=str(error)) from error
    bar.end()
    unpacked = sum(path.is_file() for path in (place / FILES).rglob("*"))
    if _sha256(place / DUMP) != contents["dump_sha256"] or unpacked != contents["files"]:
        raise Refused("archive.incomplete", gettext("The archive is incomplete: nothing was changed."))
    return contents


def _take_out(archive: tarfile.TarFile, entry: tarfile.TarInfo, place: Path) -> None:
    """
    Write one entry below the place, as a plain file of ours. Python has `filter="data"` for this only since 3.11.4.

    :raises ValueError: the entry is a link or a device, or leads out of the place.
    """
    target = (place / entry.name).resolve()
    source = archive.extractfile(entry) if entry.isfile() else None
    if source is None or not target.is_relative_to(place.resolve()):
        raise ValueError(entry.name)
    target.parent.mkdir(parents=True, exist_ok=True)
    with target.open("wb") as file:
        target.chmod(0o600)
        shutil.copyfileobj(source, file)


def _is_agreed(contents: dict[str, Any]) -> bool:
    words = _("The data of %(folder)s will be replaced by the archive of %(at)s. Type yes: ")
    return input(words % {"folder": settings.OKNO_DATA_DIR, "at": contents["at"]}).strip().lower() in {"yes", "да"}


def _replace_database(dump: Path) -> None:
    connection.close()
    written, script = dump.with_suffix(".written"), dump.with_suffix(".sql")
    _tool("pg_restore", "--no-owner", "--no-privileges", f"--file={written}", str(dump))
    with written.open("rb") as source, script.open("wb") as target:
        # pg_restore 18 begins with a setting that servers before 17 do not know.
        head = islice(source, LINES_OF_SETTINGS)
        target.writelines(line for line in head if not line.startswith(b"SET transaction_timeout"))
        shutil.copyfileobj(source, target)
    written.unlink()
    clean = ("drop schema public cascade", "create schema public")
    _tool("psql", *PSQL, *(f"--command={one}" for one in clean), f"--file={script}", dsn(settings.ENV))


def _replace_files(unpacked: Path) -> None:
    unpacked.mkdir(exist_ok=True)
    old = settings.MEDIA_ROOT.with_name("files.before")
    shutil.rmtree(old, ignore_errors=True)
    if settings.MEDIA_ROOT.exists():
        settings.MEDIA_ROOT.rename(old)
    unpacked.rename(settings.MEDIA_ROOT)
    shutil.rmtree(old, ignore_errors=True)


def _trouble(text: str, file: Path, error: OSError) -> Refused:
    return Refused("archive.disk", text, reason=error.strerror or error, file=file)


def _tool(name: str, *arguments: str) -> None:
    """Run a program of PostgreSQL. :raises Refused: it failed; with its last line."""
    done = subprocess.run(
        [str(programs(Cluster.of(settings.ENV)) / name), *arguments], capture_output=True, text=True, check=False
    )
    if done.returncode:
        said = (done.stderr.strip().splitlines() or [name])[-1]
        raise Refused("archive.postgres", gettext("%(tool)s could not do it: %(reason)s"), tool=name, reason=said)


@contextmanager
def _stopped() -> Iterator[None]:
    """Make sure that Okno does not work with these data meanwhile. :raises Refused: it does."""
    with (settings.OKNO_DATA_DIR / versions.RUN_LOCK).open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Refused("archive.running", gettext("Stop Okno first: it works with these data.")) from None
        yield


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
