"""The import contract: written anew from the folders that exist, so a new area needs no edit."""

from __future__ import annotations

import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

from importlinter.cli import lint_imports

from tools.house import FLOORS, OKNO, OPEN_ROOMS, ROOMS, USES, House, area_lines, folders, houses


@dataclass
class Contract:
    """One section of an import-linter file."""

    name: str
    kind: str
    options: dict[str, list[str] | str] = field(default_factory=dict)

    def text(self, number: int) -> str:
        lines = [f"[importlinter:contract:{number}]", f"name = {self.name}", f"type = {self.kind}"]
        for option, value in self.options.items():
            listed = [value] if isinstance(value, str) else ["", *(f"    {item}" for item in value)]
            lines.append(f"{option} = " + "\n".join(listed))
        return "\n".join(lines)


def exists(path: Path) -> bool:
    return path.with_suffix(".py").exists() or (path / "__init__.py").exists()


def layers(within: Path, plan: tuple[tuple[str, ...], ...] | list[list[str]]) -> list[str]:
    """The lines of a plan that stand on disk, neighbours joined by a bar: they do not know each other."""
    lines = [[name for name in line if exists(within / name)] for line in plan]
    return [" | ".join(line) for line in lines if line]


def floors(root: Path) -> Contract:
    return Contract(
        "Imports point down the floors",
        "layers",
        {"containers": [root.name], "layers": layers(root, FLOORS), "exhaustive": "true"},
    )


def areas(root: Path) -> Contract | None:
    lines = layers(root / "areas", area_lines())
    if not lines:
        return None
    return Contract(
        "Areas know only those below",
        "layers",
        {"containers": [f"{root.name}.areas"], "layers": lines, "exhaustive": "true"},
    )


def siblings(root: Path, group: str) -> Contract:
    """Engines, fronts and parts of the kit have no order of their own, but two of them never need each other."""
    return Contract(
        f"No rings among {group}", "acyclic_siblings", {"ancestors": [f"{root.name}.{group}"], "depth": "0"}
    )


def rooms(house: House) -> Contract | None:
    lines = [[name for name in line if house.has(name)] for line in ROOMS]
    named = [" | ".join(line) for line in lines if line]
    if not named:
        return None
    return Contract(
        f"Rooms of {house.name} point down",
        "layers",
        {
            "containers": [house.module],
            "layers": named,
            # A test uses every room, and rooms never use tests: that half is the contract of closed rooms.
            "ignore_imports": [f"{house.module}.tests.** -> {house.module}.**"],
            "unmatched_ignore_imports_alerting": "none",
        },
    )


def room_uses(house: House) -> list[Contract]:
    """What lies below a room but is not for its use: a page goes to a query, not to the tables."""
    found = []
    for room, used in USES.items():
        others = [f"{house.module}.{other}" for other in USES if other not in (room, *used) and house.has(other)]
        if house.has(room) and others:
            options: dict[str, list[str] | str] = {
                "source_modules": [f"{house.module}.{room}"],
                "forbidden_modules": others,
                "allow_indirect_imports": "true",
            }
            words = ", ".join(used) or "nothing"
            found.append(Contract(f"{room} of {house.name} uses {words}", "forbidden", options))
    return found


def closed_rooms(root: Path, house: House) -> Contract | None:
    """From another area only commands, queries, events, models and record; the wiring in config takes all."""
    inner = [room for line in ROOMS for room in line if room not in OPEN_ROOMS]
    closed = [f"{house.module}.{room}" for room in (*inner, "tests") if house.has(room)]
    if not closed:
        return None
    wiring = [f"{root.name}.{name}" for name in ("config",) if (root / name).exists()]
    return Contract(
        f"Inner rooms of {house.name} stay its own",
        "protected",
        {
            "protected_modules": closed,
            "allowed_importers": [house.module, *wiring],
            # Factories of a lower area make rows for the tests of an upper one.
            "ignore_imports": [f"{root.name}.**.tests.** -> {root.name}.**.tests.**"],
            "unmatched_ignore_imports_alerting": "none",
        },
    )


def tests_of(root: Path, house: House) -> Contract | None:
    """No room leans on tests, its own neither."""
    users = [f"{house.module}.{room}" for line in ROOMS for room in line if house.has(room)]
    if not house.has("tests") or not users:
        return None
    return Contract(
        f"{house.name} works without its tests",
        "forbidden",
        {"source_modules": users, "forbidden_modules": [f"{house.module}.tests"], "allow_indirect_imports": "true"},
    )


def unplaced(root: Path = OKNO) -> list[str]:
    """Areas that stand on disk but have no place in floors.toml."""
    placed = {name for line in area_lines() for name in line}
    return [path.name for path in folders(root / "areas") if path.name not in placed]


def contracts(root: Path = OKNO) -> list[Contract]:
    """The whole contract, section by section."""
    found = [floors(root), areas(root), siblings(root, "engines"), siblings(root, "fronts")]
    for house in houses(root):
        found += [rooms(house), *room_uses(house), closed_rooms(root, house), tests_of(root, house)]
    return [contract for contract in found if contract]


def text(root: Path = OKNO) -> str:
    """The contract as an import-linter file."""
    return _file(root, contracts(root))


def kit_text(root: Path = OKNO) -> str:
    """
    The contract of the kit: a part may be read, and taken out, without those that stand on it.

    Names for the type checker alone do not count: the shelf speaks of commands that it does not call.
    """
    return _file(root, [siblings(root, "kit")], "exclude_type_checking_imports = true")


def _file(root: Path, listed: list[Contract], *options: str) -> str:
    head = "\n".join(["[importlinter]", f"root_package = {root.name}", *options])
    return "\n\n".join([head, *(contract.text(number) for number, contract in enumerate(listed, 1))]) + "\n"


def check(root: Path = OKNO) -> int:
    """Run import-linter on the contract of this moment; 0 when it is kept."""
    if homeless := unplaced(root):
        print(f"Give these areas a place in tools/floors.toml: {', '.join(homeless)}")
        return 1
    return max(_kept(text(root)), _kept(kit_text(root)))


def _kept(contract: str) -> int:
    with tempfile.NamedTemporaryFile("w", suffix=".ini", encoding="utf-8") as file:
        file.write(contract)
        file.flush()
        return lint_imports(file.name, no_logo=True, no_cache=True)


if __name__ == "__main__":
    if "--print" in sys.argv:
        print(text(), kit_text(), sep="\n")
    else:
        sys.exit(check())
