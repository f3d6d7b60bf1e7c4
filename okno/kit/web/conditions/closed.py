"""Texts that are names of a few settings, like stages and departments: chosen from a list instead of typed."""

from __future__ import annotations

from typing import Any

from django.db.models import Model

from okno.kit.conditions.operators import Family
from okno.kit.conditions.places import Place
from okno.kit.permissions import Actor
from okno.kit.registry import Record, registry
from okno.kit.rows.expressions import columns_of

MOST = 100


def is_closed(record: Record, found: Place) -> bool:
    """Whether the values of a text are names in a table that rows of the record point to."""
    return _source(record, found) is not None


def options(actor: Actor, record: Record, found: Place) -> list[tuple[str, str]] | None:
    """(value, label) pairs in the order of the table; None when there are too many to choose from."""
    source = _source(record, found)
    if source is None:
        return None
    model, column, order, within = source
    manager: Any = model._default_manager
    # Names of settings are seen in every row; those of records only by whoever may look at the record.
    is_record = any(one.model is model for one in registry.records.values()) and hasattr(model, "reach")
    rows = manager.visible_to(actor) if is_record else manager.all()
    if any(one.name == "is_deleted" for one in model._meta.fields):
        rows = rows.filter(is_deleted=False)
    read = rows.order_by(*order, "pk").values_list(column, within or column)[: MOST + 1]
    pairs = list(read)
    if len(pairs) > MOST:
        return None
    return _labelled(pairs, has_within=bool(within))


def _labelled(pairs: list[tuple[str, str]], *, has_within: bool) -> list[tuple[str, str]]:
    """Each name once: those of two scenarios that are called alike are asked for together."""
    places: dict[str, list[str]] = {}
    for name, within in pairs:
        places.setdefault(name, []).append(within)
    wholes = {within for _name, within in pairs}
    if not has_within or len(wholes) < 2:
        return [(name, name) for name in places if name]
    return [(name, f"{name} — {', '.join(dict.fromkeys(within))}") for name, within in places.items() if name]


def _source(record: Record, found: Place) -> tuple[type[Model], str, list[str], str] | None:
    """The table, its column, its order, and the path to what the names belong to."""
    field = found.field
    if field.is_custom or field.many or field.link or field.choices or found.family is not Family.TEXT:
        return None
    if not (field.groupable or field.colour or field.path.endswith("__name")) or "__" not in field.path:
        return None
    head, _dot, column = field.path.rpartition("__")
    columns = columns_of(record.model, found.path)
    if len(columns) < 2 or not columns[-2].is_relation:
        return None
    prefix = f"{head}__"
    order = [one.removeprefix(prefix) for one in field.order if one.startswith(prefix)]
    within = field.within.removeprefix(prefix) if field.within.startswith(prefix) else ""
    model: Any = columns[-1].model
    return model, column, order or [column], within
