"""What every classifier gives: streams of rows by region."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple, Protocol

# Called with how many bytes were read.
Tell = Callable[[int], None]


class ObjectRow(NamedTuple):
    """A place by the id within its classifier; `code` is the lasting one."""

    id: str
    code: str
    name: str
    kind: str
    level: int
    post_index: str = ""
    kladr: str = ""


class ParentRow(NamedTuple):
    """What stands above a place or a house."""

    id: str
    parent: str


class HouseRow(NamedTuple):
    """A house by the id within its classifier."""

    id: str
    code: str
    number: str
    post_index: str = ""


class ValueRow(NamedTuple):
    """A post index (`index`) or a code of КЛАДР (`kladr`) that is told apart from the place or house."""

    id: str
    kind: str
    value: str


class Classifier(Protocol):
    """A folder or an archive of one classifier; each stream may be read once more from its beginning."""

    source: str

    def regions(self) -> list[str]:
        """Two-digit codes of the regions that are there."""

    def size(self, region: str) -> int:
        """How many bytes are read for a region."""

    def objects(self, region: str, tell: Tell) -> Iterator[ObjectRow]:
        """Places."""

    def parents(self, region: str, tell: Tell) -> Iterator[ParentRow]:
        """What stands above places and houses."""

    def houses(self, region: str, tell: Tell) -> Iterator[HouseRow]:
        """Houses."""

    def values(self, region: str, tell: Tell) -> Iterator[ValueRow]:
        """Indexes and codes that stand in files of their own."""
