"""What a form demands and forbids for a row: the same for cards, dialogs, the API and imports."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Any

from django.db.models import Model
from django.utils.translation import gettext as _

from okno.kit import permissions
from okno.kit.conditions.reading import Row
from okno.kit.errors import Refused
from okno.kit.fields import logic
from okno.kit.fields.logic import Standing
from okno.kit.kinds import Kind
from okno.kit.permissions import Actor
from okno.kit.registry import Field, Record, registry

EMPTY: tuple[Any, ...] = (None, "", [], {})
SYSTEM_KIND = "system"
REQUIRED = "fields.required"


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
        _check_open(record, row, key, was[key], logic.standing(actor, record, key, row))
    demanded = {key for key in demanding(record) if key in was or logic.looks_at(record, key) & changed}
    check_filled(actor, record, row, only=demanded)


def check_made(
    actor: Actor, record: Record, row: Row, *, given: Collection[str], asked: Collection[str] = frozenset()
) -> None:
    """
    Judge a row that a person has made: nothing in it that its form does not show or offer, all that it demands.

    :param given: keys of built-in fields that the person has filled in; custom ones are judged when they are set.
    :param asked: those that no row is made without, so that no form can hide them.
    :raises Refused: a field is not shown, an option is not open, or what is demanded is empty.
    """
    if actor.kind == SYSTEM_KIND:
        return
    for key in given:
        if key not in record.fields or not logic.is_needed(record.fields[key]) or _is_default(row, record.fields[key]):
            continue
        found = logic.standing(actor, record, key, row)
        _check_open(record, row, key, None, replace(found, is_shown=found.is_shown or key in asked))
    check_filled(actor, record, row)


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
        for key, field in demanding(record).items()
        if (only is None or key in only)
        and facing.sees_field(record.name, key)
        and value_of(row, field, key) in EMPTY
        and is_demanded(actor, record, key, row)
    }
    if lacking:
        names = ", ".join(str(field.label) for field in lacking.values())
        raise Refused(REQUIRED, _("Fill in first: %(names)s."), names=names, missing=list(lacking))


def is_demanded(actor: Actor, record: Record, key: str, row: Row) -> bool:
    """Whether the form of this row shows the field and does not go without it."""
    found = logic.standing(actor, record, key, row)
    return found.is_shown and found.is_required


def is_open(actor: Actor, record: Record, key: str, row: Mapping[str, Any]) -> bool:
    """
    Whether the form of a row shows a field and offers the option that is chosen in it; a rule that looks beyond these
    values of the row forbids nothing.
    """
    if actor.kind == SYSTEM_KIND or not logic.all_names(registry.logic(record.name).get(key, logic.NOTHING)) <= set(
        row
    ):
        return True
    found = logic.standing(actor, record, key, row)
    # Of options that are no more the cards that have them keep theirs.
    return found.is_shown and str(row[key]) not in found.closed - record.all_fields()[key].retired


def is_bound(record: Record) -> bool:
    """Whether people have said anything of the record's form; what comes with the program its commands judge."""
    fields, rules = registry.custom_fields(record.name).values(), registry.logic(record.name).values()
    return not all(one.is_declared for one in rules) or any(one.required or one.retired for one in fields)


def value_of(row: Row, field: Field, key: str = "") -> Any:
    """The stored value of a field of a row, links by id; None of what is not the row's own column."""
    if not isinstance(row, Model):
        return row.get(key)
    if field.is_custom:
        return getattr(row, "extra", {}).get(field.key)
    column = _column(row, field)
    return getattr(row, column.attname) if column else None


def _column(row: Model, field: Field) -> Any:
    name = field.path.split("__", 1)[0]
    return next((one for one in row._meta.concrete_fields if one.name == name), None)


def _is_default(row: Row, field: Field) -> bool:
    """Whether a built-in field has what it has in any new row of which nothing is said."""
    column = _column(row, field) if isinstance(row, Model) else None
    return column is not None and getattr(row, column.attname) == column.get_default()


def demanding(record: Record) -> dict[str, Field]:
    """Fields that people fill in and that some form may demand; files come once there is a row."""
    rules = registry.logic(record.name)
    return {
        key: field
        for key, field in record.all_fields().items()
        if logic.is_needed(field)
        and field.kind is not Kind.FILE
        and (field.required or rules.get(key, logic.NOTHING).required is not None)
    }


def _check_open(record: Record, row: Row, key: str, before: Any, found: Standing) -> None:
    """:raises Refused: the form does not show the field, or does not offer the option."""
    field = record.all_fields()[key]
    value = value_of(row, field, key)
    # A tick that is not set is what a form without the field leaves.
    if value not in EMPTY and value is not False and not found.is_shown:
        text = _("“%(label)s” is not filled in here: the form does not show it.")
        raise Refused("fields.not_shown", text, label=field.label, missing=[key])
    had = {str(one) for one in (before if isinstance(before, list) else [before])}
    chosen = {str(one) for one in (value if isinstance(value, list) else [value])} - had
    if chosen & found.closed:
        labels = {str(one): str(text) for one, text in field.choices}
        closed = ", ".join(labels.get(one, one) for one in sorted(chosen & found.closed))
        text = _("“%(label)s”: this cannot be chosen now: %(options)s.")
        raise Refused("fields.closed_option", text, label=field.label, options=closed, missing=[key])
