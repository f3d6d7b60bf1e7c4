"""Which commands people give in the browser, and which programs give over the API: read from the code of both."""

from __future__ import annotations

import ast
import inspect
import pkgutil
import sys
import textwrap
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from functools import cache
from importlib import import_module
from types import FunctionType, ModuleType
from typing import Any

from ninja import NinjaAPI

import okno
from okno.kit.commands import Command
from tests.architecture.doors import routers

# What is said of a command without giving it: whether one may, how it is called.
ASIDE = frozenset({"name", "label", "function"})
PAGES = frozenset({"web", "pages"})


class _Chains(ast.NodeVisitor):
    """Names that a piece of code speaks of, as long as they are: `commands.move.name`, not `commands` alone."""

    def __init__(self) -> None:
        self.found: list[tuple[str, ...]] = []

    def visit_Attribute(self, node: ast.Attribute) -> None:
        names: list[str] = []
        inner: ast.expr = node
        while isinstance(inner, ast.Attribute):
            names.append(inner.attr)
            inner = inner.value
        if isinstance(inner, ast.Name):
            self.found.append((inner.id, *reversed(names)))
        else:
            self.visit(inner)

    def visit_Name(self, node: ast.Name) -> None:
        self.found.append((node.id,))


def _meant(chain: tuple[str, ...], space: Mapping[str, Any]) -> Any:
    """What a chain of names leads to: a command as soon as there is one, nothing if it is only spoken of."""
    value = space.get(chain[0])
    for name in chain[1:]:
        if isinstance(value, Command):
            return None if name in ASIDE else value
        value = getattr(value, name, None)
    return value


def _spoken(tree: ast.AST, space: Mapping[str, Any]) -> list[Any]:
    chains = _Chains()
    chains.visit(tree)
    return [_meant(one, space) for one in chains.found]


def _is_followed(function: Any) -> bool:
    """Whether a function is one that pages and operations leave the giving to: its room is commands or the API."""
    return isinstance(function, FunctionType) and bool({"commands", "api"} & set(function.__module__.split(".")[1:]))


@cache
def _said(function: FunctionType) -> list[Any]:
    """What the code of a function speaks of: in its module, and in the function that it was made in."""
    tree = ast.parse(textwrap.dedent(inspect.getsource(function)))
    cells = (one.cell_contents for one in function.__closure__ or ())
    kept = dict(zip(function.__code__.co_freevars, cells, strict=True))
    return [*_spoken(tree, {**function.__globals__, **kept}), *kept.values()]


def _given_by(function: FunctionType) -> set[str]:
    """Names of commands that a function gives, itself or by those it leaves it to."""
    found: set[str] = set()
    waiting, seen = [function], {function}
    while waiting:
        said = _said(waiting.pop())
        found |= _names(said)
        more = {one for one in said if _is_followed(one)} - seen
        waiting += more
        seen |= more
    return found


def _names(values: list[Any]) -> set[str]:
    """Names of the commands among these values, and among the parts of those that have parts."""
    parts = [
        getattr(value, one.name)
        for value in values
        if is_dataclass(value) and not isinstance(value, type)
        for one in fields(value)
    ]
    return {one.name for one in (*values, *parts) if isinstance(one, Command)}


def _modules() -> Iterator[ModuleType]:
    for one in pkgutil.walk_packages(okno.__path__, "okno."):
        parts = set(one.name.split("."))
        if PAGES & parts and "tests" not in parts:
            yield sys.modules.get(one.name) or import_module(one.name)


def given_by_pages() -> dict[str, set[str]]:
    """Commands that modules of pages give, each with the modules."""
    found: dict[str, set[str]] = {}
    for module in _modules():
        said = _spoken(ast.parse(inspect.getsource(module)), vars(module))
        left = [_given_by(one) for one in said if _is_followed(one)]
        for name in _names(said).union(*left):
            found.setdefault(name, set()).add(module.__name__)
    return found


def given_by_operations(api: NinjaAPI) -> dict[str, set[str]]:
    """Commands that operations of the API give, each with the ids of the operations."""
    found: dict[str, set[str]] = {}
    for _prefix, router in routers(api):
        for view in router.path_operations.values():
            for one in view.operations:
                for name in _given_by(inspect.unwrap(one.view_func)):
                    found.setdefault(name, set()).add(f"{'/'.join(one.methods)} {one.operation_id}")
    return found
