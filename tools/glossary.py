"""Gathers the words of every area, English and Russian side by side, from the READMEs into docs/glossary.md."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tools import generated
from tools.house import OKNO, ROOT

FILE = ROOT / "docs" / "glossary.md"
HEAD = """\
<!-- Собрано командой `python -m tools.glossary` из README областей; править там. -->
# Словарь

Слова дела: как они названы в коде и как на экране. У каждой области свой README, откуда взята строка.

*Words of the business: as the code and as the screen name them.*

| в коде | по-русски | что значит | где |
|---|---|---|---|
"""
ROW = re.compile(r"^\s*\|(?P<cells>.+)\|\s*$")
# A line of a list, with the Russian word after a dash or in brackets and its meaning after a colon or a dash.
BULLET = re.compile(
    r"^\s*[-*]\s+[*_`]*(?P<english>[A-Za-z][A-Za-z0-9 '/-]*?)[*_`]*\s*"
    r"(?:[—–-]\s*|\()[*_«]*(?P<russian>[А-Яа-яЁё][^):;.,—–*_»]*)[*_»]*\)?(?:\s*[:;.,—–-]\s*(?P<meaning>.*))?$"
)
CYRILLIC = re.compile(r"[А-Яа-яЁё]")
LATIN_FIRST = re.compile(r"^[A-Za-z]")


@dataclass(frozen=True, order=True)
class Word:
    """One line of the glossary."""

    english: str
    russian: str
    meaning: str
    place: str


def plain(cell: str) -> str:
    return re.sub(r"[*_`«»]", "", cell).strip()


def word_of(line: str) -> tuple[str, str, str] | None:
    """The English word, the Russian one and the meaning of a line of a README; None when it is not such a line."""
    if row := ROW.match(line):
        cells = [cell.strip() for cell in row["cells"].split("|")]
        if len(cells) < 2 or not LATIN_FIRST.match(plain(cells[0])) or not CYRILLIC.search(cells[1]):
            return None
        # READMEs lead to pages of docs from where they stand, the glossary stands among them.
        meaning = re.sub(r"\]\((?:\.\./)+docs/", "](", cells[2]) if len(cells) > 2 else ""
        return plain(cells[0]), plain(cells[1]), meaning
    if bullet := BULLET.match(line):
        return bullet["english"].strip(), bullet["russian"].strip(), (bullet["meaning"] or "").strip()
    return None


def words(root: Path = OKNO) -> Iterator[Word]:
    """Every word of every README under the folder; the heading of a table names its columns in both languages."""
    for readme in sorted(root.rglob("README.md")):
        place = ".".join(readme.parent.relative_to(root).parts)
        for line in readme.read_text(encoding="utf-8").splitlines():
            found = word_of(line)
            if found and found[0].lower() not in {"word", "term", "english"}:
                yield Word(*found, place)


def text(root: Path = OKNO) -> str:
    """The whole page."""
    found = sorted(set(words(root)), key=lambda word: (word.english.lower(), word.place))
    rows = (f"| {word.english} | {word.russian} | {word.meaning} | {word.place} |" for word in found)
    return HEAD + "".join(f"{row}\n" for row in rows)


if __name__ == "__main__":
    sys.exit(generated.main(FILE, text))
