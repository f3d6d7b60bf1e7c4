"""What the editor of conditions offers: fields and relations to ask of, and operators for each."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from okno.kit.conditions import places
from okno.kit.conditions.operators import CHANGES, OPERATORS, Family, Operator, Takes, operators_for
from okno.kit.conditions.places import Place
from okno.kit.openness import may_ask
from okno.kit.permissions import Actor
from okno.kit.registry import Record, registry
from okno.kit.web.conditions import slots

Context = dict[str, Any]
RANGED = frozenset({Family.NUMBER, Family.DATE, Family.MOMENT})
QUANTIFIER_LABELS = {
    "some": gettext_lazy("there is one"),
    "none": gettext_lazy("there is none"),
    "every": gettext_lazy("each one"),
    "count": gettext_lazy("how many"),
}


def operators(record: Record, found: Place, *, changes: bool = False, chosen: str = "") -> list[Operator]:
    """Operators worth offering for a field, the likeliest first; the chosen one is always among them."""
    able = {one.name: one for one in operators_for(found.field)}
    names = [name for name in _names(record, found) if name in able]
    names += [name for name in able if name in CHANGES and changes]
    if chosen in able and chosen not in names:
        names.append(chosen)
    return [OPERATORS[name] for name in names]


def fields(actor: Actor, record: Record) -> list[Context]:
    """Groups of fields to ask of: the record's own, those of the rows it links to, and its related rows."""
    own = [_option(key, field.label) for key, field in record.all_fields().items() if may_ask(actor, record, key)]
    groups = [{"label": str(record.label), "options": own}]
    for key, field in record.all_fields().items():
        linked = registry.records.get(field.link)
        if linked is not None and not field.many and may_ask(actor, record, key):
            groups.append({"label": str(field.label), "options": list(_linked(actor, record, key, linked))})
    groups.append({"label": _("Related rows"), "options": list(_relations(actor, record))})
    return [one for one in groups if one["options"]]


def comparable(actor: Actor, record: Record, found: Place) -> list[tuple[str, str]]:
    """Other fields of the row that a field may be compared with: (key, label)."""
    return [
        (key, str(field.label))
        for key, field in record.all_fields().items()
        if key != found.key and actor.sees_some(record.name, key) and _is_alike(record, key, found)
    ]


def _names(record: Record, found: Place) -> list[str]:
    """For choices and links the plural operators also serve one value; from and to are what people give most."""
    family, able = found.family, [one.name for one in operators_for(found.field) if one.name not in CHANGES]
    if found.field.many:
        return able
    if slots.is_named(record, found):
        texts = ["contains"] if family is Family.TEXT else []
        return ["in", "not_in", *texts, "empty", "not_empty"]
    if family in RANGED:
        rest = [name for name in able if OPERATORS[name].takes is not Takes.LIST and name != "between"]
        return ["between", *rest, *(["in"] if family is Family.NUMBER else [])]
    return able


def _is_alike(record: Record, key: str, found: Place) -> bool:
    other = places.place(record, key)
    return other is not None and other.family is found.family and not other.field.many


def _linked(actor: Actor, record: Record, key: str, linked: Record) -> Iterator[Context]:
    # The title of the linked row is what the link itself is chosen by.
    paths = (f"{key}.{inner}" for inner in linked.all_fields() if inner != linked.title)
    for path in paths:
        found = places.place(record, path) if may_ask(actor, record, path) else None
        if found is not None:
            yield _option(path, found.label)


def _relations(actor: Actor, record: Record) -> Iterator[Context]:
    for found in places.relations(record):
        if may_ask(actor, record, found.key):
            for kind, label in QUANTIFIER_LABELS.items():
                yield _option(f"@{kind}:{found.key}", f"{found.label}: {label}")


def _option(value: str, label: object) -> Context:
    return {"value": value, "label": str(label)}
