"""Where a custom field is used: rows that have a value, formulas, sets, logic, views and all other settings."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db.models import JSONField, Model, Q, TextField
from django.db.models.functions import Cast
from django.utils.translation import gettext as _

from okno.kit.conditions import keeping
from okno.kit.formulas import formulas, sources
from okno.kit.models.base import RecordModel
from okno.kit.models.feed import Entry
from okno.kit.models.files import Attachment
from okno.kit.models.journal import Change, CommandRun, Delivery, EventRow
from okno.kit.models.registry import FieldDef, FieldLogic, FieldSet, JobRun
from okno.kit.registry import CUSTOM_PREFIX, registry

MOST = 1_000
# What was done with the field is no use of it.
PAST = (Change, CommandRun, EventRow, Delivery, Entry, JobRun, Attachment, FieldDef, FieldLogic, FieldSet)


@dataclass(frozen=True)
class Use:
    """One thing that would lose something: what sort of thing, and its name."""

    what: str
    name: str


def rows_with_values(field: FieldDef) -> int:
    """How many rows have a value, at most `MOST`."""
    key = f"{CUSTOM_PREFIX}{field.key}"
    rows = registry.record(field.record).model._base_manager.filter(**{f"extra__{key}__isnull": False})
    return rows.exclude(**{f"extra__{key}": None})[:MOST].count()


def uses(field: FieldDef) -> list[Use]:
    """Everything that names the field."""
    key = f"{CUSTOM_PREFIX}{field.key}"
    return [*_formulas(field, key), *_sets(field, key), *_logic(field, key), *_settings(key), *_conditions(key)]


def _formulas(field: FieldDef, key: str) -> Iterator[Use]:
    model = registry.record(field.record).model
    for one in formulas():
        if any(source.seen == (model, key) for source in sources(one)):
            yield Use(_("Formula"), str(one.field.label))


def _sets(field: FieldDef, key: str) -> Iterator[Use]:
    for one in FieldSet.objects.filter(record=field.record):
        if key in one.fields or _names(one.condition, key):
            yield Use(_("Set of fields"), one.name)


def _logic(field: FieldDef, key: str) -> Iterator[Use]:
    record = registry.record(field.record)
    for one in FieldLogic.objects.filter(record=field.record).exclude(field=key):
        if _names([one.shown, one.required, one.options], key):
            named = record.field(one.field)
            yield Use(_("Logic of a form"), str(named.label) if named else one.field)


def _settings(key: str) -> Iterator[Use]:
    """Other tables of settings whose JSON or templates name the key: views, grants, stages, letters."""
    for model in apps.get_models():
        if not model.__module__.startswith("okno.") or issubclass(model, RecordModel) or model in PAST:
            continue
        yield from _in_table(model, key)


def _conditions(key: str) -> Iterator[Use]:
    """Records that are settings too, and keep conditions: segments, types of prices, criteria."""
    for one in keeping.keepers():
        if one.names or not issubclass(one.rows.model, RecordModel):
            continue
        rows: Any = one.rows.annotate(_told=Cast(one.column, TextField()))
        for row in rows.filter(_told__contains=f'"{key}"', is_deleted=False)[:20]:
            yield Use(str(one.label), str(row))


def _in_table(model: type[Model], key: str) -> Iterator[Use]:
    columns = [one.name for one in model._meta.concrete_fields if isinstance(one, JSONField)]
    if not columns:
        return
    texts = {f"_{name}": Cast(name, TextField()) for name in columns}
    wanted = Q(*((f"{name}__contains", f'"{key}"') for name in texts), _connector=Q.OR)
    rows: Any = model._base_manager.annotate(**texts).filter(wanted)
    for one in rows[:20]:
        yield Use(str(model._meta.verbose_name).capitalize(), str(one))


def _names(tree: Any, key: str) -> bool:
    """Whether a raw condition speaks of the field."""
    if isinstance(tree, dict):
        return tree.get("field") == key or any(_names(one, key) for one in tree.values())
    return any(_names(one, key) for one in tree) if isinstance(tree, list) else False
