"""Where a field or a relation named in a condition or an expression lives."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.db.models import BigIntegerField, Model, OuterRef, QuerySet
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast

from okno.kit.conditions.moments import Sight
from okno.kit.conditions.operators import Family, family_of
from okno.kit.kinds import Kind
from okno.kit.registry import Field, Record, registry

LINKED = "linked_"
ARROW = " → "


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
    `through` a custom link they end before it, and so does the path. `links` are what people call the links on the way.
    """

    key: str
    field: Field
    path: str
    hops: tuple[Hop, ...] = ()
    through: Through | None = None
    links: tuple[object, ...] = ()

    @property
    def label(self) -> str:
        """What people call the field, with the links that lead to it."""
        return ARROW.join(str(one) for one in (*self.links, self.field.label))

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
    `links` are what people call the links on the way to `near`.
    """

    key: str
    record: Record
    back: str
    near: str
    link: str = ""
    links: tuple[object, ...] = ()

    @property
    def label(self) -> str:
        """What people call these rows, with the links that lead to what they point to."""
        field = self.record.field(self.link) if self.link else None
        own = f"{self.record.plural}: {field.label}" if field is not None else self.record.plural
        return ARROW.join(str(one) for one in (*self.links, own))

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
    label, linked, prefix, rest = step
    inner = place(linked, rest)
    if inner is None:
        return None
    beyond = tuple(replace(hop, path=f"{prefix}__{hop.path}") for hop in inner.hops)
    hops = beyond if rest == linked.title else (Hop(prefix, linked.model), *beyond)
    through = inner.through and replace(inner.through, path=f"{prefix}__{inner.through.path}")
    return Place(key, inner.field, f"{prefix}__{inner.path}", hops, through, (label, *inner.links))


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
    return Place(key, inner.field, "extra", (), through, (link.label, *inner.links))


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
    label, linked, prefix, rest = step
    inner = relation(linked, rest)
    if inner is None:
        return None
    near = prefix if inner.near == "pk" else f"{prefix}__{inner.near}"
    return replace(inner, key=key, near=near, links=(label, *inner.links))


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
        return replace(found, key=f"{found.key}.department", field=inner.field, through=through)
    path = f"{found.path}__department"
    if not _exists(record.model, path):
        return None
    key = f"{found.key}.department"
    return replace(found, key=key, field=Field(found.field.label, path, Kind.LINK, key=key), path=path)


def living(model: type[Model], sight: Sight | None = None) -> QuerySet[Any]:
    """Rows of a model within sight, without those marked for deletion."""
    seen = sight.limited(model) if sight else None
    rows = model._default_manager.order_by() if seen is None else seen
    return rows.filter(is_deleted=False) if any(one.name == "is_deleted" for one in model._meta.fields) else rows


def _step(record: Record, key: str) -> tuple[object, Record, str, str] | None:
    """The link before the first dot by its label, the record and path behind it, and the rest of the key."""
    first, _dot, rest = key.partition(".")
    link = record.field(first)
    if not rest or link is None or link.many or link.is_custom or link.link not in registry.records:
        return None
    return link.label, registry.record(link.link), _link_path(record.model, link.path), rest


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
