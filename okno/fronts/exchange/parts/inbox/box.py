"""The inbox itself: files of one session in one folder, under random names, with an index that survives a crash."""

from __future__ import annotations

import hashlib
import itertools
import json
import secrets
import shutil
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import BinaryIO

from django.utils.translation import gettext_lazy as _

from okno.fronts.exchange.parts.inbox import archives, wholeness
from okno.fronts.exchange.parts.inbox.archives import Limits
from okno.fronts.exchange.parts.inbox.names import safe_name
from okno.fronts.exchange.parts.inbox.wholeness import Kind
from okno.kit.errors import Refused

_INDEX = "index.jsonl"
_PIECE = 1 << 18
# Every repeated part doubles the ways to put a file together; more than these is not a retry but a mess.
_MOST_ATTEMPTS = 64


@dataclass(frozen=True, slots=True)
class Part:
    """One upload: its length, and the hash by which a repetition is seen."""

    size: int
    hash: str


@dataclass(frozen=True, slots=True)
class Entry:
    """
    A file of the inbox: `origin` names the archive it came from, `is_settled` that it was found whole.

    A sealed file has been imported (an archive: unpacked): the next upload of its name begins a new file.
    """

    name: str
    stored: str
    parts: tuple[Part, ...] = ()
    origin: str = ""
    is_settled: bool = False
    is_sealed: bool = False

    @property
    def size(self) -> int:
        """Length in bytes."""
        return sum(part.size for part in self.parts)


@dataclass(frozen=True, slots=True)
class Unpacked:
    """How far an archive is unpacked, and the files in it that were not taken."""

    done: int
    total: int
    refused: tuple[tuple[str, Refused], ...] = ()

    @property
    def is_finished(self) -> bool:
        """Everything is out."""
        return self.done >= self.total


class Inbox:
    """
    Files that one session has sent. One upload at a time: the lock of the connection sees to that.

    A part becomes a part when it stands in the index, so a process killed in the middle of one leaves no trace of it.
    """

    def __init__(self, folder: Path, limits: Limits | None = None) -> None:
        self.folder = folder
        self.limits = limits or Limits()
        self.entries: dict[str, Entry] = {}
        self.size = 0
        self._by_last: dict[str, set[str]] = {}
        folder.mkdir(parents=True, exist_ok=True)
        self._load()

    def receive(self, raw_name: str, body: BinaryIO | Iterable[bytes]) -> Entry:
        """
        Append one upload to the file of this name; the first of a session, or the first after an import, begins it.

        :raises Refused: the name is bad, the part is too long, or the inbox is full; the file stays as it was.
        """
        name = safe_name(raw_name)
        entry = self.entries.get(name)
        if entry is None or entry.is_sealed or entry.origin:
            entry = self._new(name)
        part = self._append(entry, _chunks(body))
        if not part.size:
            return entry
        return self._save(replace(entry, parts=(*entry.parts, part), is_settled=False))

    def is_complete(self, raw_name: str) -> bool:
        """Whether the file is whole: archives by their checksums, XML by the end of the root, others always."""
        entry = self.find(raw_name)
        return entry is not None and self._settle(entry) is not None

    def seal(self, raw_name: str) -> None:
        """The file has been imported; what comes under its name from now on is another file."""
        if entry := self.find(raw_name):
            self._save(replace(entry, is_sealed=True))

    def find(self, raw_name: str) -> Entry | None:
        """
        The file of this name: as it is, in another case of letters, or alone of its name in any folder.

        :raises Refused: the name is not acceptable, or several folders hold such a file.
        """
        name = safe_name(raw_name)
        if entry := self.entries.get(name):
            return entry
        alike = self._by_last.get(_last(name), ())
        same = [one for one in alike if one.casefold() == name.casefold()] or list(alike)
        if len(same) > 1:
            raise Refused("exchange.ambiguous_file", _("Several files are called “%(name)s”."), name=name)
        return self.entries[same[0]] if same else None

    def path(self, entry: Entry) -> Path:
        """Where the file lies."""
        return self.folder / entry.stored

    def open_xml(self, raw_name: str) -> BinaryIO:
        """
        The XML file of this name, taken out of an archive of this session when it is in one.

        :raises Refused: there is no such file, or it is not whole.
        """
        entry = self.find(raw_name)
        if entry is None or entry.is_sealed:
            # A newer archive may bring the next file of this name.
            self.unpack_all()
            entry = self.find(raw_name)
        if entry is None:
            raise Refused("exchange.no_file", _("The file “%(name)s” has not been received."), name=safe_name(raw_name))
        if wholeness.kind_of(self.path(entry)) is Kind.ZIP:
            entry = self._only_xml(entry)
        settled = self._settle(entry)
        if settled is None:
            raise self._incomplete(entry)
        return self.path(settled).open("rb")

    def picture(self, raw_path: str) -> Path | None:
        """The file of a picture by its path in the catalogue; None when it has not come (yet), which is no error."""
        try:
            entry = self.find(raw_path)
        except Refused:
            return None
        return self.path(entry) if entry else None

    def packed(self) -> list[Entry]:
        """The archives that are still to be unpacked."""
        own = (one for one in self.entries.values() if not one.origin and not one.is_sealed and one.parts)
        return [one for one in own if wholeness.kind_of(self.path(one)) is Kind.ZIP]

    def unpack_all(self) -> None:
        """
        Unpack every archive to the end.

        :raises Refused: one is broken, incomplete, or would not fit.
        """
        for entry in self.packed():
            self.unpack(entry.name)

    def unpack(self, raw_name: str, at_most: int | None = None) -> Unpacked:
        """
        Unpack an archive, or its next `at_most` files, so that a request may answer `progress` between steps.

        :raises Refused: it is broken, incomplete, encrypted, would not fit, or a name in it climbs out.
        """
        found = self.find(raw_name)
        entry = self._settle(found) if found else None
        if entry is None:
            raise self._incomplete(found) if found else archives.broken(raw_name)
        with archives.Archive(self.path(entry), entry.name, self.limits) as archive:
            wanted = {member.name: member for member in archive.members if member.refusal is None}
            waiting = [one for one in wanted.values() if not self._is_out(one.name, entry)]
            for member in waiting[:at_most]:
                self._extract(entry, archive, member)
            refused = tuple((one.name, one.refusal) for one in archive.members if one.refusal is not None)
        left = len(waiting) - len(waiting[:at_most])
        if not left and not entry.is_sealed:
            self._save(replace(entry, is_sealed=True))
        return Unpacked(len(wanted) - left, len(wanted), refused)

    def empty(self) -> None:
        """Forget everything that this session has sent."""
        shutil.rmtree(self.folder)
        self.folder.mkdir(parents=True)
        self.entries.clear()
        self._by_last.clear()
        self.size = 0

    def _append(self, entry: Entry, chunks: Iterator[bytes]) -> Part:
        room = min(self.limits.part_bytes, self.limits.total_bytes - self.size)
        digest, size, path = hashlib.sha256(), 0, self.path(entry)
        with path.open("r+b" if path.exists() else "w+b") as target:
            # Bytes beyond the index are those of an upload that was killed.
            target.truncate(entry.size)
            target.seek(entry.size)
            for chunk in chunks:
                size += len(chunk)
                if size > room:
                    target.truncate(entry.size)
                    raise self._full(entry, size)
                digest.update(chunk)
                target.write(chunk)
        return Part(size, digest.hexdigest())

    def _extract(self, source: Entry, archive: archives.Archive, member: archives.Member) -> None:
        entry = replace(self._new(member.name), origin=source.stored)
        # The part limit is about requests; how much an archive may hold was checked when it was opened.
        room = self.limits.total_bytes - self.size
        if member.size > room:
            raise self._full(entry, member.size)
        digest, size = hashlib.sha256(), 0
        with self.path(entry).open("wb") as target:
            for piece in archive.pieces(member):
                size += len(piece)
                digest.update(piece)
                target.write(piece)
        self._save(replace(entry, parts=(Part(size, digest.hexdigest()),)))

    def _settle(self, entry: Entry) -> Entry | None:
        """The entry when its file is whole, if need be without the parts that came twice; None when it is not."""
        if entry.is_settled:
            return entry
        if not entry.parts:
            return None
        repeated = [at for at in range(1, len(entry.parts)) if entry.parts[at] == entry.parts[at - 1]]
        if wholeness.is_whole(self.path(entry), self.limits, thoroughly=bool(repeated)):
            return self._save(replace(entry, is_settled=True))
        for dropped in itertools.islice(_subsets(repeated), _MOST_ATTEMPTS):
            if mended := self._without(entry, dropped):
                return mended
        return None

    def _without(self, entry: Entry, dropped: frozenset[int]) -> Entry | None:
        """The file put together without some parts, when that makes it whole."""
        kept = tuple(part for at, part in enumerate(entry.parts) if at not in dropped)
        candidate = replace(self._new(entry.name), parts=kept, origin=entry.origin, is_settled=True)
        target_path = self.path(candidate)
        with self.path(entry).open("rb") as source, target_path.open("wb") as target:
            for at, part in enumerate(entry.parts):
                if at in dropped:
                    source.seek(part.size, 1)
                else:
                    _copy(source, target, part.size)
        if not wholeness.is_whole(target_path, self.limits, thoroughly=True):
            target_path.unlink()
            return None
        return self._save(candidate)

    def _is_out(self, name: str, archive: Entry) -> bool:
        entry = self.entries.get(name)
        return entry is not None and entry.origin == archive.stored

    def _only_xml(self, archive: Entry) -> Entry:
        """A request may name the archive itself when it holds one XML file."""
        self.unpack(archive.name)
        inside = [one for one in self.entries.values() if one.origin == archive.stored]
        found = [one for one in inside if wholeness.kind_of(self.path(one)) is Kind.XML]
        if len(found) != 1:
            raise Refused(
                "exchange.ambiguous_archive",
                _("The archive “%(name)s” holds %(count)s XML files; the request must name one."),
                name=archive.name,
                count=len(found),
            )
        return found[0]

    def _new(self, name: str) -> Entry:
        if len(self.entries) >= self.limits.files:
            raise Refused("exchange.too_many_files", _("The session has sent too many files."))
        stored = secrets.token_hex(16)
        (self.folder / stored[:2]).mkdir(exist_ok=True)
        return Entry(name, f"{stored[:2]}/{stored}")

    def _save(self, entry: Entry) -> Entry:
        """
        Put the entry into the index by one write at its end, so that a background import may note its own meanwhile.

        The line begins with a break: what stood there before may be the torn line of a process that was killed.
        """
        line = "\n" + json.dumps(asdict(entry), ensure_ascii=False) + "\n"
        with (self.folder / _INDEX).open("ab", buffering=0) as index:
            index.write(line.encode())
        before = self._keep(entry)
        if before and before.stored != entry.stored:
            self.path(before).unlink(missing_ok=True)
        return entry

    def _keep(self, entry: Entry) -> Entry | None:
        """Put the entry in place of the one of the same name, which is given back."""
        before = self.entries.get(entry.name)
        self.size += entry.size - (before.size if before else 0)
        self.entries[entry.name] = entry
        self._by_last.setdefault(_last(entry.name), set()).add(entry.name)
        return before

    def _load(self) -> None:
        path = self.folder / _INDEX
        lines = path.read_bytes().split(b"\n") if path.exists() else []
        latest = {entry.name: entry for entry in map(_entry, lines) if entry}
        for entry in latest.values():
            self._keep(entry)

    def _full(self, entry: Entry, size: int) -> Refused:
        return Refused(
            "exchange.inbox_full",
            _("“%(name)s” does not fit: %(size)s bytes received in one part, the session may hold %(limit)s in all."),
            name=entry.name,
            size=size,
            limit=self.limits.total_bytes,
        )

    def _incomplete(self, entry: Entry) -> Refused:
        return Refused(
            "exchange.incomplete_file",
            _("The file “%(name)s” is incomplete or damaged: %(size)s bytes in %(parts)s parts were received."),
            name=entry.name,
            size=entry.size,
            parts=len(entry.parts),
        )


def _entry(line: bytes) -> Entry | None:
    """An entry of the index; None for blanks and for a line that was being written when the process was killed."""
    try:
        told = json.loads(line)
    except ValueError:
        return None
    return Entry(**{**told, "parts": tuple(Part(**part) for part in told["parts"])})


def _last(name: str) -> str:
    return name.casefold().rpartition("/")[2]


def _chunks(body: BinaryIO | Iterable[bytes]) -> Iterator[bytes]:
    if hasattr(body, "read"):
        return iter(lambda: body.read(_PIECE), b"")
    return iter(body)


def _copy(source: BinaryIO, target: BinaryIO, size: int) -> None:
    while size > 0 and (piece := source.read(min(size, _PIECE))):
        target.write(piece)
        size -= len(piece)


def _subsets(places: list[int]) -> Iterator[frozenset[int]]:
    """All repetitions dropped first, which is the usual case, then fewer and fewer."""
    for count in range(len(places), 0, -1):
        for chosen in itertools.combinations(places, count):
            yield frozenset(chosen)
