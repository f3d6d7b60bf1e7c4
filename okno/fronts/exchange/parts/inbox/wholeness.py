"""Whether an assembled file is whole: the judge of repeated and missing parts."""

from __future__ import annotations

import re
from enum import StrEnum
from pathlib import Path
from typing import Any, cast

from lxml import etree

from okno.fronts.exchange.parts.commerceml.decoding import decoded
from okno.fronts.exchange.parts.inbox import archives
from okno.fronts.exchange.parts.inbox.archives import Limits
from okno.kit.errors import Refused

_TAIL = 4096
_ZIP_SIGNS = (b"PK\x03\x04", b"PK\x05\x06")
_BOMS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")
_ROOT = re.compile(rb"<([^\s<>/!?]+)")
_END = re.compile(rb"</([^\s<>/!?]+)\s*>\s*(?:<!--.*?-->\s*)*\Z", re.DOTALL)


class Kind(StrEnum):
    """What a file is by its first bytes: names lie."""

    ZIP = "zip"
    XML = "xml"
    OTHER = "other"


class _Nothing:
    """A parser target that keeps nothing: only the grammar of the file is of interest."""

    def close(self) -> None:
        """The parser asks for a result."""


def kind_of(path: Path) -> Kind:
    """Archive, XML or anything else."""
    with path.open("rb") as stream:
        head = stream.read(64)
    if head.startswith(_ZIP_SIGNS):
        return Kind.ZIP
    is_utf16 = head.startswith(_BOMS[1:])
    bare = head.removeprefix(_BOMS[0]).lstrip()
    return Kind.XML if is_utf16 or bare.startswith(b"<") else Kind.OTHER


def is_whole(path: Path, limits: Limits, *, thoroughly: bool) -> bool:
    """
    Whether an archive passes its test, or an XML file has come to the end of its root.

    `thoroughly` reads the XML through, which repeated parts need: they leave both ends of the file in order.
    """
    kind = kind_of(path)
    if kind is Kind.ZIP:
        return archives.is_whole(path, limits)
    if kind is Kind.XML:
        return is_well_formed(path) if thoroughly else _has_end(path)
    return True


def is_well_formed(path: Path) -> bool:
    """Whether the file is XML from its first byte to its last, in constant memory."""
    parser = etree.XMLParser(
        target=cast("Any", _Nothing()), encoding="utf-8", resolve_entities=False, no_network=True, load_dtd=False
    )
    try:
        with path.open("rb") as stream:
            for piece in decoded(stream).pieces:
                parser.feed(piece.encode("utf-8"))
        parser.close()
    except (etree.XMLSyntaxError, Refused):
        return False
    return True


def _has_end(path: Path) -> bool:
    """The name in the last closing tag is that of the root, compared as bytes, so any encoding will do."""
    size = path.stat().st_size
    with path.open("rb") as stream:
        head = stream.read(_TAIL)
        if head.startswith(_BOMS[1:]):
            return is_well_formed(path)
        stream.seek(max(size - _TAIL, 0))
        tail = stream.read()
    root = _ROOT.search(re.sub(rb"<\?.*?\?>|<!--.*?-->", b"", head, flags=re.DOTALL))
    if not root:
        return False
    if end := _END.search(tail):
        return end[1] == root[1]
    # An empty root closes itself; longer files would only be read through in vain.
    return size <= _TAIL and is_well_formed(path)
