"""Lines of a vCard as properties: unfolded, freed of quoted-printable, with the types that they name."""

from __future__ import annotations

import quopri
import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from okno.engines.imports.parts.formats import texts
from okno.engines.imports.parts.formats.tables import BadFile

# Between the name of a property with its parameters and the value: a colon that stands in no quotation marks.
_LINE = re.compile(r'((?:[^":]|"[^"]*")*):(.*)', re.DOTALL)
_PARAMETER = re.compile(r';((?:[^";]|"[^"]*")*)')
_CHARSET = re.compile(r"CHARSET=([\w-]+)")
LAST = 1_000


@dataclass(frozen=True)
class Property:
    r"""
    One property of a card as it is written: `\,` and `\;` still stand in its value.

    `rank` is 1 for the preferred one; `types` are words such as CELL, WORK, FAX, as versions 2.1 to 4.0 write them.
    """

    name: str
    value: str
    types: frozenset[str]
    rank: int


@dataclass
class Card:
    """The properties of one card by name."""

    properties: dict[str, list[Property]] = field(default_factory=dict)

    @classmethod
    def of(cls, lines: Iterable[str]) -> Card:
        """The card of these lines of a file."""
        card = cls()
        for line in _unfolded(lines):
            one = _property(line)
            if one is not None:
                card.properties.setdefault(one.name, []).append(one)
        return card

    def first(self, name: str) -> str:
        """The value of the first property of this name, empty when there is none."""
        return next((one.value for one in self.properties.get(name, ())), "")

    def by_preference(self, name: str) -> list[Property]:
        """Properties of this name, the preferred ones and mobile phones first."""
        return sorted(self.properties.get(name, ()), key=lambda one: (one.rank, "CELL" not in one.types))


def parts_of(value: str) -> list[str]:
    """The parts of a structured value: a semicolon behind a backslash is no border."""
    return [plain(one) for one in re.split(r"(?<!\\);", value)]


def plain(value: str) -> str:
    """A value without the backslashes of its format."""
    return re.sub(r"\\([,;\\:])", r"\1", re.sub(r"\\[nN]", "\n", value)).strip()


def _unfolded(lines: Iterable[str]) -> list[str]:
    """Whole lines: a blank at the beginning goes on with the line before, `=` at the end with the next one."""
    found: list[str] = []
    for raw in lines:
        line = raw.rstrip("\r\n")
        if found and found[-1].endswith("=") and "QUOTED-PRINTABLE" in found[-1].upper():
            found[-1] = found[-1][:-1] + line.lstrip()
        elif found and line[:1] in {" ", "\t"}:
            found[-1] += line[1:]
        elif line:
            found.append(line)
    return found


def _property(line: str) -> Property | None:
    """The property of a line without its group; nothing of a line that is none or is empty."""
    parted = _LINE.fullmatch(line)
    if parted is None or not parted[2].strip():
        return None
    name, _semicolon, _rest = parted[1].partition(";")
    told = [one.upper().replace('"', "") for one in _PARAMETER.findall(parted[1])]
    value = _quoted(parted[2], ";".join(told)) if any("QUOTED-PRINTABLE" in one for one in told) else parted[2]
    words = {word.strip() for one in told if not one.startswith("PREF=") for word in one.rpartition("=")[2].split(",")}
    return Property(name.rpartition(".")[2].upper(), value.strip(), frozenset(words), _rank(told, words))


def _rank(told: Iterable[str], words: Iterable[str]) -> int:
    """`PREF=1` of version 4.0 or the word PREF of those before; the others come last."""
    given = next((one.removeprefix("PREF=") for one in told if one.startswith("PREF=")), "")
    if given.isdecimal():
        return int(given)
    return 1 if "PREF" in words else LAST


def _quoted(value: str, told: str) -> str:
    """A value freed of quoted-printable, in the encoding that the line names, otherwise in the one it looks like."""
    raw = quopri.decodestring(value.encode("ascii", "ignore"))
    named = _CHARSET.search(told)
    try:
        return raw.decode(named[1] if named else texts.encoding_of_sample(raw), "replace")
    except (LookupError, BadFile):
        return raw.decode("utf-8", "replace")
