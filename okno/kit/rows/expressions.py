"""What SQL reads for a field of a record: its shown value, its id when it is a link, and its order."""

from __future__ import annotations

from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.core.exceptions import FieldDoesNotExist
from django.db.models import Case, F, Field, Model, OuterRef, Subquery, When
from django.db.models.constants import LOOKUP_SEP
from django.db.models.fields.json import KeyTransform

from okno.kit.conditions import places, sql
from okno.kit.conditions.operators import Family, family_of
from okno.kit.conditions.places import Place
from okno.kit.kinds import Kind
from okno.kit.registry import Field as RecordField
from okno.kit.registry import Record, registry
from okno.kit.rows.joins import Joined
from okno.kit.search import Folded

Source = Any


def shown(record: Record, key: str, field: RecordField) -> Source:
    """The value people see: of a link, the title of the linked row."""
    if field.is_custom:
        return _custom_title(field) if field.link in registry.records else KeyTransform(field.key, "extra")
    if field.many and not field.is_listed:
        # Joining a to-many relation would multiply rows.
        own = record.model._base_manager.filter(pk=OuterRef("pk"), **{f"{field.path}__isnull": False})
        return ArraySubquery(own.values(field.path))
    if field.link and is_link_path(record.model, field.path):
        title = registry.record(field.link)
        return f"{field.path}__{title.fields[title.title].path}"
    return field.path


def _custom_title(field: RecordField) -> Source:
    """The title of the row that a custom field links to by its id."""
    record = registry.record(field.link)
    path = record.fields[record.title].path
    if LOOKUP_SEP not in path:
        return Joined(field.key, record.model, path)
    linked = record.model._base_manager.annotate(_named_by=sql.linked_id(field.key, OuterRef("extra"))).filter(
        pk=F("_named_by")
    )
    return Subquery(linked.values(path)[:1])


def link_id(record: Record, key: str, field: RecordField) -> Any:
    """What reads the id of the linked row, empty when the field links to nothing."""
    if not field.link or field.many:
        return ""
    if field.is_custom:
        return KeyTransform(field.key, "extra") if field.link in registry.records else ""
    path = field.path if is_link_path(record.model, field.path) else field.path.rpartition("__")[0]
    return f"{path}_id" if path else ""


def linked_id(record: Record, key: str, field: RecordField) -> Any:
    """The id of the linked row as a number, for comparing it with ids of rows."""
    if field.is_custom:
        return sql.linked_id(field.key)
    return F(link_id(record, key, field))


def ordering(record: Record, key: str, field: RecordField) -> tuple[Any, bool]:
    """The expression rows are sorted by, and whether it may be empty; a choice goes in the order it is offered in."""
    if field.is_custom:
        title = _custom_title(field) if field.link in registry.records else None
        return (Folded(title) if title is not None else own_order(field)), True
    if field.choices and field.kind is Kind.CHOICE:
        ranks = (When(**{field.path: value}, then=number) for number, (value, _label) in enumerate(field.choices))
        return Case(*ranks, default=len(field.choices)), False
    path = str(shown(record, key, field))
    text = family_of(field) in {Family.TEXT, Family.LINK} and is_text(record.model, path)
    return (Folded(F(path)) if text else F(path)), may_be_null(record.model, path)


def own_order(field: RecordField) -> Any:
    """The expression of a custom field that an index of its own table sorts: of a link that is the id of the row."""
    typed = sql.column(Place(field.key, field, "extra"))
    return Folded(typed) if family_of(field) is Family.TEXT else typed


def place(record: Record, key: str) -> Place:
    """Where conditions find a field that is known to exist."""
    found = places.place(record, key)
    if found is None:
        raise FieldDoesNotExist(key)
    return found


def columns_of(model: type[Model], path: str) -> list[Field[Any, Any]]:
    """The model fields along an ORM path; stops at what is not a field."""
    found: list[Field[Any, Any]] = []
    for name in path.split("__"):
        try:
            column: Any = model._meta.get_field(name)
        except FieldDoesNotExist:
            break
        found.append(column)
        if isinstance(column.related_model, type):
            model = column.related_model
    return found


def is_link_path(model: type[Model], path: str) -> bool:
    """Whether a path ends with a foreign key itself."""
    found = columns_of(model, path)
    return bool(found) and bool(found[-1].is_relation)


def is_text(model: type[Model], path: str) -> bool:
    """Whether a path ends with a text column, which people sort without case and «ё»."""
    found = columns_of(model, path)
    return bool(found) and found[-1].get_internal_type() in {"CharField", "TextField", "EmailField", "SlugField"}


def may_be_null(model: type[Model], path: str) -> bool:
    """Whether a path may lead to nothing: an empty column or an empty link on the way."""
    found = columns_of(model, path)
    return not found or any(getattr(one, "null", True) for one in found)
