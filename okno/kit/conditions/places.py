"""Where a field named in a condition or an expression lives, and its value in one canonical form."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.db.models import BigIntegerField, Model, OuterRef, QuerySet
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast

from okno.kit.conditions import moments
from okno.kit.conditions.moments import Sight
from okno.kit.conditions.operators import Family, family_of
from okno.kit.kinds import Kind
from okno.kit.registry import Field, Record, registry

Row = Mapping[str, Any] | Model
LINKED = "linked_"


@dataclass(frozen=True, slots=True)
class Hop:
    """A linked row that is passed on the way to a field, and the path that leads to it."""

    path: str
    model: type[Model]


@dataclass(frozen=True, slots=True)
class Through:
    """
    A custom link that is passed on the way to a field: no path leads through it, the row is found by its id.

    `path` leads to the `extra` that keeps the id under `key`; `inner` is the place as the linked row has it;
    `is_named` says that only the name is read, which everybody sees beside the link.
    """

    path: str
    key: str
    record: Record
    inner: Place
    is_named: bool = False


@dataclass(frozen=True, slots=True)
class Place:
    """
    A field reached from a record; `path` leads to the compared column, or to `extra` for a custom field.

    `hops` are the linked rows of which more is read than the name that everybody sees beside the link; of a place
    `through` a custom link they end before it, and so does the path.
    """

    key: str
    field: Field
    path: str
    hops: tuple[Hop, ...] = ()
    through: Through | None = None

    @property
    def family(self) -> Family:
        """How values here are compared."""
        return family_of(self.field)

    @property
    def passed(self) -> list[type[Model]]:
        """The models of the linked rows of which more is read than their names."""
        own = [one.model for one in self.hops]
        if self.through is None:
            return own
        linked = [] if self.through.is_named else [self.through.record.model]
        return [*own, *linked, *self.through.inner.passed]

    @property
    def is_relation(self) -> bool:
        """Whether the values are rows of other tables rather than a list in a column."""
        return self.field.many and self.family is Family.LINK and not self.field.is_custom


@dataclass(frozen=True, slots=True)
class Relation:
    """
    Rows of another record that point back here; `near` leads to the row they point to.

    `back` is the path of their key to it; those that point by a custom field have its key in `link` instead.
    """

    key: str
    record: Record
    back: str
    near: str
    link: str = ""

    @property
    def label(self) -> str:
        """What people call these rows."""
        field = self.record.field(self.link) if self.link else None
        return f"{self.record.plural}: {field.label}" if field is not None else str(self.record.plural)

    def living(self, sight: Sight | None = None) -> QuerySet[Any]:
        """Rows within sight whose link may be looked at, without those marked for deletion."""
        rows = living(self.record.model, sight)
        opened = sight.opened(self.record, self.link) if sight and self.link else None
        return rows if opened is None else rows.filter(opened)

    def pointing(self, rows: QuerySet[Any], owner: int | OuterRef) -> QuerySet[Any]:
        """Those of these rows that point to a row."""
        if not self.link:
            return rows.filter(**{self.back: owner})
        to = OuterRef(owner) if isinstance(owner, OuterRef) else owner
        field = self.record.all_fields()[self.link]
        links = apps.get_model("kit", "FieldLink")._default_manager.filter(
            record=self.record.name, key=self.link, to_record=field.link, to_id=to
        )
        pointing: QuerySet[Any] = rows.filter(pk__in=links.values("row_id"))
        return pointing

    def owners(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """The ids of the rows that these rows point to, as they stand in the rows themselves."""
        if not self.link:
            return rows.values(self.back)
        owners: QuerySet[Any] = self.telling(rows).values("_owner")
        return owners

    def telling(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """Rows with the id that they keep in their custom link as `_owner`: by it a table is joined as by a key."""
        told: QuerySet[Any] = rows.annotate(_owner=Cast(KeyTextTransform(self.link, "extra"), BigIntegerField()))
        return told


def place(record: Record, key: str) -> Place | None:
    """Find a field by its key; a dot walks a link: `client.region`. None when there is no such field."""
    field = record.field(key)
    if field is not None:
        return Place(key, field, _path(record.model, field))
    step = _step(record, key)
    if step is None:
        return _place_through(record, key)
    linked, prefix, rest = step
    inner = place(linked, rest)
    if inner is None:
        return None
    beyond = tuple(replace(hop, path=f"{prefix}__{hop.path}") for hop in inner.hops)
    hops = beyond if rest == linked.title else (Hop(prefix, linked.model), *beyond)
    through = inner.through and replace(inner.through, path=f"{prefix}__{inner.through.path}")
    return Place(key, inner.field, f"{prefix}__{inner.path}", hops, through)


def _place_through(record: Record, key: str) -> Place | None:
    """A field of the row that a custom link leads to."""
    first, _dot, rest = key.partition(".")
    link = record.field(first)
    if not rest or link is None or not link.is_custom or link.many or link.link not in registry.records:
        return None
    linked = registry.record(link.link)
    inner = place(linked, rest)
    if inner is None or (inner.is_relation and inner.through is not None):
        return None
    through = Through("extra", link.key, linked, inner, is_named=rest == linked.title)
    return Place(key, inner.field, "extra", (), through)


def relation(record: Record, key: str) -> Relation | None:
    """Find a to-many relation by its key; a dot walks a link: `client.contacts`."""
    if key in record.relations:
        name, back = record.relations[key]
        return Relation(key, registry.record(name), back, "pk") if name in registry.records else None
    if key.startswith(LINKED):
        return _linked(record).get(key)
    step = _step(record, key)
    if step is None:
        return None
    linked, prefix, rest = step
    inner = relation(linked, rest)
    if inner is None:
        return None
    return replace(inner, key=key, near=prefix if inner.near == "pk" else f"{prefix}__{inner.near}")


def relations(record: Record) -> list[Relation]:
    """The to-many relations of a record's own rows: declared ones, then rows that link here by a custom field."""
    declared = (relation(record, key) for key in record.relations)
    return [*(one for one in declared if one is not None), *_linked(record).values()]


def _linked(record: Record) -> dict[str, Relation]:
    """Rows of any record whose custom fields link to rows of this one, by `linked_<record>_<key of the field>`."""
    return {
        f"{LINKED}{other.name.replace('.', '_')}_{key}": Relation(
            f"{LINKED}{other.name.replace('.', '_')}_{key}", other, "", "pk", key
        )
        for other in list(registry.records.values())
        for key, field in registry.custom_fields(other.name).items()
        if field.link == record.name and not field.many
    }


def department_of(found: Place, record: Record) -> Place | None:
    """The department of the person a field names; None when people have none here."""
    if found.through is not None:
        inner = department_of(found.through.inner, found.through.record)
        if inner is None:
            return None
        through = replace(found.through, inner=inner, is_named=False)
        return Place(f"{found.key}.department", inner.field, found.path, found.hops, through)
    path = f"{found.path}__department"
    if not _exists(record.model, path):
        return None
    key = f"{found.key}.department"
    return Place(key, Field(found.field.label, path, Kind.LINK, key=key), path, found.hops)


def living(model: type[Model], sight: Sight | None = None) -> QuerySet[Any]:
    """Rows of a model within sight, without those marked for deletion."""
    seen = sight.limited(model) if sight else None
    rows = model._default_manager.order_by() if seen is None else seen
    return rows.filter(is_deleted=False) if any(one.name == "is_deleted" for one in model._meta.fields) else rows


def value(row: Row, found: Place, sight: Sight | None = None) -> Any:
    """
    The canonical value of a field of a row: None when empty, Decimal, day, moment in UTC, id, tuple, text.

    What stands in a linked row out of sight is empty; a mapping holds only what its maker has put there.
    """
    if sight and isinstance(row, Model) and not all(_is_seen(row, hop, sight) for hop in found.hops):
        return None
    if found.through is not None and isinstance(row, Model):
        return _value_beyond(row, found.through, sight)
    raw = _of_mapping(row, found.key) if isinstance(row, Mapping) else _of_instance(row, found)
    return canonical(raw, found)


def _value_beyond(row: Model, through: Through, sight: Sight | None) -> Any:
    """The value that a field of the linked row has."""
    extra = _walk(row, through.path)
    linked_id = _identifier(extra.get(through.key)) if isinstance(extra, Mapping) else None
    linked = None if linked_id is None else through.record.model._base_manager.filter(pk=linked_id).first()
    if linked is None or (sight and not through.is_named and not sight.sees(linked)):
        return None
    return value(linked, through.inner, sight)


def has(row: Row, key: str) -> bool:
    """Whether a row says anything of a field; an instance always does."""
    if not isinstance(row, Mapping):
        return True
    first, _dot, rest = key.partition(".")
    inner = row.get(first)
    return key in row or (bool(rest) and isinstance(inner, Mapping) and has(inner, rest))


def related_rows(row: Row, found: Relation, sight: Sight | None = None) -> Iterable[Row]:
    """The rows of a relation: lists of mappings in a mapping, a query of those within sight for an instance."""
    if isinstance(row, Mapping):
        rows = _of_mapping(row, found.key)
        return rows if isinstance(rows, Sequence) and not isinstance(rows, str) else ()
    near = _walk(row, found.near)
    owner = near.pk if isinstance(near, Model) else near
    return () if owner is None else found.pointing(found.living(sight), owner)


def canonical(raw: Any, found: Place) -> Any:
    """A stored value as it is compared; what cannot be read is empty."""
    if raw is None or raw in ("", [], (), {}):
        return None
    if found.field.many:
        items = tuple(_scalar(item, found.family) for item in raw) if isinstance(raw, Iterable) else ()
        return tuple(sorted(item for item in items if item is not None)) or None
    return _scalar(raw, found.family)


def _scalar(raw: Any, family: Family) -> Any:
    match family:
        case Family.NUMBER:
            return number(raw.get("a") if isinstance(raw, Mapping) else raw)
        case Family.DATE:
            day = moments.read(raw) if isinstance(raw, str) else raw
            return day.date() if isinstance(day, datetime) else day
        case Family.MOMENT:
            return _moment(raw)
        case Family.LINK:
            return _identifier(raw)
        case Family.BOOLEAN:
            return raw if isinstance(raw, bool) else None
        case Family.JSON:
            return raw
    return str(raw)


def number(raw: Any) -> Decimal | None:
    """A finite Decimal of a number or of the text of one; None of anything else."""
    if isinstance(raw, bool) or not isinstance(raw, int | float | str | Decimal):
        return None
    try:
        found = Decimal(str(raw))
    except InvalidOperation:
        return None
    return found if found.is_finite() else None


def _moment(raw: Any) -> datetime | None:
    found = moments.read(raw) if isinstance(raw, str) else raw
    if not isinstance(found, datetime):
        return None
    return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)


def _identifier(raw: Any) -> int | None:
    if isinstance(raw, Mapping):
        raw = raw.get("id")
    if isinstance(raw, Model):
        raw = raw.pk
    if isinstance(raw, str) and raw.isascii() and raw.isdigit():
        return int(raw)
    return raw if isinstance(raw, int) and not isinstance(raw, bool) else None


def _of_mapping(row: Mapping[str, Any], key: str) -> Any:
    if key in row:
        return row[key]
    first, _dot, rest = key.partition(".")
    inner = row.get(first) if rest else None
    return _of_mapping(inner, rest) if isinstance(inner, Mapping) else None


def _of_instance(row: Model, found: Place) -> Any:
    if found.field.is_custom:
        extra = _walk(row, found.path)
        return extra.get(found.field.key) if isinstance(extra, Mapping) else None
    if found.is_relation:
        linked = type(row)._base_manager.filter(pk=row.pk, **{f"{found.path}__isnull": False})
        return tuple(linked.values_list(found.path, flat=True))
    return _walk(row, found.path)


def _is_seen(row: Model, hop: Hop, sight: Sight) -> bool:
    linked: Any = row
    for name in hop.path.split("__"):
        linked = getattr(linked, name, None)
    return linked is None or sight.sees(linked)


def _walk(row: Any, path: str) -> Any:
    """Follow an ORM path from an instance; the last link gives its id without a query."""
    *links, last = path.split("__")
    for name in links:
        row = getattr(row, name, None)
    if isinstance(row, Model) and last != "pk":
        column = row._meta.get_field(last)
        last = getattr(column, "attname", last)
    return getattr(row, last, None)


def _step(record: Record, key: str) -> tuple[Record, str, str] | None:
    """The record and path behind the link before the first dot, and the rest of the key."""
    first, _dot, rest = key.partition(".")
    link = record.field(first)
    if not rest or link is None or link.many or link.is_custom or link.link not in registry.records:
        return None
    return registry.record(link.link), _link_path(record.model, link.path), rest


def _path(model: type[Model], field: Field) -> str:
    if field.is_custom:
        return "extra"
    return _link_path(model, field.path) if family_of(field) is Family.LINK else field.path


def _link_path(model: type[Model], path: str) -> str:
    """The part of a path that leads to the linked row: `client__name` is read through the link `client`."""
    links: list[str] = []
    for name in path.split("__"):
        column = model._meta.get_field(name)
        if not column.is_relation or not isinstance(column.related_model, type):
            break
        links.append(column.name)
        model = column.related_model
    return "__".join(links) or path


def _exists(model: type[Model], path: str) -> bool:
    try:
        for name in path.split("__"):
            column = model._meta.get_field(name)
            if isinstance(column.related_model, type):
                model = column.related_model
    except FieldDoesNotExist:
        return False
    return True
