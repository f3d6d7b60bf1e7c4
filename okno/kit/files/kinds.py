"""What a file is by its first bytes, whether it may be kept, and whether a browser may show it."""

from __future__ import annotations

import re

from django.utils.translation import gettext_lazy as _

from okno.kit.errors import Refused
from okno.kit.files.names import extension

PROGRAM = "application/x-executable"
UNKNOWN = "application/octet-stream"
_TEXT = "text/plain"

# Where the type's mark stands, the mark, the type.
_MARKS: tuple[tuple[int, bytes, str], ...] = (
    (0, b"%PDF-", "application/pdf"),
    (0, b"\x89PNG\r\n\x1a\n", "image/png"),
    (0, b"\xff\xd8\xff", "image/jpeg"),
    (0, b"GIF87a", "image/gif"),
    (0, b"GIF89a", "image/gif"),
    (8, b"WEBP", "image/webp"),
    (8, b"WAVE", "audio/wav"),
    (8, b"AVI ", "video/x-msvideo"),
    (4, b"ftypheic", "image/heic"),
    (4, b"ftypM4A", "audio/mp4"),
    (4, b"ftypqt", "video/quicktime"),
    (4, b"ftyp", "video/mp4"),
    (0, b"II*\x00", "image/tiff"),
    (0, b"MM\x00*", "image/tiff"),
    (0, b"BM", "image/bmp"),
    (0, b"ID3", "audio/mpeg"),
    (0, b"\xff\xfb", "audio/mpeg"),
    (0, b"\xff\xf3", "audio/mpeg"),
    (0, b"OggS", "audio/ogg"),
    (0, b"fLaC", "audio/flac"),
    (0, b"#!AMR", "audio/amr"),
    (0, b"\x1aE\xdf\xa3", "video/webm"),
    (0, b"PK\x03\x04", "application/zip"),
    (0, b"PK\x05\x06", "application/zip"),
    (0, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "application/x-ole-storage"),
    (0, b"{\\rtf", "application/rtf"),
    (0, b"Rar!\x1a\x07", "application/vnd.rar"),
    (0, b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"),
    (0, b"\x1f\x8b", "application/gzip"),
    (0, b"MZ", PROGRAM),
    (0, b"\x7fELF", PROGRAM),
    (0, b"\xca\xfe\xba\xbe", PROGRAM),
    (0, b"\xcf\xfa\xed\xfe", PROGRAM),
    (0, b"\xce\xfa\xed\xfe", PROGRAM),
    (0, b"L\x00\x00\x00\x01\x14\x02\x00", PROGRAM),
    (0, b"#!", PROGRAM),
)
_OFFICE = "application/vnd.openxmlformats-officedocument."
_OPEN = "application/vnd.oasis.opendocument."
# Containers hold many types under one mark; there the extension decides.
_INSIDE = {
    "application/zip": {
        "docx": _OFFICE + "wordprocessingml.document",
        "xlsx": _OFFICE + "spreadsheetml.sheet",
        "pptx": _OFFICE + "presentationml.presentation",
        "odt": _OPEN + "text",
        "ods": _OPEN + "spreadsheet",
        "odp": _OPEN + "presentation",
        "epub": "application/epub+zip",
    },
    "application/x-ole-storage": {
        "doc": "application/msword",
        "xls": "application/vnd.ms-excel",
        "ppt": "application/vnd.ms-powerpoint",
        "msg": "application/vnd.ms-outlook",
    },
    _TEXT: {
        "csv": "text/csv",
        "json": "application/json",
        "xml": "application/xml",
        "ics": "text/calendar",
        "vcf": "text/vcard",
        "eml": "message/rfc822",
        "md": "text/markdown",
    },
}
_HTML = re.compile(rb"\s*(<!--.*?-->\s*)*<(!doctype html|html|head|body|script|iframe)\b", re.IGNORECASE | re.DOTALL)
_SVG = re.compile(rb"<svg[\s>]", re.IGNORECASE)

# What Windows, macOS and browsers run or mount on a double click.
_DENIED_EXTENSIONS = """
ade adp apk app appref-ms application appx bat cdxml chm cmd com cpl deb diagcab dll dmg exe gadget hta img inf ins
iso isp jar jnlp js jse ksh lib library-ms lnk mde mht mhtml msc msh msi msp mst nsh pif pkg ps1 psc1 psd1 psm1 pst
reg rpm scf scr sct search-ms settingcontent-ms sh shb sys url vb vbe vbs vhd vhdx vxd website wsc wsf wsh xbap xll
xnk
"""
DENIED_EXTENSIONS = frozenset(_DENIED_EXTENSIONS.split())
# SVG and HTML may carry scripts and are always downloaded.
INLINE = frozenset(
    {"image/png", "image/jpeg", "image/gif", "image/webp", "image/bmp", "application/pdf", _TEXT, "audio/mpeg"}
    | {"audio/ogg", "audio/wav", "audio/mp4", "audio/flac", "video/mp4", "video/webm"},
)


def kind_of(head: bytes, name: str) -> str:
    """Return the media type by the first bytes; the extension only chooses among types that look alike."""
    kind = _marked(head) or _textual(head)
    return _INSIDE.get(kind, {}).get(extension(name), kind)


def check_allowed(kind: str, name: str) -> None:
    """
    Check that the file is not of a kind that computers run.

    :raises Refused: it is, by its content or by its extension.
    """
    if kind == PROGRAM or extension(name) in DENIED_EXTENSIONS:
        raise Refused("files.program", _("“%(name)s” is a program or a script; such files are not kept."), name=name)


def is_shown_inline(kind: str) -> bool:
    """Tell whether a browser may show the file in place; anything else is offered for download."""
    return kind in INLINE


def _marked(head: bytes) -> str:
    for place, mark, kind in _MARKS:
        if head.startswith(mark, place) and (place != 8 or head.startswith(b"RIFF")):
            return kind
    return ""


def _textual(head: bytes) -> str:
    """Tell text from other bytes: it has no control signs; a sample may end inside a letter."""
    is_wide = head.startswith((b"\xff\xfe", b"\xfe\xff"))
    if not is_wide and re.search(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]", head):
        return UNKNOWN
    if _HTML.match(head.removeprefix(b"\xef\xbb\xbf")):
        return "text/html"
    return "image/svg+xml" if _SVG.search(head) else _TEXT
