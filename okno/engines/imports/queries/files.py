"""What a file holds: its beginning for the wizard, and all its rows for the work."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from okno.engines.imports import rules
from okno.engines.imports.models import Import
from okno.engines.imports.parts import formats
from okno.kit import files
from okno.kit.importing import Cell

SAMPLE = 200
ROWS_FOR_TEXTS = 20_000
MOST_TEXTS = 200
PASTED = "pasted"


@dataclass(frozen=True)
class Look:
    """The beginning of a file: how it is laid out, the names of its columns, some rows; `is_whole` if that is all."""

    layout: Mapping[str, Any]
    header: int
    names: list[str]
    rows: list[tuple[int, list[Cell]]]
    is_whole: bool


@contextmanager
def opened(sha256: str) -> Iterator[Path]:
    """A kept file as a path, wherever it is kept."""
    with tempfile.TemporaryDirectory(prefix="okno-import-") as folder:
        path = Path(folder) / "file"
        with files.open_stored(sha256) as source, path.open("wb") as target:
            shutil.copyfileobj(source, target, 1 << 20)
        yield path


def look(
    sha256: str,
    name: str,
    *,
    asked: Mapping[str, Any] | None = None,
    header: int | None = None,
    is_pasted: bool = False,
) -> Look:
    """
    The beginning of a file.

    :param asked: the encoding, the delimiter or the sheet that a person has chosen.
    :param header: the row that names the columns; guessed when not given, 0 when none does.
    :raises Refused: it is no table that can be read.
    """
    chosen = dict(asked or {})
    with opened(sha256) as path:
        found = formats.recognise(path, name, sheet=str(chosen.get("sheet", "")), is_pasted=is_pasted).plain()
        found |= {key: value for key, value in chosen.items() if key in {"encoding", "delimiter"} and value}
        layout = formats.Layout.of(found)
        lines = list(islice(formats.rows(path, layout), SAMPLE))
    rows = [(line.number, line.cells) for line in lines]
    named = rules.header_of(rows, is_fixed=layout.has_header) if header is None else header
    first = next((cells for number, cells in rows if number == named), [])
    body = [(number, cells) for number, cells in rows if number > named]
    width = max((len(cells) for _number, cells in [*body, (0, first)]), default=0)
    return Look(layout.plain(), named, column_names(first, width), body, len(lines) < SAMPLE)


def column_names(header: Sequence[Cell], width: int) -> list[str]:
    """Names of columns; those without one are named by their letters, repeated ones are told apart."""
    seen: dict[str, int] = {}
    names = []
    for place in range(width):
        name = " ".join(rules.text_of(header[place]).split()) if place < len(header) else ""
        name = name[:100] or letters(place)
        seen[name] = seen.get(name, 0) + 1
        names.append(name if seen[name] == 1 else f"{name} ({seen[name]})")
    return names


def letters(place: int) -> str:
    """The letters of a column as a spreadsheet shows them: 0 is A, 26 is AA."""
    text = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        text = chr(65 + rest) + text
    return text


def lines_of(path: Path, row: Import, *, skip: int = 0) -> Iterator[tuple[int, list[Cell]]]:
    """Rows of the file of an import below the names of its columns, after the first `skip` of them."""
    settings = rules.Settings.of(row.settings)
    lines = formats.rows(path, formats.Layout.of(dict(settings.layout)))
    return islice(((line.number, line.cells) for line in lines if line.number > settings.header), skip, None)


def texts_of(row: Import, targets: Sequence[rules.Target]) -> dict[str, dict[str, int]]:
    """
    Different texts that stand in the columns of these targets, each with how often, the most frequent first.

    The first 20,000 rows are looked at; texts that come later are told by the dry run.
    """
    settings = rules.Settings.of(row.settings)
    known = {one.key: one for one in targets}
    places = {place: known[key] for place, (_name, key) in enumerate(settings.columns) if key in known}
    found: dict[str, dict[str, int]] = {one.key: {} for one in places.values()}
    if not places:
        return found
    with opened(row.sha256) as path:
        for _number, cells in islice(lines_of(path, row), ROWS_FOR_TEXTS):
            for place, target in places.items():
                told, texts = rules.text_of(cells[place]).strip() if place < len(cells) else "", found[target.key]
                for text in rules.parts_of(target, told) if told else ():
                    if text in texts or len(texts) < MOST_TEXTS:
                        texts[text] = texts.get(text, 0) + 1
    return {key: dict(sorted(texts.items(), key=lambda one: -one[1])) for key, texts in found.items()}
