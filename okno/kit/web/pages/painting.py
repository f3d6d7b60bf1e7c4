"""Colours of rows by condition: rules of a view, compiled into one extra column of the rows that are read."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Case, IntegerField, QuerySet, Value, When

from okno.kit import conditions, permissions
from okno.kit.errors import Refused
from okno.kit.openness import closed_keys
from okno.kit.permissions import Actor
from okno.kit.registry import Record

ALIAS = "_paint"
MOST = 10
COLOURS = ("red", "yellow", "green", "blue", "grey")


@dataclass(frozen=True)
class Rule:
    """Rows that hold the condition have the colour; `is_broken` ones colour nothing."""

    where: Any
    colour: str
    is_broken: bool = False


def rules_of(text: str, actor: Actor, record: Record) -> list[Rule]:
    """The rules that a parameter of the address holds; what cannot be read is left out."""
    try:
        given = json.loads(text) if text else []
    except (ValueError, RecursionError):
        return []
    rows = given[:MOST] if isinstance(given, list) else []
    return [rule for one in rows if (rule := _rule(one, actor, record)) is not None]


def painted(rows: QuerySet[Any], rules: Sequence[Rule], actor: Actor, record: Record) -> QuerySet[Any]:
    """Rows with the number of the first rule that each holds."""
    context = permissions.condition_context(actor)
    whens = [
        When(conditions.to_q(conditions.parse(rule.where), record, context), then=Value(number))
        for number, rule in enumerate(rules)
        if not rule.is_broken
    ]
    found: QuerySet[Any] = rows.annotate(**{ALIAS: Case(*whens, default=None, output_field=IntegerField())})
    return found


def _rule(given: Any, actor: Actor, record: Record) -> Rule | None:
    if not isinstance(given, dict) or given.get("colour") not in COLOURS:
        return None
    try:
        condition = conditions.parse(given.get("where"))
    except Refused:
        return None
    is_broken = bool(conditions.problems(condition, record)) or any(closed_keys(actor, record, condition))
    return Rule(given["where"], given["colour"], is_broken or condition == conditions.EVERYTHING)
