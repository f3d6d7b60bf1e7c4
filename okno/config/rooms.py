"""Which rooms there are: found by looking at the folders, so that a new area needs no edit of the wiring."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from types import ModuleType

OKNO = Path(__file__).resolve().parent.parent
FLOORS = ("areas", "engines", "fronts")


def _has(folder: Path, *names: str) -> bool:
    return any((folder / f"{name}.py").exists() or (folder / name / "__init__.py").exists() for name in names)


def _dotted(folder: Path) -> str:
    return ".".join((OKNO.name, *folder.relative_to(OKNO).parts))


def houses() -> list[Path]:
    """Return the folders of the kit, of access and of every area, engine and front, lower floors first."""
    upper = [folder for floor in FLOORS for folder in sorted((OKNO / floor).glob("*/")) if _has(folder, "__init__")]
    return [OKNO / "kit", OKNO / "access", *upper]


def apps() -> list[str]:
    """Return the dotted names that Django installs; the last part is the label."""
    always = {OKNO / "kit", OKNO / "access"}
    return [_dotted(folder) for folder in houses() if folder in always or _has(folder, "models", "manifest")]


def has(room: str) -> bool:
    """Say whether a module like `okno.access.models` is there, without importing it."""
    folder, name = OKNO.joinpath(*room.split(".")[1:-1]), room.rpartition(".")[2]
    return _has(folder, name)


def load(room: str) -> list[ModuleType]:
    """Import this room, for example `manifest` or `web.urls`, of every house that has it, lower floors first."""
    names = [f"{_dotted(folder)}.{room}" for folder in houses()]
    return [import_module(name) for name in names if has(name)]


def template_folders() -> list[Path]:
    """Return every `templates` folder of every room."""
    return sorted(path for path in OKNO.glob("**/templates") if path.is_dir())
