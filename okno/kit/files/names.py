"""Names of files that are safe to show, to send and to write on any system."""

from __future__ import annotations

import re
import unicodedata

_RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\.|$)", re.IGNORECASE)
# File systems take 255 bytes; the rest is left for «(2)» and the like.
_LONGEST = 200


def safe_name(name: str) -> str:
    """
    Return the last part of the name without control, direction and path signs, at most 200 bytes with its extension.

    Signs that turn the direction of writing are taken out because they make `gpj.exe` look like `exe.jpg`.
    """
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", name))[-1]
    visible = "".join(sign if not unicodedata.category(sign).startswith("C") else " " for sign in last)
    tidy = re.sub(r"\s+", " ", re.sub(r'[<>:"|?*]', "_", visible)).strip(" .")
    if _RESERVED.match(tidy):
        tidy = f"_{tidy}"
    return _shortened(tidy) or "file"


def extension(name: str) -> str:
    """Return the extension in small letters without the full stop; empty if there is none."""
    stem, dot, last = name.rpartition(".")
    return last.lower().strip() if dot and stem else ""


def _shortened(name: str) -> str:
    if len(name.encode()) <= _LONGEST:
        return name
    tail = f".{name.rpartition('.')[2]}" if 0 < len(extension(name)) <= 10 else ""
    stem = name[: len(name) - len(tail)].encode()[: _LONGEST - len(tail.encode())]
    return stem.decode(errors="ignore").rstrip(" .") + tail
