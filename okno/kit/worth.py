"""What areas say of records whose rows have a potential: how much they could buy, and how much they do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Shipped:
    """A formula to begin with: what a row could buy in a period, and what it did buy; for rows of a condition."""

    name: object
    expression: str
    fact: str
    period: str = "year"
    condition: Any = None


@dataclass(frozen=True)
class Valued:
    """A record whose rows have a potential, and formulas to begin with."""

    record: str
    formulas: Sequence[Shipped] = field(default_factory=tuple)


KNOWN: dict[str, Valued] = {}


def add(valued: Valued) -> None:
    """Work out potentials of a record; said again, the later word holds: an upper floor knows more to begin with."""
    KNOWN[valued.record] = valued
