"""Files of classifiers that an administrator sends through the browser: streamed into the folder, looked at, kept."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path
from typing import BinaryIO

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from okno.areas.addresses.commands.loading import LOAD, RUNNING, load
from okno.areas.addresses.parts import classifiers
from okno.kit import permissions
from okno.kit.commands import command
from okno.kit.errors import Missing, Refused
from okno.kit.files import safe_name
from okno.kit.models.registry import JobRun
from okno.kit.permissions import Actor

# Larger ones, the whole country, are copied to the server by other means.
LARGEST = 4 << 30
# What has to stay free on the disk besides the file.
SPARE = 1 << 30
PIECE = 1 << 20
ZIP = b"PK\x03\x04"


def folder() -> Path:
    """Where files of classifiers lie, sent or put there by the administrator."""
    return Path(settings.OKNO_DATA_DIR) / "addresses"


def taken_in(actor: Actor, stream: BinaryIO, name: str, size: int | None = None) -> str:
    """
    Keep an archive that was sent, without holding it in memory; returns the name it has in the folder.

    :param size: as the browser says it, to refuse before it is copied.
    :raises Denied: the actor may not load addresses.
    :raises Refused: it is too large, there is no room for it, it is no ZIP archive that may be unfolded, or it holds
        no classifier; nothing of it stays.
    """
    permissions.check_may(actor, load.name)
    place = folder()
    place.mkdir(parents=True, exist_ok=True)
    _check_room(place, size or 0)
    handle, draft = tempfile.mkstemp(dir=place, prefix=".draft-", suffix=".zip")
    try:
        with os.fdopen(handle, "wb") as kept:
            _copy(stream, kept)
        tidy = f"{Path(safe_name(name)).stem[:100]}.zip"
        classifiers.opened(Path(draft), tidy)
        return keep_file(actor=actor, draft=draft, name=tidy)
    finally:
        Path(draft).unlink(missing_ok=True)


@command("addresses.keep_file", label=gettext_lazy("Send a file of a classifier"))
def keep_file(*, actor: Actor, draft: str, name: str) -> str:
    """Put a file that was looked at into the folder, in place of one of its name. :raises Refused: it is in use."""
    _check_idle()
    Path(draft).replace(folder() / name)
    return name


@command("addresses.drop_file", label=gettext_lazy("Delete a file of a classifier"))
def drop_file(*, actor: Actor, name: str) -> None:
    """
    Delete an archive from the folder; loaded regions stay.

    :raises Missing: there is no such archive.
    :raises Refused: addresses are being loaded.
    """
    _check_idle()
    found = next((one for one in folder().glob("*.zip") if one.name == name), None)
    if found is None:
        raise Missing("not_found", _("There is no such file in the folder any more."))
    found.unlink()


def _check_idle() -> None:
    if JobRun.objects.filter(work=LOAD, state__in=RUNNING).exists():
        raise Refused("addresses.loading", _("Addresses are being loaded already."))


def _check_room(place: Path, size: int) -> None:
    if size > LARGEST:
        raise _too_large()
    if shutil.disk_usage(place).free < size + SPARE:
        raise Refused("addresses.no_room", _("There is too little room on the disk of the server for this file."))


def _copy(stream: BinaryIO, kept: BinaryIO) -> None:
    """Copy in pieces, no more than is allowed. :raises Refused: it is no ZIP archive, or too large."""
    head, written = stream.read(PIECE), 0
    if not head.startswith(ZIP):
        raise Refused(
            "addresses.no_zip", _("This is no ZIP archive. Pack the files of the classifier into one and send that.")
        )
    while head:
        written += len(head)
        if written > LARGEST:
            raise _too_large()
        kept.write(head)
        head = stream.read(PIECE)
    kept.flush()
    os.fsync(kept.fileno())


def _too_large() -> Refused:
    return Refused(
        "addresses.too_large",
        _("The archive is larger than %(most)s GB: put it into the folder on the server, or send it by regions."),
        most=LARGEST >> 30,
    )
