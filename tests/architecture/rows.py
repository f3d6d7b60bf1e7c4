"""One row of any table, made from the description of its columns alone: for tests that go through every record."""

from __future__ import annotations

import itertools
import uuid
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from django.db import models

NUMBERS = itertools.count(1)
MOMENT = datetime(2026, 11, 2, 9, tzinfo=UTC)
WORD = "Засекречено"
SIMPLE: tuple[tuple[type[models.Field], Any], ...] = (
    (models.BooleanField, False),
    (models.DateTimeField, MOMENT),
    (models.DateField, date(2026, 11, 2)),
    (models.DecimalField, Decimal(1)),
    (models.IntegerField, 1),
    (models.JSONField, {}),
)


def row_of(model: type[models.Model], *also: str) -> models.Model:
    """Insert a row with every column that must be filled, and these too; rows it points to are made as well."""
    needed = [field for field in model._meta.concrete_fields if field.name in also or _is_needed(field)]
    return model._base_manager.create(**{field.name: _value(field) for field in needed})


def _is_needed(field: Any) -> bool:
    if field.primary_key or field.has_default() or field.db_default is not models.NOT_PROVIDED:
        return False
    return not field.null


def _value(field: Any) -> Any:
    if field.is_relation:
        return row_of(field.related_model)
    if field.choices:
        return field.choices[0][0]
    if isinstance(field, models.EmailField):
        return f"row{next(NUMBERS)}@example.com"
    if isinstance(field, models.UUIDField):
        return uuid.uuid4()
    for kind, value in SIMPLE:
        if isinstance(field, kind):
            return value
    # Of one length: no word is a part of another.
    return f"{next(NUMBERS):04} {WORD}"[: field.max_length]
