"""What people share of looks and places, as parts of a file of settings: departments, views of lists, layouts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from okno.access.queries.people import departments
from okno.kit.models.views import CardLayout, SavedView
from okno.kit.registry import registry
from okno.kit.travelling import keyed, view_out

BETWEEN, SLASH = " / ", "/"
AT = " @ "


@dataclass
class DepartmentPart:
    """
    A department: its key are the names from the root to itself, each slash of a name doubled; `head` is the address by
    which whoever heads it signs in.
    """

    head: str = ""


@dataclass
class ViewPart:
    """A view for everybody, or for a department named by its key."""

    record: str
    name: str
    config: dict[str, Any]
    department: str = ""
    is_locked: bool = False
    position: int = 0


@dataclass
class LayoutPart:
    """A layout of the cards or of the form of a record, for everybody or for a department."""

    record: str
    purpose: str
    config: dict[str, Any]
    type: str = ""
    department: str = ""
    is_forced: bool = False


def department_keys() -> dict[int, str]:
    """Departments by the names from the root to each; a slash of a name is doubled, so that none stands between."""
    rows = departments()
    names = {one.pk: _in_key(one.name) for one in rows}
    return {
        one.pk: BETWEEN.join(names[int(part)] for part in one.path.split("/") if part and int(part) in names)
        for one in rows
    }


def department_names(key: str) -> list[tuple[str, str]]:
    """Departments from the root to the one of this key, each by its own key and its name."""
    names = [one.replace(SLASH * 2, SLASH) for one in key.split(BETWEEN)]
    # A file written by hand may have left a slash as it was.
    parts = [_in_key(one) for one in names]
    return [(BETWEEN.join(parts[:number]), name) for number, name in enumerate(names, 1)]


def read_departments() -> dict[str, Any]:
    """The department tree, parents first."""
    heads, keys = {one.pk: one.head for one in departments()}, department_keys()
    return {key: {"head": head.email} if (head := heads[pk]) else {} for pk, key in keys.items()}


def shared_views() -> dict[str, SavedView]:
    """Views that are shared, by key."""
    known = department_keys()
    # ast-grep-ignore: unscoped-read settings: whoever takes them out has the right to all of them
    rows = SavedView.objects.filter(user_id=None).order_by("record", "position", "id")
    return keyed(rows, lambda one: _at(f"{one.record}: {one.name}", known, one.department_id))


def read_views() -> dict[str, Any]:
    """Shared views as they travel."""
    known = department_keys()
    return {
        key: {
            "record": one.record,
            "name": one.name,
            "config": view_out(registry.records.get(one.record), one.config),
            "department": known.get(one.department_id or 0, ""),
            "is_locked": one.is_locked,
            "position": one.position,
        }
        for key, one in shared_views().items()
    }


def read_layouts() -> dict[str, Any]:
    """Layouts for everybody and for departments as they travel."""
    known = department_keys()
    # ast-grep-ignore: unscoped-read settings: whoever takes them out has the right to all of them
    rows = CardLayout.objects.filter(user_id=None).order_by("record", "purpose", "type", "id")
    found = keyed(rows, lambda one: _at(f"{one.record} {one.purpose} {one.type}".strip(), known, one.department_id))
    return {
        key: {
            "record": one.record,
            "purpose": one.purpose,
            "type": one.type,
            "config": one.config,
            "department": known.get(one.department_id or 0, ""),
            "is_forced": one.is_forced,
        }
        for key, one in found.items()
    }


def _in_key(name: str) -> str:
    return name.replace(SLASH, SLASH * 2)


def _at(name: str, known: dict[int, str], department_id: int | None) -> str:
    return f"{name}{AT}{known[department_id]}" if department_id in known else name
