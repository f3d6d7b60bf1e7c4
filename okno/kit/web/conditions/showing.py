"""Drafts made ready for the template of the editor: labels, choices, inputs and what is wrong with each part."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from okno.kit import conditions, naming
from okno.kit.conditions import places, words
from okno.kit.conditions.operators import OPERATORS, Family, Takes, said
from okno.kit.conditions.places import Place
from okno.kit.conditions.tree import COUNT_OPS
from okno.kit.ids import ids_of
from okno.kit.openness import closed_keys, may_ask
from okno.kit.permissions import Actor
from okno.kit.registry import Record, registry
from okno.kit.web.conditions import closed, offered, slots
from okno.kit.web.conditions.drafts import GROUPS, LEAF, PERIOD, RAW, Draft
from okno.kit.web.conditions.periods import PERIODS
from okno.kit.web.conditions.slots import Slot

Context = dict[str, Any]
SIGNS = {"eq": "=", "ne": "≠", "gt": ">", "ge": "≥", "lt": "<", "le": "≤"}


@dataclass(frozen=True)
class Shower:
    """
    Shows drafts to one person; `changes` offers operators that compare with what was before, `asks_first` gives the
    focus to a condition that asks nothing yet.
    """

    actor: Actor
    changes: bool = False
    asks_first: bool = False

    def node(self, draft: Draft, place: str, record: Record) -> Context:
        """A node with the names of its inputs."""
        base = {"place": place, "kind": draft.kind, "is_root": "~" not in place}
        if draft.kind == RAW:
            return base | self._raw(draft, record)
        if draft.kind in GROUPS:
            return base | self._group(draft, place, record)
        return base | (self._leaf(draft, place, record) if draft.kind == LEAF else self._related(draft, place, record))

    def _group(self, draft: Draft, place: str, record: Record) -> Context:
        parts = [self.node(one, f"{place}~{number}", record) for number, one in enumerate(draft.parts)]
        is_asked = draft.is_new or (self.asks_first and "~" not in place and not parts)
        told: Context = {"is_group": True, "parts": parts, "kinds": _kinds(draft.kind), "is_asked": is_asked}
        return told | {"fields": self._fields(record)}

    def _fields(self, record: Record) -> list[Context]:
        memo = self.actor.memo.setdefault("offered_fields", {})
        if record.name not in memo:
            memo[record.name] = offered.fields(self.actor, record)
        found: list[Context] = memo[record.name]
        return found

    def _raw(self, draft: Draft, record: Record) -> Context:
        condition = conditions.parse(draft.raw)
        wrong = conditions.problems(condition, record)
        is_hidden = any(closed_keys(self.actor, record, condition))
        problem = wrong[0].message if wrong else ""
        return {
            "is_raw": True,
            "raw": json.dumps(draft.raw, ensure_ascii=False),
            "told": _("A condition on a field hidden from you.")
            if is_hidden
            else naming.sentence(self.actor, record, condition),
            "problem": _("Nothing is found by it.") if is_hidden else problem,
        }

    def _related(self, draft: Draft, place: str, record: Record) -> Context:
        found = places.relation(record, draft.key)
        if found is None or not may_ask(self.actor, record, draft.key):
            return {"is_gone": True, "told": draft.key}
        ops = [{"name": name, "label": SIGNS[name], "chosen": name == draft.op} for name in SIGNS if name in COUNT_OPS]
        inner = draft.parts[0] if draft.parts else Draft("all")
        return {
            "is_related": True,
            "key": draft.key,
            "label": found.label,
            "kinds": [
                {"name": name, "label": str(label), "chosen": name == draft.kind}
                for name, label in offered.QUANTIFIER_LABELS.items()
            ],
            "is_count": draft.kind == "count",
            "ops": ops,
            "number": draft.low.texts[0] if draft.low.texts else "",
            "inner": self.node(inner, f"{place}~0", found.record),
        }

    def _leaf(self, draft: Draft, place: str, record: Record) -> Context:
        found = places.place(record, draft.key)
        if found is None or not may_ask(self.actor, record, draft.key):
            return {"is_gone": True, "told": draft.key}
        ops = offered.operators(record, found, changes=self.changes, chosen=draft.op)
        labels = ((one.name, said(one.name, found.family).label) for one in ops)
        shown = [{"name": name, "label": str(label), "chosen": name == draft.op} for name, label in labels]
        return {
            "is_leaf": True,
            "key": draft.key,
            "label": found.label,
            "op": draft.op,
            "ops": shown,
            "periods": _periods(draft.op) if found.family in slots.DATED else [],
            "slots": self._slots(draft, place, record, found),
        }

    def _slots(self, draft: Draft, place: str, record: Record, found: Place) -> list[Context]:
        takes = OPERATORS[draft.op].takes if draft.op in OPERATORS else Takes.NOTHING
        if takes is Takes.NOTHING:
            return []
        low = self._slot(draft, draft.low, f"{place}~v", record, found)
        low["autofocus"] = draft.is_new
        low["attrs"] |= {"autofocus": draft.is_new}
        if takes is not Takes.PAIR:
            return [low]
        return [
            {**low, "hint": _("from")},
            {**self._slot(draft, draft.high, f"{place}~w", record, found), "hint": _("to")},
        ]

    def _slot(self, draft: Draft, slot: Slot, name: str, record: Record, found: Place) -> Context:
        kind = _input_of(self.actor, draft, record, found)
        context: Context = {
            "name": name,
            "input": kind,
            "text": slot.texts[0] if slot.texts else "",
            "lines": "\n".join(slot.texts),
            "how": slot.how,
            "hint": "",
            "autofocus": False,
            "label": found.label,
            "text_name": f"{name}~text",
            "attrs": {"class": "form-control", "aria-label": found.label},
            "hows": self._hows(draft, slot, record, found, kind),
        }
        if slot.how == slots.RELATIVELY:
            context["relative"] = _relative(slot)
        if slot.how == slots.FIELD:
            chosen = slot.texts[0] if slot.texts else ""
            context["others"] = [
                {"value": key, "label": label, "chosen": key == chosen}
                for key, label in offered.comparable(self.actor, record, found)
            ]
        return context | self._choices(slot, kind, record, found)

    def _hows(self, draft: Draft, slot: Slot, record: Record, found: Place, kind: str) -> list[Context]:
        """The ways a value may be given, when there are several."""
        if kind not in {"text", "number", "day"}:
            return []
        ways = [(slots.VALUE, _("day") if kind == "day" else _("value"))]
        if kind == "day":
            ways.append((slots.RELATIVELY, _("counted from today")))
        if offered.comparable(self.actor, record, found):
            ways.append((slots.FIELD, _("another field")))
        if len(ways) == 1:
            return []
        return [{"name": name, "label": label, "chosen": name == slot.how} for name, label in ways]

    def _choices(self, slot: Slot, kind: str, record: Record, found: Place) -> Context:
        if kind == "options":
            every = found.field.choices or closed.options(self.actor, record, found) or []
            return {"options": _options([(str(value), str(label)) for value, label in every], slot.texts)}
        if kind == "link":
            return {"url": f"/pick/{found.field.link}/", "options": self._linked(slot.texts, found)}
        return {}

    def _linked(self, texts: Sequence[str], found: Place) -> list[Context]:
        special = _special(found)
        ids = set(ids_of(texts))
        named = naming.titles(self.actor, registry.record(found.field.link), ids) if ids else {}
        rows = [(str(row_id), named.get(row_id, str(row_id))) for row_id in ids]
        return _options([*special, *rows], texts)


def _special(found: Place) -> list[tuple[str, str]]:
    departments = [(slots.MINE, _("my department")), (slots.SUBTREE, _("my department and those below it"))]
    if slots.has_people(found):
        return [(slots.ME, _("me")), *departments]
    return departments if found.field.link.rpartition(".")[2] == "department" else []


def _input_of(actor: Actor, draft: Draft, record: Record, found: Place) -> str:
    """What the value is given by."""
    takes = OPERATORS[draft.op].takes if draft.op in OPERATORS else Takes.ONE
    family = found.family
    if family is Family.LINK:
        return "link" if found.field.link in registry.records else "lines"
    if found.field.choices and family is not Family.BOOLEAN:
        return "options"
    if takes in {Takes.LIST, Takes.ONE_OR_LIST}:
        is_closed = closed.is_closed(record, found) and closed.options(actor, record, found) is not None
        return "options" if is_closed else "boolean" if family is Family.BOOLEAN else "lines"
    kinds = {Family.NUMBER: "number", Family.DATE: "day", Family.MOMENT: "day", Family.BOOLEAN: "boolean"}
    return kinds.get(family, "text")


def _kinds(chosen: str) -> list[Context]:
    labels = {
        "all": _("All of these hold"),
        "any": _("At least one holds"),
        "not_any": _("None of these holds"),
        "not_all": _("Not all of these hold"),
    }
    return [{"name": name, "label": label, "chosen": name == chosen} for name, label in labels.items()]


def _periods(op: str) -> list[Context]:
    return [
        {"name": f"{PERIOD}{name}", "label": str(one.label), "chosen": op == f"{PERIOD}{name}"}
        for name, one in PERIODS.items()
    ]


def _options(pairs: Sequence[tuple[str, str]], chosen: Sequence[str]) -> list[Context]:
    return [{"value": value, "label": label, "chosen": value in chosen} for value, label in pairs]


def _relative(slot: Slot) -> Context:
    units = {name: str(label) for name, label in words.UNITS.items()}
    return {
        "anchors": _options([(name, str(label)) for name, label in words.ANCHORS.items()], [slot.anchor]),
        "sides": _options([("-", _("earlier")), ("+", _("later"))], [slot.side]),
        "units": _options(list(units.items()), [slot.unit]),
        "number": slot.number,
        "kept": slot.kept,
    }
