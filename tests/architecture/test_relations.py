"""Foreign keys are strings that the import linter cannot see: here they are asked to point down."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.apps import apps
from django.db.models import Model

from tools.house import GROUPS, level


def house_of(model: type[Model]) -> str:
    """`okno.areas.deals` for a model of deals, empty for a model of somebody else's package."""
    parts = model.__module__.split(".")
    if parts[0] != "okno":
        return ""
    return ".".join(parts[: 3 if parts[1] in GROUPS else 2])


def may_point(from_house: str, to_house: str) -> bool:
    """A key points to its own house, or to one that stands strictly lower."""
    (floor, line), (to_floor, to_line) = level(from_house), level(to_house)
    if from_house.startswith("okno.areas.") and to_house.startswith("okno.areas."):
        return from_house == to_house or line < to_line
    return from_house == to_house or floor < to_floor


def keys() -> Iterator[tuple[str, Any, str, str]]:
    """Every key between two houses: its name, the field, where it starts and where it points."""
    for model in apps.get_models(include_auto_created=True):
        for field in (*model._meta.local_fields, *model._meta.local_many_to_many):
            target = field.related_model
            if not isinstance(target, type) or not house_of(model):
                continue
            start, end = house_of(model), house_of(target)
            if end and start != end:
                yield f"{model._meta.label}.{field.name}", field, start, end


@pytest.mark.parametrize(
    ("start", "end", "may"),
    [
        ("okno.areas.deals", "okno.areas.clients", True),
        ("okno.areas.deals", "okno.areas.deals", True),
        ("okno.areas.deals", "okno.access", True),
        ("okno.access", "okno.kit", True),
        ("okno.fronts.portal", "okno.areas.deals", True),
        ("okno.areas.clients", "okno.areas.deals", False),
        ("okno.areas.clients", "okno.areas.catalog", False),
        ("okno.engines.automation", "okno.areas.deals", False),
        ("okno.engines.automation", "okno.engines.processes", False),
        ("okno.kit", "okno.access", False),
    ],
)
def test_may_point_follows_the_floors(start: str, end: str, *, may: bool):
    assert may_point(start, end) is may


def test_keys_point_down():
    up = [f"{name} points from {start} to {end}" for name, _, start, end in keys() if not may_point(start, end)]
    assert up == []


def test_keys_to_a_lower_house_leave_nothing_on_it():
    """An attribute on the lower model would be an arrow up in disguise."""
    seen = [name for name, field, _, _ in keys() if not field.remote_field.hidden]
    assert seen == []
