"""A field or a relation found by its key, or by its label in the language of the reader."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from okno.kit.conditions import places
from okno.kit.conditions.binding import fold
from okno.kit.conditions.operators import Family
from okno.kit.expressions.catalog import FUNCTIONS
from okno.kit.expressions.tree import Call, Literal, Name, Node
from okno.kit.expressions.types import OF_FAMILY, Type
from okno.kit.registry import Record, registry


def key_of(record: Record, written: str) -> str | None:
    """The key of a field written by its key or its label, with a dot between links: `Клиент.Регион`."""
    if places.place(record, written) is not None:
        return written
    return _stepwise(record, written, _field_key, key_of)


def relation_key_of(record: Record, written: str) -> str | None:
    """The key of a relation written by its key or by the name of its records: `Платежи`."""
    if places.relation(record, written) is not None:
        return written
    return _stepwise(record, written, _relation_key, relation_key_of)


def shown(name: Name, record: Record | None) -> Node | None:
    """What people see of a field: the label of an option, the title of a linked row; None when it is its value."""
    found = name.place
    if found is None or found.field.many or record is None:
        return None
    if found.field.choices:
        pairs = [Literal(one, name.at, Type.TEXT) for pair in found.field.choices for one in (str(pair[0]), pair[1])]
        switch = FUNCTIONS["switch"]
        return Call("switch", (name, *pairs, name), name.at, Type.TEXT, switch)
    linked = registry.records.get(found.field.link)
    title = places.place(record, f"{name.key}.{linked.title}") if linked else None
    return Name(title.key, name.at, OF_FAMILY[title.family], title) if title else None


def _stepwise(
    record: Record,
    written: str,
    last: Callable[[Record, str], str | None],
    further: Callable[[Record, str], str | None],
) -> str | None:
    first, _dot, rest = written.partition(".")
    if not rest:
        return last(record, first)
    key = _field_key(record, first)
    link = record.field(key) if key else None
    if link is None or link.link not in registry.records:
        return None
    inner = further(registry.record(link.link), rest)
    return inner and f"{key}.{inner}"


def _field_key(record: Record, written: str) -> str | None:
    if record.field(written) is not None:
        return written
    fields = record.all_fields().items()
    return _only(key for key, field in fields if _spoken(field.label) == _spoken(written))


def _relation_key(record: Record, written: str) -> str | None:
    return _only(one.key for one in places.relations(record) if _spoken(one.label) == _spoken(written))


def _only(found: Iterable[str]) -> str | None:
    """A label that two fields share names neither."""
    keys = list(found)
    return keys[0] if len(keys) == 1 else None


def _spoken(label: object) -> str:
    return re.sub(r"\W+", "_", fold(str(label), Family.TEXT)).strip("_")
