"""Where columns may go: fields of the record and of its parts that are open to the actor."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from django.core.exceptions import FieldDoesNotExist

from okno.engines.imports.rules import Target
from okno.kit.importing import Importing, Part
from okno.kit.kinds import Kind
from okno.kit.permissions import Actor
from okno.kit.registry import Field, Record, registry

NEVER = frozenset({Kind.JSON})
# Whether a field is meant, by the names of its record and its key.
Wanted = Callable[[str, str], bool]


def targets_of(actor: Actor, importing: Importing) -> list[Target]:
    """Fields that columns may go to, those of the record first, without those hidden from the actor."""
    return _targets(importing, actor.sees_field)


def shut_targets_of(actor: Actor, importing: Importing) -> list[Target]:
    """
    Fields that the actor may not fill by a file, but knows of: open in some rows only, or by their ends. Of fields that
    are hidden altogether nothing is told.
    """

    def is_shut(record: str, key: str) -> bool:
        is_known = actor.sees_some(record, key) or actor.masks_field(record, key)
        return is_known and not actor.sees_field(record, key)

    return _targets(importing, is_shut)


def _targets(importing: Importing, wanted: Wanted) -> list[Target]:
    record = registry.record(importing.record)
    keys = [key for key, one in record.all_fields().items() if _is_open(one) or key in importing.fields]
    found = [
        _target(record, key, one, importing, group=str(record.label), is_required=key in importing.required)
        for key, one in _fields(wanted, record, keys, importing.more).items()
    ]
    for part in importing.parts:
        found += _of_part(wanted, importing, part)
    return found


def _of_part(wanted: Wanted, importing: Importing, part: Part) -> Iterator[Target]:
    record, group = registry.record(part.record), str(part.label)
    custom = [key for key, one in record.all_fields().items() if one.is_custom]
    for key, one in _fields(wanted, record, [*part.fields, *custom], part.more).items():
        yield _target(record, key, one, importing, part=part.code, group=group, is_required=key in part.required)


def _fields(wanted: Wanted, record: Record, keys: Sequence[str], more: Mapping[str, Field]) -> dict[str, Field]:
    """Fields that are wanted: of the record, and targets that are none; `path` names the field they follow."""
    known = record.all_fields()
    own = {key: known[key] for key in keys if wanted(record.name, key)}
    return own | {key: one for key, one in more.items() if wanted(record.name, one.path)}


def _is_open(field: Field) -> bool:
    able = (field.editable or field.is_custom) and not field.formula
    return able and field.kind not in NEVER and (not field.many or (field.is_listed and field.kind is Kind.CHOICE))


def _target(
    record: Record,
    key: str,
    field: Field,
    importing: Importing,
    *,
    group: str,
    is_required: bool,
    part: str = "",
) -> Target:
    full = f"{part}.{key}" if part else key
    column = _column(record, field) if key in record.fields else None
    return Target(
        key=full,
        name=key,
        part=part,
        group=group,
        label=str(field.label),
        field=field,
        record=record.name,
        is_required=is_required,
        is_fixed=not part and key in importing.fixed,
        longest=getattr(column, "max_length", None) or 0,
        is_nullable=field.is_custom or bool(getattr(column, "null", True)),
        clean=importing.cleaners.get(full),
        synonyms=tuple(importing.synonyms.get(full, ())),
        words=importing.words.get(full, {}),
    )


def _column(record: Record, field: Field) -> Any:
    if field.is_custom or "__" in field.path:
        return None
    try:
        return record.model._meta.get_field(field.path)
    except FieldDoesNotExist:
        return None
