"""Encodings of Russian texts: told by their marks, by what they cannot be, and by how often letters stand in them."""

from __future__ import annotations

import codecs
import re
from pathlib import Path
from typing import BinaryIO

from django.utils.translation import gettext_lazy as _

from okno.engines.imports.parts.formats.tables import BadFile

SAMPLE = 1 << 18
LAST_ASCII, SPOILT, FEWEST_LETTERS = 0x7F, "\ufffd", 2
BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
ENCODINGS = ("utf-8", "utf-8-sig", "windows-1251", "cp866", "koi8-r", "utf-16", "utf-16-le", "utf-16-be")
SINGLE = ("windows-1251", "cp866", "koi8-r")
_CONTROL = re.compile(rb"[\x00-\x08\x0e-\x19\x1c-\x1f]")
_WORDS = re.compile(r"[^\x00-\x7f]+")
_COMMON, _RARE = frozenset("оеаинтсрвлкмдпу"), frozenset("яыьгзбчйхжшюцщэфъё")


def encoding_of(path: Path) -> str:
    """The encoding of a text file. :raises BadFile: the file is empty, or no text at all."""
    with path.open("rb") as file:
        sample = file.read(SAMPLE)
        if not sample.strip():
            raise BadFile("imports.empty", _("The file is empty."))
        found = encoding_of_sample(sample)
        # Latin letters and digits are written alike in all encodings: what comes after them decides.
        later = _beyond_ascii(file) if found == "utf-8" and sample.isascii() else b""
    return _of_letters(later) if later else found


def _beyond_ascii(file: BinaryIO) -> bytes:
    """The beginning of the first other letters in the rest of a file; nothing when there are none."""
    while piece := file.read(SAMPLE):
        if not piece.isascii():
            at = next(place for place, one in enumerate(piece) if one > LAST_ASCII)
            return piece[at:] + file.read(SAMPLE - len(piece) + at)
    return b""


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
    return _of_letters(sample)


def _of_letters(sample: bytes) -> str:
    """
    UTF-8 when most letters are written so, else the most Russian reading. One row in another encoding among those of
    UTF-8 is told when it is read: by a reading that takes all bytes for letters the others would be spoilt silently.
    """
    if _is_utf8(sample):
        return "utf-8"
    read = sample.decode("utf-8", errors="replace")
    spoilt = read.count(SPOILT)
    right = sum(sign > "\u007f" for sign in read) - spoilt
    if right > spoilt:
        return "utf-8"
    return max(SINGLE, key=lambda name: likeness(sample.decode(name, errors="replace")))


def is_other(line: str, encoding: str) -> bool:
    """Whether a line that was read in a one-byte encoding is written in UTF-8: such a reading takes any byte."""
    if encoding not in SINGLE or line.isascii():
        return False
    try:
        read = line.encode(encoding).decode("utf-8")
    except UnicodeError:
        return False
    return sum("а" <= sign.lower() <= "я" for sign in read) >= FEWEST_LETTERS


def likeness(text: str) -> float:
    """
    How much a text looks Russian: its letters are common ones, and capitals stand at the beginnings of words.

    A word counts once: a letter before ten thousand numbers must not outweigh all the other words.
    """
    return sum(_likeness_of(word) for word in set(_WORDS.findall(text[:20_000])))


def _likeness_of(word: str) -> float:
    score = 0.0
    for sign in word:
        if sign in _COMMON:
            score += 2
        elif sign in _RARE:
            score += 1
        elif "А" <= sign <= "Я" or sign == "Ё":
            score += -2 if word[0].islower() else 0.7
        elif sign not in "«»№—–…“”„\u00a0":
            score -= 3
    # A letter alone is a capital more often: of a building, of a code.
    return score - 1 if word in _RARE else score


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
