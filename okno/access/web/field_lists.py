"""What the page of fields shows of a record: sections with their fields, built-in fields with logic, sets."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from okno.access.web.field_forms import LABELS, kind_of
from okno.kit import conditions, expressions, naming
from okno.kit.errors import Refused
from okno.kit.fields import logic, reading
from okno.kit.kinds import Kind
from okno.kit.models import FieldDef, FieldLogic, FieldSet
from okno.kit.permissions import Actor
from okno.kit.registry import CUSTOM_PREFIX, Field, Record, registry

Context = dict[str, Any]
FIELDS = "/settings/fields/"


def listed(reader: Actor, record: Record) -> Context:
    """Everything about the fields of one record."""
    rows = list(FieldDef.objects.filter(record=record.name).order_by("position", "id"))
    ruled = reading.rules_of(record)
    sections: dict[str, list[Context]] = {}
    for row in rows:
        if not row.is_retired:
            sections.setdefault(row.section, []).append(_shown(reader, record, row, ruled))
    return {
        "record": {"name": record.name, "title": str(record.plural), "icon": record.icon},
        "sections": [{"title": title, "fields": fields} for title, fields in sections.items()],
        "retired": [_shown(reader, record, row, ruled) for row in rows if row.is_retired],
        "built_in": [
            _built_in(reader, record, key, one, ruled) for key, one in record.fields.items() if logic.is_needed(one)
        ],
        "sets": _sets(reader, record, {f"{CUSTOM_PREFIX}{row.key}": row.label for row in rows}),
        "add_url": f"{FIELDS}new/?record={record.name}",
        "add_set_url": f"{FIELDS}sets/new/?record={record.name}",
        "list_url": f"{FIELDS}?record={record.name}&part=list",
        "arrange_url": f"{FIELDS}?record={record.name}&part=arrange",
        "is_building": any(row.state == FieldDef.State.BUILDING for row in rows),
    }


def told(reader: Actor, record: Record, tree: Any) -> str:
    """A condition as a sentence with rows by the titles that their reader sees, or what is wrong with it."""
    try:
        parsed = conditions.parse(tree)
        wrong = conditions.problems(parsed, record)
    except Refused as refusal:
        return refusal.message
    if wrong:
        return wrong[0].message
    return naming.sentence(reader, record, parsed)


def formula_of(row: FieldDef) -> str:
    """The formula as people write it, by the names of fields; by their keys when one of them is no more."""
    try:
        return expressions.with_labels(row.formula, registry.record(row.record)) if row.formula else ""
    except Refused:
        return row.formula


def _shown(reader: Actor, record: Record, row: FieldDef, ruled: dict[str, FieldLogic]) -> Context:
    key = f"{CUSTOM_PREFIX}{row.key}"
    options = [one["label"] for one in row.options if not one.get("is_retired")]
    linked = registry.records.get(row.link)
    return {
        "id": row.pk,
        "label": row.label,
        "key": key,
        "kind": str(LABELS.get(kind_of(row), row.kind)),
        "note": ", ".join(options) or formula_of(row) or (str(linked.plural) if linked else "") or row.hint,
        "flags": _flags(row),
        "is_retired": row.is_retired,
        "is_building": row.state == FieldDef.State.BUILDING,
        "problem": (row.problem or _("Not built")) if row.state == FieldDef.State.FAILED else "",
        "logic": _logic(reader, record, ruled.get(key)),
        "logic_url": "" if row.kind == Kind.FORMULA else f"{FIELDS}logic/?record={record.name}&key={key}",
        "change_url": f"{FIELDS}{row.pk}/",
        "retire_url": f"{FIELDS}{row.pk}/retire/",
        "tags_url": f"{FIELDS}{row.pk}/tags/" if row.kind == Kind.TAGS else "",
    }


def _flags(row: FieldDef) -> list[str]:
    words = (
        (row.is_required, _("Required")),
        (row.is_unique, _("Unique")),
        (row.is_searchable, _("In search")),
        (row.is_sortable, _("Sorted fast")),
        (not row.is_tracked and row.kind != Kind.FORMULA, _("No history")),
    )
    return [word for is_set, word in words if is_set]


def _built_in(reader: Actor, record: Record, key: str, field: Field, ruled: dict[str, FieldLogic]) -> Context:
    url = f"{FIELDS}logic/?record={record.name}&key={key}"
    return {"label": str(field.label), "key": key, "logic": _logic(reader, record, ruled.get(key)), "logic_url": url}


def _logic(reader: Actor, record: Record, rule: FieldLogic | None) -> list[str]:
    """The logic of a field in sentences."""
    if rule is None:
        return []
    found = []
    if rule.shown is not None:
        found.append(_("Shown when: %(when)s") % {"when": told(reader, record, rule.shown)})
    if rule.required is not None:
        found.append(_("Required when: %(when)s") % {"when": told(reader, record, rule.required)})
    field = record.field(rule.field)
    labels = {str(one): str(label) for one, label in field.choices} if field else {}
    for option, when in rule.options.items():
        found.append(
            _("“%(option)s” is open when: %(when)s")
            % {"option": labels.get(option, option), "when": told(reader, record, when)}
        )
    return found


def _sets(reader: Actor, record: Record, labels: dict[str, str]) -> list[Context]:
    rows = FieldSet.objects.filter(record=record.name).order_by("position", "id")
    return [
        {
            "name": one.name,
            "fields": ", ".join(labels.get(key, key) for key in one.fields),
            "when": told(reader, record, one.condition),
            "change_url": f"{FIELDS}sets/{one.pk}/",
            "drop_url": f"{FIELDS}sets/{one.pk}/drop/",
        }
        for one in rows
    ]
