"""Lays a new area: the rooms with their first sentences, a README to fill in, and its place among the areas."""

from __future__ import annotations

import argparse
import json
import re
import sys
from pathlib import Path

from tools.house import FLOORS_FILE, FORBIDDEN_NAMES, OKNO, area_lines

FUTURE = "\n\nfrom __future__ import annotations\n"
ROOM_SENTENCES = {
    "__init__.py": "The {name} area.",
    "manifest.py": "What the {name} area puts on the shelf.",
    "commands.py": "Writes: one function for each thing that a person, a robot or another system can do in {name}.",
    "queries.py": "Reads: each starts from what the actor may see and brings all that its page shows.",
    "record.py": "How the records of {name} are read everywhere: in columns, filters, robots, reports and the API.",
    "rules.py": "When something may happen in {name}. Pure: no writes, no clock, no request.",
    "models.py": "Tables of {name}, with what is true of one row.",
    "events.py": "What {name} tells the rest of the system: ids and plain values, in the past tense.",
    "migrations/__init__.py": "Changes of the tables of {name}, in order.",
    "tests/__init__.py": "Tests of {name}: effects, not calls.",
    "tests/factories.py": "Rows for the tests of {name}.",
    "web/__init__.py": "Pages of {name}.",
    "web/pages.py": "Pages of {name}: each names its record, its query or command, and its template.",
    "web/urls.py": "Addresses of the pages of {name}.",
}
URLS = """
from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
"""
README = """# {title}

What for: one sentence.

| word | слово | meaning |
|---|---|---|

Always true:

- ...
"""


def texts(name: str) -> dict[str, str]:
    """The files of a new area by path: what is written into each."""
    found = {}
    for path, sentence in ROOM_SENTENCES.items():
        found[path] = f'"""{sentence.format(name=name)}"""\n'
        if not path.endswith("__init__.py"):
            found[path] = f'"""{sentence.format(name=name)}"""{FUTURE}'
    found["web/urls.py"] += URLS
    found["README.md"] = README.format(title=name.capitalize())
    found[f"web/templates/{name}/.gitkeep"] = ""
    return found


def lay(name: str, areas: Path = OKNO / "areas") -> Path:
    """Write the rooms of an area; :raises ValueError: the name is taken or says nothing."""
    if not re.fullmatch(r"[a-z][a-z_]*", name) or name in FORBIDDEN_NAMES:
        raise ValueError(f"An area has a name of its business in small Latin letters, not {name!r}.")
    folder = areas / name
    if folder.exists():
        raise ValueError(f"{folder} is there already.")
    for path, text in texts(name).items():
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    return folder


def place(name: str, beside: str, file: Path = FLOORS_FILE) -> None:
    """Give an area its line in floors.toml; :raises ValueError: there is no area to stand beside."""
    lines = area_lines(file)
    if any(name in line for line in lines):
        return
    line = next((line for line in lines if beside in line), None)
    if line is None:
        raise ValueError("Say --beside AREA: the area on whose line the new one stands.")
    line.append(name)
    head = file.read_text(encoding="utf-8").partition("areas = [")[0]
    rows = "".join(f"    {json.dumps(names)},\n" for names in lines)
    file.write_text(f"{head}areas = [\n{rows}]\n", encoding="utf-8")


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tools.new_area", description=__doc__)
    parser.add_argument("name")
    parser.add_argument("--beside", default="", help="an area on the same line of the floors")
    options = parser.parse_args()
    try:
        place(options.name, options.beside)
        print(f"Laid {lay(options.name)}: fill in the README first, then delete the rooms that stay empty.")
    except ValueError as refusal:
        print(refusal)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
