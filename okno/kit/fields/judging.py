"""What a form demands and forbids for a row: the same for cards, dialogs, the API and imports."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from django.db.models import Model
from django.utils.translation import gettext as _

from okno.kit import permissions
from okno.kit.conditions.reading import Row
from okno.kit.errors import Refused
from okno.kit.fields import logic
from okno.kit.kinds import Kind
from okno.kit.permissions import Actor
from okno.kit.registry import Field, Record, registry

EMPTY: tuple[Any, ...] = (None, "", [], {})
SYSTEM_KIND = "system"


def check_change(actor: Actor, record: Record, was: Mapping[str, Any], row: Row) -> None:
    """
    Judge what was changed by the logic of the form. The system's own work (exchange, robots) is not bound by it.

    Fields that nobody touched may stay empty, unless it is by this change that they are demanded.

    :param was: values of the fields that were touched, by key, as they were before.
    :param row: an instance, or all values by key.
    :raises Refused: a field is not shown, an option is not open, or what is demanded is empty.
    """
    if actor.kind == SYSTEM_KIND:
        return
    every = record.all_fields()
    changed = {key for key, before in was.items() if key in every and value_of(row, every[key], key) != before}
    for key in changed:
        _check_open(actor, record, row, key, was[key])
    demanded = {key for key in _demanding(record) if key in was or logic.looks_at(record, key) & changed}
    check_filled(actor, record, row, only=demanded)


def check_filled(actor: Actor, record: Record, row: Row, *, only: Collection[str] | None = None) -> None:
    """
    Look over a row that a person has made: whether all that its form demands is there.

    :param row: an instance, or all values by key.
    :param only: keys of the fields to look at; all of the record's when not given.
    :raises Refused: fields are empty; `params["missing"]` has their keys.
    """
    if actor.kind == SYSTEM_KIND:
        return
    facing = permissions.facing(actor, row) if isinstance(row, Model) else actor
    lacking = {
        key: field
        for key, field in _demanding(record).items()
        if (only is None or key in only)
        and facing.sees_field(record.name, key)
        and value_of(row, field, key) in EMPTY
        and is_demanded(actor, record, key, row)
    }
    if lacking:
        names = ", ".join(str(field.label) for field in lacking.values())
        raise Refused("fields.required", _("Fill in first: %(names)s."), names=names, missing=list(lacking))


def is_demanded(actor: Actor, record: Record, key: str, row: Row) -> bool:
    """Whether the form of this row shows the field and does not go without it."""
    found = logic.standing(actor, record, key, row)
    return found.is_shown and found.is_required


def is_bound(record: Record) -> bool:
    """Whether people have said anything of the record's form at all."""
    fields = registry.custom_fields(record.name).values()
    return bool(registry.logic(record.name)) or any(one.required or one.retired for one in fields)


def value_of(row: Row, field: Field, key: str = "") -> Any:
    """The stored value of a field of a row, links by id; None of what is not the row's own column."""
    if not isinstance(row, Model):
        return row.get(key)
    if field.is_custom:
        return getattr(row, "extra", {}).get(field.key)
    name = field.path.split("__", 1)[0]
    column = next((one for one in row._meta.concrete_fields if one.name == name), None)
    return getattr(row, column.attname) if column else None


def _demanding(record: Record) -> dict[str, Field]:
    """Fields that people fill in and that some form may demand; files come once there is a row."""
    rules = registry.logic(record.name)
    return {
        key: field
        for key, field in record.all_fields().items()
        if logic.is_needed(field)
        and field.kind is not Kind.FILE
        and (field.required or rules.get(key, logic.NOTHING).required is not None)
    }


def _check_open(actor: Actor, record: Record, row: Row, key: str, before: Any) -> None:
    """:raises Refused: the form does not show the field, or does not offer the option."""
    field = record.all_fields()[key]
    value, found = value_of(row, field, key), logic.standing(actor, record, key, row)
    if value not in EMPTY and not found.is_shown:
        text = _("“%(label)s” is not filled in here: the form does not show it.")
        raise Refused("fields.not_shown", text, label=field.label, missing=[key])
    had = {str(one) for one in (before if isinstance(before, list) else [before])}
    chosen = {str(one) for one in (value if isinstance(value, list) else [value])} - had
    if chosen & found.closed:
        labels = {str(one): str(text) for one, text in field.choices}
        closed = ", ".join(labels.get(one, one) for one in sorted(chosen & found.closed))
        text = _("“%(label)s”: this cannot be chosen now: %(options)s.")
        raise Refused("fields.closed_option", text, label=field.label, options=closed, missing=[key])
