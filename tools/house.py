"""The plan of the house as it stands on disk: floors, areas and rooms, for the checks and the generated pages."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
OKNO = ROOT / "okno"
FLOORS_FILE = ROOT / "tools" / "floors.toml"

# Top to bottom; what stands on one line does not know its neighbour.
FLOORS = (("cli", "__main__"), ("config",), ("fronts",), ("areas", "engines"), ("access",), ("kit",))
GROUPS = ("fronts", "areas", "engines")
# Top to bottom; tests and migrations are free of the order: tests use every room, migrations are written by a tool.
ROOMS = (
    ("manifest",),
    ("web", "api", "handlers"),
    ("commands",),
    ("queries",),
    ("record", "rules", "parts"),
    ("models",),
    ("events",),
)
# What a room may use of its own house; the manifest and the tests use all.
USES = {
    # Pages and the API ask rules whether something may happen and name types and choices of models; that their reads
    # start from the actor and that they write nothing is another check.
    "web": ("commands", "queries", "record", "rules", "models"),
    "api": ("commands", "queries", "record", "models"),
    "handlers": ("commands", "events"),
    "commands": ("queries", "rules", "parts", "models", "events"),
    # A printed form is a read made by a part.
    "queries": ("models", "record", "rules", "parts"),
    "record": ("models",),
    "rules": ("models",),
    "parts": ("models",),
    "models": ("events",),
    "events": (),
}
FREE_ROOMS = ("tests", "migrations")
OPEN_ROOMS = ("commands", "queries", "events", "models", "record")
FORBIDDEN_NAMES = ("utils", "helpers", "common", "core", "services", "managers", "signals", "serializers")


@dataclass(frozen=True)
class House:
    """One folder with rooms: an area, an engine, a front, or access."""

    group: str
    name: str
    path: Path
    module: str

    def has(self, room: str) -> bool:
        """Whether the linter sees this room: a folder without __init__.py is no package."""
        return (self.path / f"{room}.py").exists() or (self.path / room / "__init__.py").exists()


def folders(path: Path) -> list[Path]:
    """Python packages directly inside a folder, in order of name."""
    return sorted(inner.parent for inner in path.glob("*/__init__.py"))


def houses(root: Path = OKNO) -> list[House]:
    """Every folder that has rooms, floor by floor."""
    found = [
        House(group, path.name, path, f"{root.name}.{group}.{path.name}")
        for group in GROUPS
        for path in folders(root / group)
    ]
    access = root / "access"
    return [*found, House("access", "access", access, f"{root.name}.access")] if access.exists() else found


def area_lines(file: Path = FLOORS_FILE) -> list[list[str]]:
    """The areas' order from floors.toml, top to bottom."""
    lines: list[list[str]] = tomllib.loads(file.read_text(encoding="utf-8"))["areas"]
    return lines


def python_files(*tops: str) -> list[Path]:
    """Our own Python files under the named folders, migrations left out: a tool writes those."""
    found = [path for top in tops for path in (ROOT / top).rglob("*.py")]
    return sorted(path for path in found if "migrations" not in path.parts and "node_modules" not in path.parts)


def templates() -> list[Path]:
    """Every HTML and text template of the project."""
    return sorted(path for path in OKNO.rglob("templates/**/*") if path.suffix in {".html", ".txt", ".xml"})


def islands() -> list[Path]:
    """Every TypeScript island, tests left out."""
    return sorted(path for path in OKNO.rglob("*.ts") if ".test." not in path.name and "static" not in path.parts)


def level(module: str) -> tuple[int, int]:
    """How high a module stands: (floor, line inside areas), smaller is higher; outside the house is (-1, 0)."""
    parts = module.split(".")
    if parts[0] != "okno" or len(parts) < 2:
        return (-1, 0)
    floor = next((number for number, names in enumerate(FLOORS) if parts[1] in names), -1)
    if parts[1] != "areas" or len(parts) < 3:
        return (floor, 0)
    lines = area_lines()
    return (floor, next((number for number, names in enumerate(lines) if parts[2] in names), len(lines)))
