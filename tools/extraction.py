"""Finds every text to translate: in Python by its syntax tree, in templates by Django's own reading of them."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from django.utils.translation.template import templatize

from tools.house import OKNO, python_files

# Position of context, singular and plural among the arguments.
SHAPES: dict[str, tuple[int | None, int, int | None]] = {
    "_": (None, 0, None),
    "gettext": (None, 0, None),
    "gettext_lazy": (None, 0, None),
    "gettext_noop": (None, 0, None),
    "ngettext": (None, 0, 1),
    "ngettext_lazy": (None, 0, 1),
    "pgettext": (0, 1, None),
    "pgettext_lazy": (0, 1, None),
    "npgettext": (0, 1, 2),
    "npgettext_lazy": (0, 1, 2),
}
LITERAL = r"""u?(?:'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")"""
CALL = re.compile(rf"\b(n?p?gettext|_)\(({LITERAL}(?:,\s*{LITERAL})*)")


@dataclass(frozen=True, order=True)
class Text:
    """One text as gettext knows it."""

    context: str
    singular: str
    plural: str = ""

    @property
    def key(self) -> tuple[str, str]:
        return (self.context, self.singular)


@dataclass(frozen=True)
class Place:
    """Where a text is said."""

    path: Path
    line: int


def text_of(name: str, arguments: list[str | None]) -> Text | None:
    """The text of a call by the name of its function; None when its texts are not literal."""
    context, singular, plural = (None if at is None else _at(arguments, at) for at in SHAPES[name])
    return Text(context or "", singular, plural or "") if singular else None


def _at(arguments: list[str | None], position: int) -> str | None:
    return arguments[position] if position < len(arguments) else None


def _literal(node: ast.expr) -> str | None:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def in_python(path: Path) -> Iterator[tuple[Text, Place]]:
    """Texts of a Python file."""
    try:
        tree = ast.parse(path.read_text(encoding="utf-8"), str(path))
    except SyntaxError:
        return  # the linter tells of it; the texts of the other files are still of use
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        name = getattr(node.func, "id", "") or getattr(node.func, "attr", "")
        if name in SHAPES and (text := text_of(name, [_literal(one) for one in node.args])):
            yield text, Place(path, node.lineno)


def in_template(path: Path) -> Iterator[tuple[Text, Place]]:
    """Texts of a template."""
    read = templatize(path.read_text(encoding="utf-8"), origin=str(path))
    for call in CALL.finditer(read):
        literals = [ast.literal_eval(one) for one in re.findall(LITERAL, call[2])]
        if text := text_of(call[1], literals):
            yield text, Place(path, read.count("\n", 0, call.start()) + 1)


def all_texts(root: Path = OKNO) -> dict[Text, Place]:
    """Every text of the product with the first place it is said."""
    found: dict[Text, Place] = {}
    sources = [*(in_python(path) for path in sources_of(root)), *(in_template(path) for path in templates_of(root))]
    for source in sources:
        for text, place in source:
            found.setdefault(text, place)
    return found


def sources_of(root: Path) -> list[Path]:
    """Python files that speak to people: tests and what they use do not."""
    skipped = {"tests", "testing"}
    found = python_files("okno") if root == OKNO else sorted(root.rglob("*.py"))
    return [path for path in found if not skipped & set(path.relative_to(root).parts)]


def templates_of(root: Path) -> list[Path]:
    return sorted(path for path in root.rglob("templates/**/*") if path.suffix in {".html", ".txt", ".xml"})
