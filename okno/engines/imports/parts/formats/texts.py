"""Encodings of Russian texts: told by their marks, by what they cannot be, and by how often letters stand in them."""

from __future__ import annotations

import codecs
import re
from pathlib import Path

from django.utils.translation import gettext_lazy as _

from okno.engines.imports.parts.formats.tables import BadFile

SAMPLE = 1 << 18
BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
ENCODINGS = ("utf-8", "utf-8-sig", "windows-1251", "cp866", "koi8-r", "utf-16", "utf-16-le", "utf-16-be")
SINGLE = ("windows-1251", "cp866", "koi8-r")
_CONTROL = re.compile(rb"[\x00-\x08\x0e-\x19\x1c-\x1f]")
_COMMON, _RARE = frozenset("оеаинтсрвлкмдпу"), frozenset("яыьгзбчйхжшюцщэфъё")


def encoding_of(path: Path) -> str:
    """The encoding of a text file. :raises BadFile: the file is empty, or no text at all."""
    with path.open("rb") as file:
        sample = file.read(SAMPLE)
    if not sample.strip():
        raise BadFile("imports.empty", _("The file is empty."))
    return encoding_of_sample(sample)


def encoding_of_sample(sample: bytes) -> str:
    """The encoding of the beginning of a text. :raises BadFile: it is no text."""
    for mark, name in BOMS:
        if sample.startswith(mark):
            return name
    if wide := _wide(sample):
        return wide
    if _CONTROL.search(sample):
        raise BadFile(
            "imports.binary",
            _("This is no table that can be read: send CSV, XLSX, XLS, ODS, DBF, vCard, or paste the rows."),
        )
    if _is_utf8(sample):
        return "utf-8"
    return max(SINGLE, key=lambda name: likeness(sample.decode(name, errors="replace")))


def likeness(text: str) -> float:
    """How much a text looks Russian: its letters are common ones, and capitals stand at the beginnings of words."""
    score = 0.0
    before = " "
    for sign in text[:20_000]:
        if sign in _COMMON:
            score += 2
        elif sign in _RARE:
            score += 1
        elif "А" <= sign <= "Я" or sign == "Ё":
            score += -2 if before.islower() else 0.7
        elif sign > "\u007f" and sign not in "«»№—–…“”„\u00a0":
            score -= 3
        before = sign
    return score


def _wide(sample: bytes) -> str:
    """UTF-16 without its mark: every second byte of a plain table is zero or four."""
    pairs = min(len(sample) // 2, 2000)
    if pairs < 4:
        return ""
    for name, place in (("utf-16-le", 1), ("utf-16-be", 0)):
        high, low = sample[place : pairs * 2 : 2], sample[1 - place : pairs * 2 : 2]
        if 0 not in low and sum(one in (0, 4) for one in high) > 0.9 * pairs and 0 in high:
            return name
    return ""


def _is_utf8(sample: bytes) -> bool:
    """Whether the bytes are UTF-8; a sample may end inside a letter."""
    try:
        codecs.getincrementaldecoder("utf-8")().decode(sample, final=len(sample) < SAMPLE)
    except UnicodeDecodeError:
        return False
    return True
