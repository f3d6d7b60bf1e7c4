"""Where a custom field is used: rows that have a value, formulas, sets, logic, views and all other settings."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from okno.kit.conditions import keeping
from okno.kit.formulas import formulas, sources
from okno.kit.models.registry import FieldDef, FieldLogic, FieldSet
from okno.kit.models.views import CardLayout
from okno.kit.registry import CUSTOM_PREFIX, registry

MOST = 1_000
VIEWS = {"kit.SavedView": gettext_lazy("View of a list")}
# Told apart, with what they do in forms.
FORMS = frozenset({"kit.FieldLogic", "kit.FieldSet"})


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
    found = (*_formulas(field, key), *_sets(field, key), *_logic(field, key), *_conditions(field, key))
    return list(dict.fromkeys((*found, *_layouts(field, key))))


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


def _conditions(field: FieldDef, key: str) -> Iterator[Use]:
    """Conditions that areas keep, and views of lists: segments, rules, rights, criteria."""
    for keeper in keeping.keepers():
        label = keeper.label or VIEWS.get(keeper.model)
        if label is None or keeper.model in FORMS:
            continue
        for row in keeper.naming(key):
            told, owner = json.dumps(getattr(row, keeper.column)), keeper.owner(row)
            is_own = owner is not None and owner.name == field.record
            if not getattr(row, "is_deleted", False) and re.search(
                rf"{'' if is_own else '[.]'}(?<!\w){key}(?!\w)", told
            ):
                yield Use(str(label), _name(row))


def _layouts(field: FieldDef, key: str) -> Iterator[Use]:
    for one in CardLayout.objects.filter(record=field.record, config__sections__contains=[{"fields": [key]}]):
        yield Use(_("Layout"), ", ".join(filter(None, (one.get_purpose_display(), one.type))).lower())


def _name(row: Any) -> str:
    """What people call a row of settings; a right is known by its role."""
    return str(getattr(row, "name", "") or getattr(row, "label", "") or getattr(row, "role", ""))


def _names(tree: Any, key: str) -> bool:
    """Whether a raw condition speaks of the field."""
    if isinstance(tree, dict):
        return tree.get("field") == key or any(_names(one, key) for one in tree.values())
    return any(_names(one, key) for one in tree) if isinstance(tree, list) else False
