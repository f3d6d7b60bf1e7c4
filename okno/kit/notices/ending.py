"""When reminders that repeat end by themselves: what they are about is over, as its area says. Areas put it here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Model

from okno.kit import conditions, permissions
from okno.kit.permissions import SYSTEM
from okno.kit.registry import registry


@dataclass(frozen=True)
class Ending:
    """What is said of the choice to end then, and the condition on the row."""

    label: object
    where: conditions.Condition


ENDINGS: dict[str, Ending] = {}


def add(record: str, label: object, where: dict[str, Any]) -> None:
    """Let reminders about a record end when its row holds a condition, a tree; called in manifests."""
    ENDINGS[record] = Ending(label, conditions.parse(where))


def is_over(record: str, row: Model) -> bool:
    """Whether there is nothing to remind of any more."""
    known = ENDINGS.get(record)
    if known is None:
        return False
    return conditions.matches(known.where, registry.record(record), row, permissions.condition_context(SYSTEM))
