"""A condition while it is edited: nodes that may still lack a value, made of a tree and made into one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from okno.kit import conditions
from okno.kit.conditions import places
from okno.kit.conditions.binding import Broken, bind
from okno.kit.conditions.operators import OPERATORS, Family, Takes
from okno.kit.conditions.places import Place
from okno.kit.conditions.tree import QUANTIFIERS, Leaf
from okno.kit.errors import Refused
from okno.kit.registry import Record
from okno.kit.web.conditions import slots
from okno.kit.web.conditions.periods import PERIODS, period_of
from okno.kit.web.conditions.slots import Slot

GROUPS = ("all", "any", "not_all", "not_any")
LEAF, RAW = "leaf", "raw"
PERIOD = "p:"
PLURAL = {"eq": "in", "ne": "not_in"}


@dataclass(frozen=True)
class Draft:
    """
    A node being edited: a group, a quantifier over related rows, a leaf, or a part that is kept as it came (`raw`).

    `key` names the field or the relation; `is_new` is the leaf whose value is asked for first.
    """

    kind: str
    parts: tuple[Draft, ...] = ()
    key: str = ""
    op: str = ""
    low: Slot = field(default_factory=Slot)
    high: Slot = field(default_factory=Slot)
    raw: Any = None
    is_new: bool = False


EMPTY = Draft("all")


def root_of(raw: Any, record: Record) -> Draft:
    """The editor's tree of a condition: always a group. :raises Refused: it is no condition."""
    conditions.parse(raw)
    draft = draft_of(raw, record) if raw != {"all": []} else EMPTY
    while draft.kind == "all" and len(draft.parts) == 1 and draft.parts[0].kind in GROUPS:
        draft = draft.parts[0]
    return draft if draft.kind in GROUPS else Draft("all", (draft,))


def draft_of(raw: Any, record: Record) -> Draft:
    """A node made ready for editing; one that the editor cannot show without changing its sense stays raw."""
    match raw:
        case {"all": [_, *_]} | {"any": [_, *_]}:
            return _group(raw, record, "")
        case {"not": {"all": [_, *_]} | {"any": [_, *_]} as inner}:
            return _group(inner, record, "not_")
        case {"not": {"not": inner}}:
            return draft_of(inner, record)
        case {"not": inner} if "all" not in inner and "any" not in inner:
            return Draft("not_any", (draft_of(inner, record),))
        case {"field": str()}:
            return _leaf(raw, record)
    return _related(raw, record) or Draft(RAW, raw=raw)


def tree_of(draft: Draft, record: Record) -> Any:
    """
    The condition that a draft says; None while it says nothing yet.

    :raises Refused: a value cannot be read.
    """
    if draft.kind == RAW:
        return draft.raw
    if draft.kind in GROUPS:
        parts = [tree for one in draft.parts if (tree := tree_of(one, record)) is not None]
        if not parts:
            return None
        name = draft.kind.removeprefix("not_")
        return {"not": {name: parts}} if draft.kind != name else {name: parts}
    if draft.kind == LEAF:
        found = places.place(record, draft.key)
        return leaf_tree(draft, found) if found else None
    return _related_tree(draft, record)


def whole_tree(draft: Draft, record: Record) -> dict[str, Any]:
    """The condition of a root: one that says nothing is true of every row."""
    return tree_of(draft, record) or {"all": []}


def leaf_tree(draft: Draft, found: Place) -> Any:
    """What a leaf says; None while its value is missing. :raises Refused: the value cannot be read."""
    if draft.op.startswith(PERIOD):
        period = PERIODS.get(draft.op.removeprefix(PERIOD))
        return {"field": draft.key, "op": period.op, "value": period.value} if period else None
    if draft.op not in OPERATORS:
        return None
    takes = OPERATORS[draft.op].takes
    if takes is Takes.NOTHING:
        return {"field": draft.key, "op": draft.op}
    if takes is Takes.PAIR:
        return _between(draft, found)
    values = slots.values_of(draft.low, found)
    if not values:
        return None
    is_list = takes is Takes.LIST or (takes is Takes.ONE_OR_LIST and len(values) > 1)
    return {"field": draft.key, "op": draft.op, "value": values if is_list else values[0]}


def _between(draft: Draft, found: Place) -> Any:
    """From, to, or both."""
    low, high = slots.values_of(draft.low, found), slots.values_of(draft.high, found)
    if low and high:
        return {"field": draft.key, "op": "between", "value": [low[0], high[0]]}
    given = low or high
    return {"field": draft.key, "op": "ge" if low else "le", "value": given[0]} if given else None


def _group(raw: Mapping[str, Any], record: Record, prefix: str) -> Draft:
    name = next(iter(raw))
    return Draft(f"{prefix}{name}", tuple(draft_of(one, record) for one in raw[name]))


def _leaf(raw: Mapping[str, Any], record: Record) -> Draft:
    kept = Draft(RAW, raw=raw)
    found = places.place(record, raw["field"])
    parsed = conditions.parse(raw)
    if found is None or conditions.problems(parsed, record):
        return kept
    draft = _drafted(raw, found, record)
    return draft if _says_the_same(draft, parsed, found, record) else kept


def _drafted(raw: Mapping[str, Any], found: Place, record: Record) -> Draft:
    key, op, value = str(raw["field"]), str(raw["op"]), raw.get("value")
    if found.family in {Family.DATE, Family.MOMENT} and (name := period_of(op, value)):
        return Draft(LEAF, key=key, op=f"{PERIOD}{name}")
    if slots.is_named(record, found) and not found.field.many:
        op = PLURAL.get(op, op)
    if OPERATORS[op].takes is Takes.PAIR and isinstance(value, list):
        return Draft(LEAF, key=key, op=op, low=slots.slot_of([value[0]]), high=slots.slot_of([value[1]]))
    values = value if isinstance(value, list) else [] if OPERATORS[op].takes is Takes.NOTHING else [value]
    return Draft(LEAF, key=key, op=op, low=slots.slot_of(values))


def _says_the_same(draft: Draft, parsed: Any, found: Place, record: Record) -> bool:
    """Whether what the editor would send means what came: otherwise the part is shown but not opened."""
    try:
        made = leaf_tree(draft, found)
        again = conditions.parse(made) if made else None
        return isinstance(again, Leaf) and bind(again, record) == bind(_plural(parsed, found, record), record)
    except (Refused, Broken):
        return False


def _plural(leaf: Leaf, found: Place, record: Record) -> Leaf:
    is_list = slots.is_named(record, found) and not found.field.many
    return replace(leaf, op=PLURAL.get(leaf.op, leaf.op)) if is_list else leaf


def _related(raw: Mapping[str, Any], record: Record) -> Draft | None:
    kind = next((one for one in QUANTIFIERS if one in raw), "")
    found = places.relation(record, raw[kind]) if kind else None
    if found is None:
        return None
    where = raw.get("where", {"all": []})
    if where != {"all": []} and _has_empty(where):
        return None
    inner = root_of(where, found.record)
    if kind != "count":
        return Draft(kind, (inner,), key=raw[kind])
    number = raw["value"]
    if isinstance(number, dict | list | bool) or number is None:
        return None
    return Draft(kind, (inner,), key=raw[kind], op=raw["op"], low=Slot(texts=(str(number),)))


def _has_empty(raw: Any) -> bool:
    """Whether the whole of a condition is a group without parts: the editor would take it for unfinished."""
    return raw in ({"any": []}, {"not": {"all": []}}, {"not": {"any": []}})


def _related_tree(draft: Draft, record: Record) -> Any:
    found = places.relation(record, draft.key)
    if found is None:
        return None
    made: dict[str, Any] = {draft.kind: draft.key}
    if draft.kind == "count":
        if not draft.low.texts or not draft.low.texts[0].strip():
            return None
        made |= {"op": draft.op or "ge", "value": slots.plain_number(draft.low.texts[0])}
    where = tree_of(draft.parts[0], found.record) if draft.parts else None
    return made | ({"where": where} if where is not None else {})
