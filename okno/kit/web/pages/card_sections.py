"""How fields stand on a card."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Section:
    """Fields of a card under a title."""

    title: object
    fields: Sequence[str]
