"""Custom fields and the logic of forms as everything else reads them: once for all requests, until they change."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from okno.kit.kinds import Kind
from okno.kit.kinds.tag_names import folded
from okno.kit.models.registry import FieldDef, FieldLogic, FieldSet
from okno.kit.registry import CUSTOM_PREFIX, Field, Logic, Record, registry

_KIND_OF_VALUE = {str(Kind.TAGS): Kind.CHOICE}
SEARCHED = frozenset({Kind.TEXT, Kind.LONG_TEXT, Kind.ADDRESS, Kind.EMAIL, Kind.PHONE})


def load() -> dict[str, dict[str, Field]]:
    """All custom fields in use, by record and by key with its prefix."""
    found: dict[str, dict[str, Field]] = {}
    for row in FieldDef.objects.filter(is_retired=False).order_by("record", "position", "id"):
        found.setdefault(row.record, {})[f"{CUSTOM_PREFIX}{row.key}"] = field_of(row)
    return found


def field_of(row: FieldDef) -> Field:
    """How a custom field is read; a formula has the kind of its result, tags stand in the order of names."""
    kind = _KIND_OF_VALUE.get(row.kind) or Kind(row.result or Kind.TEXT if row.kind == Kind.FORMULA else row.kind)
    grows = row.kind == Kind.TAGS
    options = sorted(row.options, key=lambda one: folded(one["label"])) if grows else row.options
    is_ready = row.state == FieldDef.State.READY
    return Field(
        label=row.label,
        path="extra",
        kind=kind,
        link="access.user" if kind is Kind.PERSON else row.link,
        many=row.is_many or grows or kind is Kind.FILE,
        choices=tuple((option["id"], option["label"]) for option in options),
        trigram=row.is_searchable and is_ready and kind in SEARCHED,
        sortable=not (row.is_many or grows or kind is Kind.FILE),
        currency=row.currency or ("RUB" if kind is Kind.MONEY else ""),
        is_custom=True,
        key=f"{CUSTOM_PREFIX}{row.key}",
        editable=row.kind != Kind.FORMULA,
        required=row.is_required,
        unique=row.is_unique,
        searchable=row.is_searchable,
        tracked=row.is_tracked,
        hint=row.hint,
        section=row.section,
        default=row.default,
        formula=row.formula,
        retired=frozenset(str(option["id"]) for option in row.options if option.get("is_retired")),
        grows=grows,
        colours=tuple((option["id"], option.get("colour", 1)) for option in options if grows),
        merged=tuple((option["id"], option["into"]) for option in options if option.get("into")),
    )


def load_retired() -> dict[str, dict[str, str]]:
    """What custom fields that were taken out of use are called, by record and by key with its prefix."""
    found: dict[str, dict[str, str]] = {}
    for name, key, label in FieldDef.objects.filter(is_retired=True).values_list("record", "key", "label"):
        found.setdefault(name, {})[f"{CUSTOM_PREFIX}{key}"] = label
    return found


def load_logic() -> dict[str, dict[str, Logic]]:
    """What forms ask of fields depending on the row: their own logic, and the sets that custom fields belong to."""
    sets = _sets(FieldSet.objects.order_by("position", "id"))
    own = {(one.record, one.field): one for one in FieldLogic.objects.all()}
    found = _declared()
    for record, key in {*sets, *own}:
        found.setdefault(record, {})[key] = _logic(own.get((record, key)), sets.get((record, key), []))
    return found


def _declared() -> dict[str, dict[str, Logic]]:
    """Logic that comes with the program, by record and by key."""
    found: dict[str, dict[str, Logic]] = {}
    for name, record in registry.records.items():
        for key, field in record.fields.items():
            if field.shown is not None:
                found.setdefault(name, {})[key] = Logic((field.shown,), is_declared=True)
    return found


def rules_of(record: Record) -> dict[str, FieldLogic]:
    """Logic of the fields of a record as people have set it, and that which it comes with where they have not."""
    said = {one.field: one for one in FieldLogic.objects.filter(record=record.name)}
    known = {
        key: FieldLogic(record=record.name, field=key, shown=field.shown)
        for key, field in record.fields.items()
        if field.shown is not None
    }
    return {**known, **said}


def _sets(rows: Iterable[FieldSet]) -> dict[tuple[str, str], list[Any]]:
    """Conditions of the sets that each field belongs to."""
    found: dict[tuple[str, str], list[Any]] = {}
    for row in rows:
        for key in row.fields:
            found.setdefault((row.record, key), []).append(row.condition)
    return found


def _logic(own: FieldLogic | None, sets: list[Any]) -> Logic:
    shown = [] if own is None or own.shown is None else [own.shown]
    if sets:
        # A field of several sets belongs to rows of any of them.
        shown.append(sets[0] if len(sets) == 1 else {"any": sets})
    return Logic(tuple(shown), own.required if own else None, dict(own.options) if own else {})
