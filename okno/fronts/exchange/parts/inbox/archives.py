"""Zip archives of an exchange: what is inside, whether they are whole, and that they are not bombs."""

from __future__ import annotations

import errno
import stat
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Self

from django.utils.translation import gettext_lazy as _

from okno.fronts.exchange.parts.inbox.names import safe_name
from okno.kit.errors import Refused

_PIECE = 1 << 18
# Small members compress into nothing quite honestly; only from this size on the ratio means anything.
_RATIO_FROM = 1 << 20
_UTF8_FLAG, _ENCRYPTED_FLAG = 0x800, 0x1
# What zipfile raises besides its own error for archives that are cut, mixed up, encrypted, or packed in a way it does
# not know.
_FOREIGN = (zlib.error, EOFError, RuntimeError, ValueError)


@dataclass(frozen=True, slots=True)
class Limits:
    """
    Bounds of one inbox, in bytes and numbers of files; `ratio` is unpacked size to packed.

    XML of exchanges packs up to some 40 times, so an honest archive stays far below the ratio.
    """

    part_bytes: int = 100 * 1024**2
    total_bytes: int = 4 * 1024**3
    files: int = 200_000
    ratio: int = 300


@dataclass(frozen=True, slots=True)
class Member:
    """A file inside an archive: its safe name, or the refusal to take it."""

    name: str
    size: int
    refusal: Refused | None
    info: zipfile.ZipInfo


def is_whole(path: Path, limits: Limits) -> bool:
    """
    Whether the archive opens and all its checksums agree.

    :raises Refused: it would unpack to more than the limits allow.
    """
    try:
        with _opened(path) as archive:
            _check_bounds(archive.infolist(), limits)
            with _told():
                return archive.testzip() is None
    except zipfile.BadZipFile:
        return False


class Archive:
    """
    An archive opened once for all its files.

    :raises Refused: it is broken, encrypted, too large, or a name in it climbs out of its folder.
    """

    def __init__(self, path: Path, name: str, limits: Limits) -> None:
        self.name = name
        try:
            self.zip = _opened(path)
        except zipfile.BadZipFile as error:
            raise broken(name) from error
        try:
            infos = [info for info in self.zip.infolist() if not info.is_dir()]
            _check_bounds(infos, limits)
            self.members = [_member(info) for info in infos]
        except Refused:
            self.zip.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self.zip.close()

    def pieces(self, member: Member) -> Iterator[bytes]:
        """
        The content of a member, never more than its declared size.

        :raises Refused: it is broken.
        """
        try:
            with _told():
                content = self.zip.open(member.info)
            with content:
                yield from _read(content, member.size)
        except zipfile.BadZipFile as error:
            raise broken(f"{self.name}: {member.name}") from error


def _opened(path: Path) -> zipfile.ZipFile:
    """:raises BadZipFile: it is no archive, or a broken one."""
    with _told():
        return zipfile.ZipFile(path)


@contextmanager
def _told() -> Iterator[None]:
    """
    Around single calls of zipfile: whatever it raises for a bad archive becomes its own error. A mixed-up archive also
    sends it to a place before the beginning of the file; any other trouble with the disk is ours and goes on up.

    :raises BadZipFile: the archive cannot be read.
    """
    try:
        yield
    except _FOREIGN as error:
        raise zipfile.BadZipFile(str(error)) from error
    except OSError as error:
        if error.errno != errno.EINVAL:
            raise
        raise zipfile.BadZipFile(str(error)) from error


def broken(name: str) -> Refused:
    """The archive or a file in it cannot be unpacked."""
    return Refused("exchange.broken_zip", _("The archive “%(name)s” is broken or incomplete."), name=name)


def _read(content: IO[bytes], size: int) -> Iterator[bytes]:
    left = size
    while piece := _piece(content):
        left -= len(piece)
        if left < 0:
            raise zipfile.BadZipFile
        yield piece


def _piece(content: IO[bytes]) -> bytes:
    with _told():
        return content.read(_PIECE)


def _member(info: zipfile.ZipInfo) -> Member:
    if info.flag_bits & _ENCRYPTED_FLAG:
        raise Refused("exchange.encrypted_zip", _("The archive is protected by a password."))
    told = _name(info)
    if stat.S_ISLNK(info.external_attr >> 16):
        refusal = Refused(
            "exchange.link_in_zip", _("The archive holds a link instead of a file: “%(name)s”."), name=told
        )
        return Member(told, 0, refusal, info)
    try:
        return Member(safe_name(told.lstrip("/\\")), info.file_size, None, info)
    except Refused as refusal:
        if refusal.code != "exchange.executable_name":
            raise
        return Member(told, 0, refusal, info)


def _name(info: zipfile.ZipInfo) -> str:
    """Without the UTF-8 flag zipfile reads names as cp437, while Russian archivers write UTF-8 or cp866."""
    if info.flag_bits & _UTF8_FLAG:
        return info.filename
    try:
        raw = info.filename.encode("cp437")
    except UnicodeEncodeError:
        return info.filename
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("cp866")


def _check_bounds(infos: list[zipfile.ZipInfo], limits: Limits) -> None:
    total = sum(info.file_size for info in infos)
    bombs = (one for one in infos if one.file_size > max(_RATIO_FROM, limits.ratio * max(one.compress_size, 1)))
    if total > limits.total_bytes or len(infos) > limits.files or next(bombs, None):
        raise Refused(
            "exchange.zip_bomb",
            _("The archive would unpack to %(size)s MB in %(files)s files, which is too much for its size."),
            size=total // 1024**2,
            files=len(infos),
        )
