"""What an expression may be written of: fields of the record and of what it links to, related rows, functions."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from okno.kit import expressions
from okno.kit.conditions import places
from okno.kit.conditions.places import Place
from okno.kit.expressions.checking import TYPE_WORDS, call_of, is_russian
from okno.kit.expressions.types import OF_FAMILY, Type
from okno.kit.openness import may_ask_row
from okno.kit.permissions import Actor
from okno.kit.registry import Record, registry

Context = dict[str, Any]


def names(actor: Actor, record: Record) -> list[Context]:
    """Groups of names: `insert` is what is written, `words` what a typed word is compared with."""
    groups = [
        {"label": str(record.label), "names": list(_fields(actor, record))},
        {"label": _("Related rows"), "names": list(_relations(actor, record))},
        {"label": _("Functions"), "names": list(_functions())},
    ]
    return [one for one in groups if one["names"]]


def _fields(actor: Actor, record: Record) -> Iterator[Context]:
    for key, field in record.all_fields().items():
        if not may_ask_row(actor, record, key):
            continue
        linked = registry.records.get(field.link) if not field.many else None
        for path in (key, *(f"{key}.{inner}" for inner in (linked.all_fields() if linked else ()))):
            found = places.place(record, path) if may_ask_row(actor, record, path) else None
            if found is not None:
                yield _field(record, found)


def _field(record: Record, found: Place) -> Context:
    """A field is found by what it is called, by its key, and by what is written for it."""
    type_ = Type.LIST if found.field.many else OF_FAMILY[found.family]
    written = expressions.with_labels(found.key, record)
    words = f"{found.label} {found.key} {written}".lower()
    return {"insert": written, "label": found.label, "note": str(TYPE_WORDS[type_]), "words": words}


def _relations(actor: Actor, record: Record) -> Iterator[Context]:
    for found in places.relations(record):
        if may_ask_row(actor, record, found.key):
            asked = expressions.with_labels(f"count({found.key})", record)
            call = _named("count", "количество") + asked.removeprefix("count")
            yield {"insert": call, "label": found.label, "note": call, "words": f"{found.label} {found.key}".lower()}


def _functions() -> Iterator[Context]:
    for one in expressions.catalogue():
        name = _named(one.name, one.alias)
        yield {
            "insert": f"{name}(",
            "label": call_of(one),
            "note": str(one.doc),
            "words": f"{one.name} {one.alias} {one.doc}".lower(),
        }


def _named(name: str, alias: str) -> str:
    """A function in the language of the reader."""
    return alias if is_russian() else name
