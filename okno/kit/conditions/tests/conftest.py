"""The cast of the conditions: its records on the shelf for every test, its tables where a test asks for them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from okno.kit.conditions.tests import cast
from okno.kit.registry import registry


@pytest.fixture(autouse=True)
def shelf() -> Iterator[None]:
    records = dict(registry.records)
    cast.register()
    yield
    registry.records.clear()
    registry.records.update(records)
    registry.forget_custom_fields()


@pytest.fixture
def tables(db: None) -> None:
    cast.create_tables()
