"""What may be said of a custom field: keys, options, flags, formulas. Pure: no writes, no clock, no request."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from okno.kit import conditions, expressions, formulas
from okno.kit.errors import Refused
from okno.kit.expressions import Expression, Type
from okno.kit.fields.reading import SEARCHED, field_of
from okno.kit.fields.values import canonical, currency
from okno.kit.kinds import Kind
from okno.kit.kinds import tag_names as tags
from okno.kit.models.registry import FieldDef
from okno.kit.registry import CUSTOM_PREFIX, Record, registry

KEY = re.compile(r"[a-z][a-z0-9_]{0,37}")
MOST_OPTIONS = 500
UNIQUE = frozenset({Kind.TEXT, Kind.INTEGER, Kind.DECIMAL, Kind.DATE, Kind.PHONE, Kind.EMAIL, Kind.LINK, Kind.PERSON})
NEVER_ADDED = frozenset({Kind.JSON})
RESULTS: Mapping[Type, Sequence[Kind]] = {
    Type.NUMBER: (Kind.DECIMAL, Kind.MONEY, Kind.INTEGER),
    Type.TEXT: (Kind.TEXT,),
    Type.BOOLEAN: (Kind.BOOLEAN,),
    Type.DATE: (Kind.DATE,),
    Type.MOMENT: (Kind.MOMENT,),
}


def check_key(key: str) -> None:
    """:raises Refused: the key is not Latin letters, digits and underscores."""
    if not KEY.fullmatch(key):
        raise Refused("fields.bad_key", _("The key may have Latin letters, digits and underscores."), missing=["key"])


def check_kind(kind: str) -> None:
    """:raises Refused: there is no such kind, or people do not add fields of it."""
    if kind not in set(Kind) - NEVER_ADDED:
        raise Refused("fields.bad_kind", _("There is no kind of field “%(kind)s”."), kind=kind, missing=["kind"])


def check_field(row: FieldDef) -> None:
    """
    Look over a field as it is going to be kept.

    :raises Refused: its name is empty, it has no options, links to nothing, its default cannot be read, or a flag does
        not go with its kind.
    """
    if not row.label.strip():
        raise Refused("fields.no_label", _("Give the field a name."), missing=["label"])
    check_options(row)
    _check_link(row)
    _check_flags(row)
    if row.currency:
        row.currency = currency(row.currency)
    if row.default is not None:
        row.default = canonical(field_of(row), row.default)


def check_options(row: FieldDef) -> None:
    """:raises Refused: a choice has nothing to choose from, or options repeat each other."""
    if row.kind == Kind.TAGS:
        row.options, row.is_many = tags.checked(row.options), True
        return
    if row.kind != Kind.CHOICE:
        row.options = []
        return
    ids = [str(one.get("id", "")) for one in row.options]
    labels = [str(one.get("label", "")).strip() for one in row.options if not one.get("is_retired")]
    if not labels:
        text = _("Write what there is to choose from, each on a line of its own.")
        raise Refused("fields.no_options", text, missing=["options"])
    if len(ids) > MOST_OPTIONS:
        text = _("There may be %(most)s options at most.")
        raise Refused("fields.many_options", text, most=MOST_OPTIONS, missing=["options"])
    if len(set(ids)) < len(ids) or "" in ids or len(set(labels)) < len(labels) or "" in labels:
        raise Refused("fields.bad_options", _("Options must have names, each its own."), missing=["options"])
    row.options = [_option(one) for one in row.options]


def merged_options(was: Sequence[Mapping[str, Any]], given: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Options after a change: those that are no more among them are retired, since rows may have them."""
    ids = {str(one.get("id", "")) for one in given}
    gone = [{**one, "is_retired": True} for one in was if str(one["id"]) not in ids]
    return [*(dict(one) for one in given), *gone]


def check_condition(tree: Any, record: Record) -> None:
    """:raises Refused: it is no condition, or a leaf of it is broken."""
    wrong = conditions.problems(conditions.parse(tree), record)
    if wrong:
        raise Refused(wrong[0].code, wrong[0].message.replace("%", "%%"))


def checked_formula(row: FieldDef) -> Expression:
    """
    The formula of a field, its labels turned into keys and the kind of its result set.

    :raises Refused: it cannot be read, gives what no field holds, or looks at itself by way of others.
    """
    record = registry.record(row.record)
    if not row.formula.strip():
        raise Refused("fields.no_formula", _("Write the formula."), missing=["formula"])
    try:
        row.formula = expressions.with_keys(row.formula, record)
        made = expressions.parse(row.formula, record)
    except Refused as refusal:
        raise Refused(refusal.code, "%(text)s", text=refusal.message, missing=["formula"]) from refusal
    allowed = RESULTS.get(made.type)
    if allowed is None:
        text = _("The formula has to give a number, a text, yes or no, a day or a moment.")
        raise Refused("fields.bad_formula", text, missing=["formula"])
    row.result = row.result if row.result in allowed else allowed[0]
    formulas.check_circles(row.record, f"{CUSTOM_PREFIX}{row.key}", made)
    return made


def check_set(record: Record, name: str, keys: Iterable[str], condition: Any) -> list[str]:
    """The keys of a set of fields. :raises Refused: it has no name or no fields, or one of them is no custom field."""
    known, wanted = registry.custom_fields(record.name), list(dict.fromkeys(keys))
    if not name.strip():
        raise Refused("fields.no_label", _("Give the set a name."), missing=["name"])
    if not wanted or set(wanted) - set(known):
        raise Refused("fields.no_fields", _("Choose the fields of the set."), missing=["fields"])
    check_condition(condition, record)
    return wanted


def _option(one: Mapping[str, Any]) -> dict[str, Any]:
    kept = {"id": str(one["id"]), "label": str(one["label"]).strip()[:200]}
    return {**kept, "is_retired": True} if one.get("is_retired") else kept


def _check_link(row: FieldDef) -> None:
    if row.kind != Kind.LINK:
        row.link = ""
        return
    target = registry.records.get(row.link)
    if target is None or not hasattr(target.model, "reach"):
        raise Refused("fields.no_link", _("Choose what the field links to."), missing=["link"])


def _check_flags(row: FieldDef) -> None:
    """Flags that do not go with the kind are refused rather than passed over."""
    if row.kind == Kind.FORMULA:
        # The history tells what people have done; this follows from it.
        row.is_tracked = False
    kind = row.result if row.kind == Kind.FORMULA else row.kind
    if row.is_many and row.kind not in {Kind.CHOICE, Kind.TAGS}:
        raise Refused("fields.not_many", _("Only a list of options takes many values."), missing=["is_many"])
    if row.is_unique and (kind not in UNIQUE or row.kind == Kind.FORMULA):
        raise Refused("fields.not_for_unique", _("Fields of this kind cannot be unique."), missing=["is_unique"])
    if row.is_searchable and kind not in SEARCHED:
        raise Refused("fields.not_for_search", _("Search looks at texts only."), missing=["is_searchable"])
    if row.is_sortable and row.kind == Kind.FILE:
        raise Refused("fields.not_for_sort", _("Lists are not sorted by files."), missing=["is_sortable"])
    if row.is_required and row.kind == Kind.FORMULA:
        raise Refused("fields.not_required", _("A formula is computed, not filled in."), missing=["is_required"])
