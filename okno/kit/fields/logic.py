"""What a form asks of a field for the row as it stands: whether it is shown, required, and which options are open."""

from __future__ import annotations

import dataclasses
import json
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from okno.kit import conditions, permissions
from okno.kit.conditions.reading import Row
from okno.kit.permissions import Actor
from okno.kit.registry import Field, Logic, Record, registry

NOTHING = Logic()


@dataclass(frozen=True)
class Standing:
    """A field of a form for one row; `closed` are the options that may not be chosen now."""

    is_shown: bool = True
    is_required: bool = False
    closed: frozenset[str] = frozenset()


def standing(actor: Actor, record: Record, key: str, row: Row) -> Standing:
    """
    What is asked of a field for a row: an instance, or values by the keys of fields.

    A broken condition hides nothing, demands nothing and closes nothing: a form must stay usable.
    """
    field, logic = record.field(key), registry.logic(record.name).get(key, NOTHING)
    if field is None:
        return Standing(is_shown=False)
    judge = _Judge(actor, record, row)
    return Standing(
        is_shown=all(judge.holds(one, otherwise=True) for one in logic.shown),
        is_required=field.required or (logic.required is not None and judge.holds(logic.required, otherwise=False)),
        closed=field.retired
        | {option for option, when in logic.options.items() if not judge.holds(when, otherwise=True)},
    )


def looks_at(record: Record, key: str) -> frozenset[str]:
    """Keys of the fields that decide whether a field is shown or required."""
    logic = registry.logic(record.name).get(key, NOTHING)
    trees = [*logic.shown, *([logic.required] if logic.required is not None else [])]
    return frozenset(one for tree in trees for one in conditions.fields_used(_parsed(json.dumps(tree))))


def all_names(rule: Logic) -> frozenset[str]:
    """Keys of all fields that a rule looks at, those that decide of options too."""
    trees = [*rule.shown, *rule.options.values(), *([rule.required] if rule.required is not None else [])]
    return frozenset(one for tree in trees for one in conditions.fields_used(_parsed(json.dumps(tree))))


def is_needed(field: Field) -> bool:
    """Whether people can fill the field at all."""
    return (field.editable or field.is_custom) and not field.formula


@dataclass(frozen=True)
class _Judge:
    actor: Actor
    record: Record
    row: Row

    def holds(self, tree: Any, *, otherwise: bool) -> bool:
        """Whether the row holds a condition; `otherwise` when the condition is broken."""
        parsed = _parsed(json.dumps(tree))
        if conditions.problems(parsed, self.record):
            return otherwise
        return conditions.matches(parsed, self.record, self.row, _house_context(self.actor))


@lru_cache(maxsize=1_000)
def _parsed(text: str) -> conditions.Condition:
    return conditions.parse(json.loads(text))


def _house_context(actor: Actor) -> conditions.Context:
    """The form is the house's: what it asks does not depend on what this person may look at."""
    return dataclasses.replace(permissions.condition_context(actor), sight=None)
