"""Shared texts of a workbook: read as far as rows ask for them, kept on disk beyond a bound."""

from __future__ import annotations

import tempfile
import zipfile
from array import array
from collections.abc import Iterator
from contextlib import ExitStack
from types import TracebackType
from typing import IO, Any, Self

from lxml import etree

from okno.engines.imports.parts.formats import packages
from okno.engines.imports.parts.formats.tables import LONGEST_CELL

PART = "xl/sharedStrings.xml"
MOST_IN_MEMORY = 100_000


class Strings:
    """The texts by their numbers; the first hundred thousand stay in memory, since most cells ask for those."""

    def __init__(self, package: zipfile.ZipFile) -> None:
        self._package = package
        self._near: list[str] = []
        self._places = array("Q", [0])
        self._far: Any = None
        self._open = ExitStack()
        self._coming: Iterator[str] = iter(())

    def __enter__(self) -> Self:
        if PART in self._package.namelist():
            self._coming = _texts(self._open.enter_context(packages.part(self._package, PART)))
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._open.__exit__(kind, error, at)

    def get(self, number: str) -> str:
        """The text of this number; empty when the workbook has none."""
        if not number.isdecimal():
            return ""
        wanted = int(number)
        if wanted < len(self._near):
            return self._near[wanted]
        while wanted >= self._count():
            text = next(self._coming, None)
            if text is None:
                return ""
            self._keep(text)
        return self._near[wanted] if wanted < len(self._near) else self._fetched(wanted - MOST_IN_MEMORY)

    def _count(self) -> int:
        return len(self._near) + len(self._places) - 1

    def _keep(self, text: str) -> None:
        if len(self._near) < MOST_IN_MEMORY:
            self._near.append(text)
            return
        if self._far is None:
            self._far = self._open.enter_context(tempfile.TemporaryFile())  # noqa: SIM115 - closed with the texts
        encoded = text.encode("utf-8", "replace")
        self._far.seek(self._places[-1])
        self._far.write(encoded)
        self._places.append(self._places[-1] + len(encoded))

    def _fetched(self, place: int) -> str:
        self._far.seek(self._places[place])
        found: bytes = self._far.read(self._places[place + 1] - self._places[place])
        return found.decode("utf-8")


def _texts(stream: IO[bytes]) -> Iterator[str]:
    parsing = etree.iterparse(
        stream, events=("end",), tag="{*}si", resolve_entities=False, no_network=True, huge_tree=False
    )
    for _event, element in parsing:
        # Hints of how to read signs (rPh) are no part of the text.
        texts = [one.text or "" for one in element.iter("{*}t") if not one.getparent().tag.endswith("}rPh")]
        yield "".join(texts)[:LONGEST_CELL]
        element.clear(keep_tail=False)
        while element.getprevious() is not None:
            del element.getparent()[0]
