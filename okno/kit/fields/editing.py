"""Changing fields of a row by their keys: the one place where forms, cards, the API and imports are judged alike."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import ForeignKey, Model
from django.utils.translation import gettext as _

from okno.kit import permissions, reached
from okno.kit.errors import Conflict, Missing, Refused
from okno.kit.fields import judging, tagging, uniqueness
from okno.kit.fields.judging import value_of
from okno.kit.fields.values import canonical
from okno.kit.kinds import Kind
from okno.kit.models.base import RecordModel
from okno.kit.models.files import Attachment
from okno.kit.models.journal import Change
from okno.kit.permissions import Actor
from okno.kit.registry import CUSTOM_PREFIX, Field, Record, registry


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
    facing = permissions.facing(actor, row)
    for key in values:
        _check_seen(facing, record, key)
    if base_version is not None and base_version < row.version:
        _check_stale(row, record, values, base_version)
    was = {key: value_of(row, field) for key in values if (field := record.field(key))}
    written = {_set(actor, row, record, key, value) for key, value in values.items()}
    if not written:
        return
    if facing.hidden - permissions.facing(actor, row).hidden:
        text = _("After this change you would see fields of this card that are closed to you.")
        raise Refused("fields.unveils", text)
    judging.check_change(actor, record, was, row)
    for key in values:
        uniqueness.check(actor, record, row, key)
    _save(actor, record, row, written)


def _save(actor: Actor, record: Record, row: RecordModel, written: Collection[str]) -> None:
    if "extra" not in written or not any(one.unique for one in registry.custom_fields(record.name).values()):
        # Nothing here can be taken in a race, so no savepoint is needed to ask by whom.
        row.save(update_fields=sorted(written))
        return
    try:
        with transaction.atomic():
            row.save(update_fields=sorted(written))
    except IntegrityError as error:
        refusal = uniqueness.raced(actor, record, row, error)
        if refusal is None:
            raise
        raise refusal from error


def _check_seen(actor: Actor, record: Record, key: str) -> None:
    """Asked before anything is compared: a conflict tells what stands in a field."""
    if not actor.sees_field(record.name, key):
        raise permissions.closed(record, key)


def _set(actor: Actor, row: RecordModel, record: Record, key: str, value: Any) -> str:
    """Set one field; the name of the model field to save."""
    field = record.field(key)
    if field is None or not (field.editable or field.is_custom) or field.formula:
        raise Refused("no_field", _("“%(key)s” cannot be changed here."), key=key)
    if field.is_custom:
        row.extra = {**row.extra, field.key: _custom(actor, record, row, field, value)}
        return "extra"
    return _set_column(actor, row, field, value)


def _custom(actor: Actor, record: Record, row: RecordModel, field: Field, value: Any) -> Any:
    """The canonical value; a link that is new has to be within the actor's reach."""
    if field.grows:
        value, field = tagging.settled(actor, record.name, field, value)
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
    if field.is_listed:
        setattr(row, name, canonical(replace(field, key=name), value) or [])
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


__all__ = ["CUSTOM_PREFIX", "apply", "value_of"]
