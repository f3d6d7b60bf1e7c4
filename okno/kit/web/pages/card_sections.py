"""How fields stand on a card."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Section:
    """
    Fields of a card under a title; `then` are keys of left panels that stand right below it.

    One that `is_told_later` is left out until one of its fields is filled: the result of what still goes on.
    """

    title: object
    fields: Sequence[str]
    then: Sequence[str] = ()
    is_told_later: bool = False
