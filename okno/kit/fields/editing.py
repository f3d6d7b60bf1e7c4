"""Changing fields of a row by their keys: the one place where forms, cards, the API and imports are judged alike."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import ForeignKey, Model
from django.utils.translation import gettext as _

from okno.kit import reached
from okno.kit.errors import Conflict, Denied, Missing, Refused
from okno.kit.fields import logic, uniqueness
from okno.kit.fields.kinds import Kind
from okno.kit.fields.values import canonical
from okno.kit.models.base import RecordModel
from okno.kit.models.files import Attachment
from okno.kit.models.journal import Change
from okno.kit.permissions import Actor
from okno.kit.registry import CUSTOM_PREFIX, Field, Record, registry

EMPTY: tuple[Any, ...] = (None, "", [], {})
SYSTEM_KIND = "system"


def apply(actor: Actor, row: RecordModel, values: dict[str, Any], base_version: int | None) -> None:
    """
    Set fields of a locked row and save it.

    :param base_version: the version the editor saw, or None to set whatever is there.
    :raises Conflict: a field was changed since that version; `params["fields"]` has theirs and was by key.
    :raises Refused: the record has no such field, it cannot be edited, a value cannot be read, is taken, is not open or
        is demanded; `params["missing"]` names the fields.
    :raises Missing: a linked row is not there or out of reach.
    :raises Denied: the field is hidden from the actor.
    """
    record = registry.record_of(type(row))
    if base_version is not None and base_version < row.version:
        _check_stale(row, record, values, base_version)
    was = {key: value_of(row, field) for key in values if (field := record.field(key))}
    written = {_set(actor, row, record, key, value) for key, value in values.items()}
    if not written:
        return
    _check_form(actor, record, row, was)
    for key in values:
        uniqueness.check(actor, record, row, key)
    _save(actor, record, row, written)


def check_filled(actor: Actor, row: RecordModel, *, only: Collection[str] | None = None) -> None:
    """
    Look over a row that a person has made: whether all that its form demands is there.

    :param only: keys of the fields to look at; all of the record's when not given.
    :raises Refused: fields are empty; `params["missing"]` has their keys.
    """
    record = registry.record_of(type(row))
    if actor.kind == SYSTEM_KIND:
        return
    lacking = {
        key: field
        for key, field in record.all_fields().items()
        if (only is None or key in only)
        and _is_demanding(record, key, field)
        and actor.sees_field(record.name, key)
        and value_of(row, field) in EMPTY
    }
    asked = {key: field for key, field in lacking.items() if _is_demanded(actor, record, key, row)}
    if asked:
        names = ", ".join(str(field.label) for field in asked.values())
        raise Refused("fields.required", _("Fill in first: %(names)s."), names=names, missing=list(asked))


def value_of(row: Model, field: Field) -> Any:
    """The stored value of a field of a row, links by id; None of what is not the row's own column."""
    if field.is_custom:
        return getattr(row, "extra", {}).get(field.key)
    column = next((one for one in row._meta.concrete_fields if one.name == field.path.split("__", 1)[0]), None)
    return getattr(row, column.attname) if column else None


def _save(actor: Actor, record: Record, row: RecordModel, written: Collection[str]) -> None:
    try:
        with transaction.atomic():
            row.save(update_fields=sorted(written))
    except IntegrityError as error:
        refusal = uniqueness.raced(actor, record, row, error)
        if refusal is None:
            raise
        raise refusal from error


def _is_demanding(record: Record, key: str, field: Field) -> bool:
    """Whether the field is one that people fill in and that some form may demand; files come once there is a row."""
    if not logic.is_needed(field) or field.kind is Kind.FILE:
        return False
    return field.required or registry.logic(record.name).get(key, logic.NOTHING).required is not None


def _is_demanded(actor: Actor, record: Record, key: str, row: Model) -> bool:
    found = logic.standing(actor, record, key, row)
    return found.is_shown and found.is_required


def _check_form(actor: Actor, record: Record, row: RecordModel, was: Mapping[str, Any]) -> None:
    """
    Judge what was changed by the logic of the form. The system's own work (exchange, robots) is not bound by it.

    Fields that nobody touched may stay empty, unless it is by this change that they are demanded.
    """
    if actor.kind == SYSTEM_KIND:
        return
    changed = {key for key, before in was.items() if _now(record, row, key) != before}
    for key in changed:
        _check_open(actor, record, row, key, was[key])
    demanded = {key for key in record.all_fields() if key in was or logic.looks_at(record, key) & changed}
    check_filled(actor, row, only=demanded)


def _check_open(actor: Actor, record: Record, row: RecordModel, key: str, before: Any) -> None:
    """:raises Refused: the form does not show the field, or does not offer the option."""
    value, found = _now(record, row, key), logic.standing(actor, record, key, row)
    label = record.all_fields()[key].label
    if value not in EMPTY and not found.is_shown:
        text = _("“%(label)s” is not filled in here: the form does not show it.")
        raise Refused("fields.not_shown", text, label=label, missing=[key])
    had = {str(one) for one in (before if isinstance(before, list) else [before])}
    chosen = {str(one) for one in (value if isinstance(value, list) else [value])} - had
    if chosen & found.closed:
        labels = {str(one): str(text) for one, text in record.all_fields()[key].choices}
        closed = ", ".join(labels.get(one, one) for one in sorted(chosen & found.closed))
        text = _("“%(label)s”: this cannot be chosen now: %(options)s.")
        raise Refused("fields.closed_option", text, label=label, options=closed, missing=[key])


def _now(record: Record, row: RecordModel, key: str) -> Any:
    return value_of(row, record.all_fields()[key])


def _set(actor: Actor, row: RecordModel, record: Record, key: str, value: Any) -> str:
    """Set one field; the name of the model field to save."""
    field = record.field(key)
    if field is None or not (field.editable or field.is_custom) or field.formula:
        raise Refused("no_field", _("“%(key)s” cannot be changed here."), key=key)
    if not actor.sees_field(record.name, key):
        raise Denied("denied", _("You have no right to do this: %(permission)s."), permission=f"{record.name}.{key}")
    if field.is_custom:
        row.extra = {**row.extra, field.key: _custom(actor, record, row, field, value)}
        return "extra"
    return _set_column(actor, row, field, value)


def _custom(actor: Actor, record: Record, row: RecordModel, field: Field, value: Any) -> Any:
    """The canonical value; a link that is new has to be within the actor's reach."""
    found = canonical(field, value)
    if found is None or found == row.extra.get(field.key):
        return found
    if field.kind is Kind.FILE:
        _check_files(record, row, field, found)
    elif field.link:
        # What stays as it was may be out of reach by now.
        reached.the_row(actor, field.link, found)
    return found


def _check_files(record: Record, row: RecordModel, field: Field, ids: list[int]) -> None:
    """:raises Refused: a file is not among those of this very row."""
    own = Attachment.objects.filter(record=record.name, row_id=row.pk, pk__in=ids, is_deleted=False)
    if own.count() < len(ids):
        raise Refused("fields.no_file", _("“%(label)s”: no such file here."), label=field.label, missing=[field.key])


def _set_column(actor: Actor, row: RecordModel, field: Field, value: Any) -> str:
    name = field.path.split("__", 1)[0]
    column = row._meta.get_field(name)
    if isinstance(column, ForeignKey):
        setattr(row, column.attname, _linked(actor, column, value))
        return name
    try:
        setattr(row, name, column.clean(value if value not in (None, "") or not column.null else None, row))  # type: ignore[union-attr]
    except ValidationError as error:
        raise Refused("bad_value", "%(text)s", text=" ".join(error.messages), missing=[name]) from error
    return name


def _linked(actor: Actor, column: ForeignKey[Any, Any], value: Any) -> int | None:
    """The id of a linked row that the actor may see."""
    if value in (None, ""):
        return None
    model: type[Model] = column.related_model  # type: ignore[assignment]
    manager: Any = model._default_manager
    rows = manager.visible_to(actor) if hasattr(model, "reach") else manager
    found = rows.filter(pk=int(getattr(value, "pk", value))).first()
    if found is None:
        raise Missing("not_found", _("Not found, or out of your reach."))
    return int(found.pk)


def _check_stale(row: RecordModel, record: Record, values: dict[str, Any], base_version: int) -> None:
    """Compare the edit with what was written since the version the editor saw; other fields merge silently."""
    since = Change.objects.filter(table_name=row._meta.db_table, row_id=row.pk, op="U").order_by("-id")
    missed = list(since[: row.version - base_version])
    fields: dict[str, dict[str, Any]] = {}
    for key, mine in values.items():
        field = record.field(key)
        theirs = _missed(missed, field) if field else None
        if theirs and str(theirs["theirs"]) != str(mine):
            fields[key] = {"label": str(field.label) if field else key, "mine": mine, **theirs}
    if fields:
        raise Conflict("conflict", _("Somebody changed the same fields meanwhile."), fields=fields, version=row.version)


def _missed(missed: list[Change], field: Field) -> dict[str, Any] | None:
    """The present value and the oldest one of a field among the changes that the editor did not see."""
    seen = [pair for change in missed if (pair := _pair(change, field)) is not None]
    return {"theirs": seen[0][1], "was": seen[-1][0]} if seen else None


def _pair(change: Change, field: Field) -> tuple[Any, Any] | None:
    before, after = change.before or {}, change.after or {}
    if field.is_custom:
        was, now = (before.get("extra") or {}).get(field.key), (after.get("extra") or {}).get(field.key)
        return (was, now) if was != now else None
    name = field.path.split("__", 1)[0]
    column = name if name in after else f"{name}_id"
    return (before.get(column), after.get(column)) if column in after else None


__all__ = ["CUSTOM_PREFIX", "apply"]
