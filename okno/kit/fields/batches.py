"""Custom fields of many rows at once: what imports write past the commands of one row is judged like theirs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import Model
from django.utils.translation import gettext as _

from okno.kit.conditions.binding import fold
from okno.kit.conditions.operators import Family, family_of
from okno.kit.errors import Refused
from okno.kit.fields import judging, uniqueness
from okno.kit.permissions import Actor
from okno.kit.registry import Field, Record, registry

Values = Mapping[str, Any]
Write = tuple[int | None, Values]


def refusals(actor: Actor, record: Record, writes: Sequence[Write]) -> list[str]:
    """
    Why rows of a batch would be refused by the rules of their fields, an empty text for each that would not.

    :param writes: the id of the row, None for a new one, and its new values by the keys of fields.
    """
    told = _unreached(actor, record, writes)
    if judging.is_bound(record):
        rows = _rows(record, writes)
        told = [one or _refusal(actor, record, rows, write) for one, write in zip(told, writes, strict=True)]
    for key, field in registry.custom_fields(record.name).items():
        if field.unique:
            taken = _taken(record, key, field, writes)
            told = [one or taken.get(number, "") for number, one in enumerate(told)]
    return told


def _rows(record: Record, writes: Sequence[Write]) -> dict[int, Model]:
    ids = [row_id for row_id, _values in writes if row_id is not None]
    return dict(record.model._default_manager.in_bulk(ids))


def _refusal(actor: Actor, record: Record, rows: Mapping[int, Model], write: Write) -> str:
    row_id, values = write
    row = rows.get(row_id) if row_id is not None else None
    was = {} if row is None else {key: judging.value_of(row, one) for key, one in record.all_fields().items()}
    now = {**was, **values}
    try:
        judging.check_change(actor, record, {key: was.get(key) for key in values}, now)
        if row is None:
            judging.check_filled(actor, record, now)
    except Refused as refusal:
        return refusal.message
    return ""


def _unreached(actor: Actor, record: Record, writes: Sequence[Write]) -> list[str]:
    """Links to rows out of the actor's reach, found by one query for each record that is linked to."""
    links = {key: one for key, one in registry.custom_fields(record.name).items() if one.link and not one.formula}
    wanted: dict[str, set[int]] = defaultdict(set)
    for _row_id, values in writes:
        for key, field in links.items():
            if isinstance(values.get(key), int):
                wanted[field.link].add(values[key])
    seen = {link: _visible(actor, link, ids) for link, ids in wanted.items()}
    text = _("Not found, or out of your reach.")
    return [
        text
        if any(isinstance(values.get(key), int) and values[key] not in seen[one.link] for key, one in links.items())
        else ""
        for _row_id, values in writes
    ]


def _visible(actor: Actor, link: str, ids: set[int]) -> set[int]:
    manager: Any = registry.record(link).model._default_manager
    return set(manager.visible_to(actor).filter(pk__in=ids).values_list("pk", flat=True))


def _taken(record: Record, key: str, field: Field, writes: Sequence[Write]) -> dict[int, str]:
    """Writes by number whose value another row, or a row of the batch before, has."""
    first: dict[str, int] = {}
    found: dict[int, str] = {}
    text = _("“%(label)s”: this value is taken by another row.") % {"label": field.label}
    given = {number: values[key] for number, (_id, values) in enumerate(writes) if values.get(key) not in judging.EMPTY}
    holders = uniqueness.holders_of(record, field, list(given.values()))
    for number, value in given.items():
        compared = _compared(field, value)
        others = holders.get(compared, set()) - {writes[number][0]}
        if others or first.setdefault(compared, number) != number:
            found[number] = text
    return found


def _compared(field: Field, value: Any) -> str:
    family = family_of(field)
    return fold(str(value), family) if family in {Family.TEXT, Family.PHONE} else str(value)
