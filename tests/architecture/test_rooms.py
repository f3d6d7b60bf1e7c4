"""Rooms, names and sizes: what house.md promises about the shape of the code, counted."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from tools.house import (
    FORBIDDEN_NAMES,
    FREE_ROOMS,
    OKNO,
    ROOMS,
    ROOT,
    House,
    folders,
    houses,
    islands,
    python_files,
    templates,
)

MAX_FILE, MAX_FUNCTION, MAX_TEMPLATE, MAX_ISLAND = 400, 40, 150, 200
TOPS = ("okno", "tools", "tests")
KNOWN = {name for line in ROOMS for name in line} | {*FREE_ROOMS, "__init__", "README"}
# Django asks for these two by name.
KNOWN |= {"apps", "templatetags"}
EXCUSE = re.compile(r"ast-grep-ignore: [\w-]+(?:, ?[\w-]+)*(?P<reason>.*)")
DOOR_DECORATORS = {"command"}


def lines_of(path: Path) -> int:
    return path.read_text(encoding="utf-8").count("\n")


def shown(path: Path) -> str:
    return str(path.relative_to(ROOT))


def too_long(paths: list[Path], most: int) -> list[str]:
    return [f"{shown(path)}: {lines_of(path)} lines" for path in paths if lines_of(path) > most]


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def length(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines from `def` to the last one, the docstring with them."""
    return (node.end_lineno or 0) - node.lineno + 1


def is_command(node: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    called = [one.func if isinstance(one, ast.Call) else one for one in node.decorator_list]
    return any(isinstance(one, ast.Name) and one.id in DOOR_DECORATORS for one in called)


def inside(house: House) -> list[Path]:
    hidden = {"__pycache__", ".mypy_cache"}
    return [path for path in house.path.iterdir() if path.name not in hidden and not path.name.startswith(".")]


def test_files_are_short():
    assert too_long(python_files(*TOPS), MAX_FILE) == []


def test_templates_are_short():
    assert too_long(templates(), MAX_TEMPLATE) == []


def test_islands_are_short():
    assert too_long(islands(), MAX_ISLAND) == []


def test_functions_are_short():
    found = [(path, node) for path in python_files(*TOPS) for node in functions(path)]
    long = [f"{shown(path)}:{node.lineno} {node.name}: {length(node)}" for path, node in found]
    assert [text for text, (_, node) in zip(long, found, strict=True) if length(node) > MAX_FUNCTION] == []


def test_houses_have_known_rooms_only():
    unknown = [shown(path) for house in houses() for path in inside(house) if path.stem not in KNOWN]
    assert unknown == []


def test_no_room_is_named_for_leftovers():
    paths = [*python_files(*TOPS), *(path for top in TOPS for path in (ROOT / top).rglob("*") if path.is_dir())]
    assert [shown(path) for path in paths if path.stem in FORBIDDEN_NAMES] == []


def test_every_module_says_what_it_holds():
    spoken = [path for path in python_files(*TOPS) if path.name != "__init__.py" or "tests" not in path.parts]
    silent = [path for path in spoken if not ast.get_docstring(ast.parse(path.read_text("utf-8")))]
    assert [shown(path) for path in silent] == []


def test_every_command_says_what_it_does():
    rooms = [path for path in python_files("okno") if path.stem == "commands" or "commands" in path.parts]
    silent = [
        f"{shown(path)}:{node.lineno} {node.name}"
        for path in rooms
        if not {"tests", "testing"} & set(path.parts)
        for node in functions(path)
        if is_command(node) and not ast.get_docstring(node)
    ]
    assert silent == []


def test_every_area_and_engine_has_a_readme():
    asked = [house for house in houses() if any(house.has(room) for line in ROOMS for room in line)]
    assert [house.module for house in asked if not (house.path / "README.md").exists()] == []


def test_folders_of_python_are_packages():
    """A folder without __init__.py is not seen by the import contract."""
    tests_only = {"tests", "migrations"}
    lost = {path.parent for path in python_files("okno") if not (path.parent / "__init__.py").exists()}
    assert [shown(path) for path in sorted(lost) if path.name not in tests_only] == []


def test_every_exception_from_a_rule_has_a_reason():
    bare = []
    for path in python_files("okno"):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            excuse = EXCUSE.search(line)
            if excuse and len(excuse["reason"].split()) < 3:
                bare.append(f"{shown(path)}:{number}")
    assert bare == []


def test_floors_are_those_of_the_plan():
    assert {path.name for path in folders(OKNO)} <= {"config", "fronts", "areas", "engines", "access", "kit", "cli"}
