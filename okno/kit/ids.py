"""Ids that requests name: hostile until read."""

from __future__ import annotations

from collections.abc import Iterable

# A number of so many digits always fits into a bigint.
MOST_DIGITS = 18


def id_of(text: object) -> int | None:
    """The id that a text names; None when it is no number, or one that no table holds."""
    told = str(text)
    return int(told) if told.isascii() and told.isdigit() and len(told) <= MOST_DIGITS else None


def ids_of(texts: Iterable[object]) -> list[int]:
    """The ids among texts, in their order."""
    return [found for one in texts if (found := id_of(one)) is not None]
