"""Which letters the bytes of a mail are: names that programs invent for charsets, and recognition of Russian text."""

from __future__ import annotations

import codecs
import re
from itertools import pairwise

ALIASES = {
    "cp-1251": "windows-1251",
    "win-1251": "windows-1251",
    "win1251": "windows-1251",
    "windows1251": "windows-1251",
    "x-cp1251": "windows-1251",
    "x-windows-1251": "windows-1251",
    "cp-866": "cp866",
    "x-cp866": "cp866",
    "dos-866": "cp866",
    "koi8": "koi8-r",
    "koi8r": "koi8-r",
    "koi-8-r": "koi8-r",
    "x-koi8-r": "koi8-r",
    "koi8-ru": "koi8-u",
    "utf8mb4": "utf-8",
    "utf-8mb4": "utf-8",
    "utf": "utf-8",
    "unicode-1-1-utf-8": "utf-8",
    "x-mac-cyrillic": "mac_cyrillic",
    "x-gbk": "gbk",
    "ks_c_5601-1987": "cp949",
    "iso-8859-8-i": "iso-8859-8",
    "iso-8859-1-windows-1252-latin-1": "windows-1252",
}
CANDIDATES = ("windows-1251", "koi8-r", "cp866", "iso-8859-5")
WESTERN = {"iso8859-1", "cp1252", "iso8859-15"}
CYRILLIC = {"cp1251", "koi8-r", "koi8-u", "cp866", "iso8859-5", "mac-cyrillic"}

# How often letters stand in Russian text, per cent (National Corpus of the Russian Language)
FREQUENCY = {
    "о": 10.97, "е": 8.45, "а": 8.01, "и": 7.35, "н": 6.7, "т": 6.26, "с": 5.47, "р": 4.73, "в": 4.54, "л": 4.4,
    "к": 3.49, "м": 3.21, "д": 2.98, "п": 2.81, "у": 2.62, "я": 2.01, "ы": 1.9, "ь": 1.74, "г": 1.7, "з": 1.65,
    "б": 1.59, "ч": 1.44, "й": 1.21, "х": 0.97, "ж": 0.94, "ш": 0.73, "ю": 0.64, "ц": 0.48, "щ": 0.36,
    "э": 0.32, "ф": 0.26, "ъ": 0.04, "ё": 0.04,
}  # fmt: skip
BIGRAMS = frozenset({
    "ст", "но", "то", "на", "ен", "ов", "ни", "ра", "во", "ко", "ал", "ро", "ли", "по", "от", "ре", "ор", "пр",
    "ос", "не", "ва", "ом", "ел", "ол", "ес", "та", "ка", "ть", "ет", "го", "ны", "ск", "ри", "ло", "де", "ог",
    "об", "од", "ла", "ер", "ан", "ат", "те", "ле", "ве", "ин", "до", "ит", "ак", "за", "ед", "ой", "ма", "ся",
    "ам", "ый", "ем", "ую", "ая", "их", "ею", "сп", "пи", "ас", "иб", "бо", "ив", "зд", "др",
    "уй", "сч", "ёт",
})  # fmt: skip
TRUSTED_SIGNS = frozenset("№«»—–…“”„’•\xa0·©°")
SAMPLE = 20_000
WORD = re.compile(r"[^\W\d_]+")


def codec_of(label: str) -> str:
    """Python's name of the charset that a mail calls so, or nothing when nobody knows it."""
    name = label.strip().strip("\"'").lower()
    try:
        return codecs.lookup(ALIASES.get(name, name)).name
    except (LookupError, ValueError):
        return ""


def decode(raw: bytes, label: str = "") -> tuple[str, str]:
    """
    Read bytes that a mail says are in charset `label`; return the text and the code of the problem met, if any.

    The label is believed unless the bytes contradict it: not decodable, UTF-8 under another name, Russian text under a
    Western name, or a Cyrillic charset under the name of another.
    """
    if raw.isascii() and not raw.count(b"\x1b"):
        return raw.decode("ascii"), ""
    codec = codec_of(label)
    told = _strictly(raw, codec) if codec else None
    if told is None:
        return detect(raw), _naming_problem(label, codec)
    better = _better(raw, codec, told)
    return (told, "") if better is None else (better, "charset.mislabelled")


def _naming_problem(label: str, codec: str) -> str:
    if not label:
        return ""
    return "charset.broken" if codec else "charset.unknown"


def detect(raw: bytes) -> str:
    """Read bytes of which nothing is known: UTF-8 where it fits, else the most Russian of the Cyrillic charsets."""
    text = _strictly(raw, "utf-8")
    if text is not None:
        return text
    # a text that is UTF-8 but for a character cut in half stays UTF-8
    damaged = raw.decode("utf-8", "replace")
    if damaged.count("\N{REPLACEMENT CHARACTER}") * 10 < sum(not char.isascii() for char in damaged):
        return damaged
    best, score = _most_russian(raw)
    return raw.decode(best if score > 0 else "windows-1252", "replace")


def russianness(text: str) -> float:
    """How much the letters beyond ASCII look like Russian: about 6 and more for real text, below 3 for mojibake."""
    foreign = [char for char in text if not char.isascii() and char not in TRUSTED_SIGNS]
    if not foreign:
        return 0.0
    points = sum(FREQUENCY.get(char.lower(), -8.0) for char in foreign)
    points += sum(_word_points(word) for word in WORD.findall(text) if not word.isascii())
    return points / len(foreign)


def _word_points(word: str) -> float:
    lower = word.lower()
    pairs = sum(lower[at : at + 2] in BIGRAMS for at in range(len(lower) - 1))
    # no Russian word begins with these, and capitals do not follow small letters
    impossible = (lower[0] in "ъьы") + sum(a.islower() and b.isupper() for a, b in pairwise(word))
    return 4.0 * pairs - 9.0 * impossible - 1.5 * sum(letter.isupper() for letter in word[1:])


def _strictly(raw: bytes, codec: str) -> str | None:
    try:
        return raw.decode(codec)
    except (UnicodeError, LookupError):
        return None


def _better(raw: bytes, codec: str, told: str) -> str | None:
    """Another reading that is certainly right, or None to believe the label."""
    if codec in WESTERN | CYRILLIC:
        utf8 = _strictly(raw, "utf-8")
        if utf8 is not None and len(told) - len(utf8) >= 2:
            return utf8
    if codec in WESTERN and not _looks_western(told):
        best, score = _most_russian(raw)
        return raw.decode(best, "replace") if score > 1.5 else None
    if codec in CYRILLIC and sum(not char.isascii() for char in told) > 3:
        best, score = _most_russian(raw, favour=0)
        return (
            raw.decode(best, "replace") if score > 5 and score > russianness(_sample(raw).decode(codec)) + 3 else None
        )
    return None


def _looks_western(text: str) -> bool:
    """Few accents among Latin letters: real French or German; mojibake is accents or control signs all along."""
    letters = [char for char in text[:SAMPLE] if char.isalpha() or char >= "\x80"]
    accents = sum("\x80" <= char <= "\xff" for char in letters)
    return accents < 3 or accents * 2 < len(letters)


def _most_russian(raw: bytes, favour: float = 5) -> tuple[str, float]:
    """The Cyrillic charset in which the bytes look most like Russian, and how much they do."""
    sample = _sample(raw)
    readings = [sample.decode(codec, "replace") for codec in CANDIDATES]
    scores = [russianness(text) for text in readings]
    # the shorter the text, the less it says, and the more it counts that windows-1251 is met far more often
    scores[0] += favour / max(sum(not char.isascii() for char in readings[0]), 1)
    return max(zip(CANDIDATES, scores, strict=True), key=lambda scored: scored[1])


def _sample(raw: bytes) -> bytes:
    """Enough of a long text to judge by: its first lines that are more than ASCII."""
    if len(raw) <= SAMPLE:
        return raw
    return b"\n".join(line for line in raw.split(b"\n") if not line.isascii())[:SAMPLE]
