"""Bytes of an exchange file turned into safe pieces of text: encoding found, declaration cut off, DTD refused."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO, Protocol

from django.utils.translation import gettext_lazy as _

from okno.kit.errors import Refused

PIECE = 1 << 16
# A name every CommerceML file begins with, so its bytes tell the encoding more surely than a wrong declaration.
ROOTS = (
    "КоммерческаяИнформация", "Классификатор", "Каталог", "ПакетПредложений", "ИзмененияПакетаПредложений",
    "Контрагенты",
)  # fmt: skip
_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_DECLARED = re.compile(rb"""^\s*<\?xml[^>]*?encoding\s*=\s*["']([A-Za-z0-9._-]+)["']""")
_DECLARATION = re.compile(r"^\s*<\?xml\b.*?\?>", re.DOTALL)
_BEFORE_ROOT = re.compile(r"(?:\s+|<!--.*?-->|<\?.*?\?>)*", re.DOTALL)
_ROOT = re.compile(r"<([^\s<>/!?]+)")
# Characters that XML 1.0 forbids: exporters let them through in comments, one kills the whole package.
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")


class Readable(Protocol):
    """The only thing asked of a stream."""

    def read(self, size: int = ..., /) -> bytes:
        """Up to `size` bytes, empty at the end."""
        ...


@dataclass(frozen=True, slots=True)
class Text:
    """A file ready for the parser."""

    encoding: str
    root: str
    pieces: Iterator[str]


def decoded(stream: BinaryIO | Readable) -> Text:
    """
    The text of a file, piece by piece: BOM wins, then a declaration that fits, then strict UTF-8, then windows-1251.

    :raises Refused: the file is empty, is not XML, or has a DTD; while pieces are read: bytes do not fit the encoding.
    """
    head = _head(stream)
    bom, encoding = _encoding(head)
    first = _FORBIDDEN.sub("", head[len(bom) :].decode(encoding, "ignore"))
    if not first.strip():
        raise Refused("exchange.empty_file", _("The file is empty."))
    return Text(encoding, _root(first), _pieces(head[len(bom) :], stream, encoding))


def _head(stream: BinaryIO | Readable) -> bytes:
    """The beginning of the file; pipes give short reads, so ask until there is enough."""
    head = bytearray()
    while len(head) < PIECE and (more := stream.read(PIECE - len(head))):
        head += more
    return bytes(head)


def _encoding(head: bytes) -> tuple[bytes, str]:
    for bom, encoding in _BOMS:
        if head.startswith(bom):
            return bom, encoding
    return b"", _without_bom(head)


def _without_bom(head: bytes) -> str:
    declared = _DECLARED.match(head)
    name = _known(declared[1].decode("ascii")) if declared else None
    for encoding in filter(None, (name, "utf-8", "cp1251", "utf-16-le")):
        if any(root.encode(encoding, "ignore") in head for root in ROOTS):
            return encoding
    return name or ("utf-8" if _is_utf8(head) else "cp1251")


def _known(name: str) -> str | None:
    try:
        encoding = codecs.lookup(name).name
        return encoding if isinstance("".encode(encoding), bytes) else None
    except LookupError:
        return None


def _is_utf8(head: bytes) -> bool:
    try:
        codecs.getincrementaldecoder("utf-8")().decode(head)
    except UnicodeDecodeError:
        return False
    return True


def _root(first: str) -> str:
    start = _BEFORE_ROOT.match(first)
    rest = first[start.end() if start else 0 :]
    if rest.startswith("<!"):
        raise Refused("exchange.dtd", _("The file has a document type declaration; such files are not accepted."))
    found = _ROOT.match(rest)
    if not found:
        raise Refused("exchange.not_xml", _("This is not an XML file: it begins with “%(start)s”."), start=rest[:40])
    return found[1].rpartition(":")[2]


def _pieces(head: bytes, stream: BinaryIO | Readable, encoding: str) -> Iterator[str]:
    decoder = codecs.getincrementaldecoder(encoding)("strict")
    lines, piece, is_first = 1, head, True
    while True:
        try:
            text = decoder.decode(piece, final=not piece)
        except UnicodeDecodeError:
            raise Refused(
                "exchange.bad_bytes",
                _("The file is not in the encoding %(encoding)s: bytes after line %(line)s cannot be read."),
                encoding=encoding,
                line=lines,
            ) from None
        if is_first:
            text, is_first = _without_declaration(text), False
        lines += text.count("\n")
        yield _FORBIDDEN.sub("", text)
        if not piece:
            return
        piece = stream.read(PIECE)


def _without_declaration(text: str) -> str:
    """The parser gets text, not bytes, so an encoding declared in it would only mislead; line breaks stay."""
    found = _DECLARATION.match(text)
    return "\n" * found[0].count("\n") + text[found.end() :] if found else text.lstrip()
