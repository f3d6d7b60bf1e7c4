"""Values that only one row may have: looked for before they are written; in a race, an index refuses."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import IntegrityError
from django.db.models import QuerySet
from django.db.models.lookups import Exact, In
from django.utils.translation import gettext as _

from okno.kit import reached
from okno.kit.conditions import sql
from okno.kit.conditions.binding import fold
from okno.kit.conditions.operators import Family
from okno.kit.conditions.places import Place
from okno.kit.conditions.reading import canonical
from okno.kit.errors import Refused
from okno.kit.models.base import RecordModel
from okno.kit.permissions import Actor, facing
from okno.kit.registry import Field, Record, registry
from okno.kit.rows import expressions

INDEX = "kit_field_unique_"


def check(actor: Actor, record: Record, row: RecordModel, key: str) -> None:
    """:raises Refused: another row has the value already; it is named if the actor may see it."""
    field = record.field(key)
    value = row.extra.get(field.key) if field is not None else None
    if field is None or not field.unique or value is None:
        return
    holder = holders(record, field, value).exclude(pk=row.pk).first()
    if holder is not None:
        raise taken(actor, record, field, holder.pk)


def holders(record: Record, field: Field, value: Any) -> QuerySet[Any]:
    """Living rows that have a canonical value of a field, as people compare it: case and «ё» do not matter."""
    place = Place(field.key, field, "extra")
    return _alive(record).filter(Exact(sql.comparable(place), sql.typed(_wanted(place, value), place.family)))


def holders_of(record: Record, field: Field, values: Sequence[Any]) -> dict[str, set[int]]:
    """Ids of living rows that have any of these values, by the text that is compared, in one statement."""
    place = Place(field.key, field, "extra")
    wanted = [sql.typed(_wanted(place, one), place.family) for one in values]
    if not wanted:
        return {}
    rows = _alive(record).annotate(_value=sql.comparable(place)).filter(In(sql.comparable(place), wanted))
    found: dict[str, set[int]] = {}
    for row_id, value in rows.values_list("pk", "_value"):
        found.setdefault(str(value), set()).add(row_id)
    return found


def _alive(record: Record) -> QuerySet[Any]:
    return record.model._default_manager.filter(is_deleted=False)


def _wanted(place: Place, value: Any) -> Any:
    found = canonical(value, place)
    return fold(str(found), place.family) if place.family in {Family.TEXT, Family.PHONE} else found


def taken(actor: Actor, record: Record, field: Field, holder_id: int) -> Refused:
    """The refusal that names the row which has the value, when the actor may see both it and its value."""
    holder = reached.row(actor, record.name, holder_id)
    if holder is None or not facing(actor, holder).sees_field(record.name, field.key):
        text = _("“%(label)s”: this value is taken by another row.")
        return Refused("fields.not_unique", text, label=field.label, missing=[field.key])
    title = expressions.shown(record, record.title, record.fields[record.title])
    name = record.model._default_manager.filter(pk=holder_id).values_list(title, flat=True).first()
    text = _("“%(label)s”: this value is taken by “%(holder)s”.")
    url = record.url_of(holder_id)
    return Refused("fields.not_unique", text, label=field.label, holder=name, url=url, missing=[field.key])


def raced(actor: Actor, record: Record, row: RecordModel, error: IntegrityError) -> Refused | None:
    """The refusal that the database's own means; None when it is about something else."""
    if INDEX not in str(error):
        return None
    for field in registry.custom_fields(record.name).values():
        value = row.extra.get(field.key)
        if not field.unique or value is None:
            continue
        holder = holders(record, field, value).exclude(pk=row.pk).first()
        if holder is not None:
            return taken(actor, record, field, holder.pk)
    return Refused("fields.not_unique", _("Somebody has just taken a value that may be there once."))
