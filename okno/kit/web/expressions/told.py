"""What an expression comes to: its type, its value on a row within reach, or the mistake and where it is."""

from __future__ import annotations

import re
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from okno.kit import expressions, formats, permissions, reached
from okno.kit.errors import Refused
from okno.kit.expressions import Expression
from okno.kit.expressions.checking import TYPE_WORDS
from okno.kit.openness import closed_of, may_ask_row, passed
from okno.kit.permissions import Actor
from okno.kit.registry import Record

Context = dict[str, Any]
_WRONG = re.compile(r"[^\W\d][\w.]*|.", re.DOTALL)


def told(actor: Actor, record: Record, source: str, row_id: int | None) -> Context:
    """The context of kit/expression_told.html."""
    if not source.strip():
        return {}
    try:
        expression = expressions.parse(source, record)
    except Refused as refusal:
        return _mistake(source, refusal)
    if any(not may_ask_row(actor, record, key) for key in expression.dependencies):
        return {"problem": _("It looks at a field that is hidden from you.")}
    return {"type": str(TYPE_WORDS[expression.type]), **_value(actor, record, expression, row_id)}


def _mistake(source: str, refusal: Refused) -> Context:
    """The mistake in words, and the text around the name or the sign that is wrong."""
    position = int(refusal.params.get("position", 0))
    if not 0 < position <= len(source) + 1:
        return {"problem": refusal.message}
    at = position - 1
    found = _WRONG.match(source, at)
    wrong = found[0] if found else ""
    return {
        "problem": str(refusal.params.get("what") or refusal.message),
        "position": position,
        "before": source[max(0, at - 40) : at],
        "wrong": wrong or "␣",
        "after": source[at + len(wrong) : at + len(wrong) + 40],
    }


def _value(actor: Actor, record: Record, expression: Expression, row_id: int | None) -> Context:
    row = reached.row(actor, record.name, row_id)
    if row is None:
        return {}
    if not _is_open(actor, record, expression):
        return {"note": _("It reads rows of others: its value is shown to those who see all of them.")}
    if any(closed_of(actor, record, row, expression.dependencies)):
        return {"note": _("In this row it looks at a field that is closed to you.")}
    context = expressions.Context(at=timezone.now(), zone=actor.zone)
    try:
        value = expressions.evaluate(expression, row, context)
    except Refused as refusal:
        return {"problem": refusal.message}
    return {"row": str(row), "value": _text(value, actor)}


def _is_open(actor: Actor, record: Record, expression: Expression) -> bool:
    """Whether all rows that are read beside the row itself are within reach whatever they are."""
    return all(
        permissions.clauses_for(actor, one.model, permissions.view_permission(one.model)) is None
        for key in expression.dependencies
        for one in passed(record, key)
        if hasattr(one.model, "reach")
    )


def _text(value: Any, actor: Actor) -> str:
    if value is None:
        return _("empty")
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if hasattr(value, "hour"):
        return formats.moment_full(value, actor.zone)
    return expressions.text_of(value)
