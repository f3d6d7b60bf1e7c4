"""The deadline colour of a row, which tells nothing of fields that are closed to whoever looks."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from okno.kit.permissions import Actor
from okno.kit.registry import Record
from okno.kit.rows import veils
from okno.kit.rows.cells import Moment


@dataclass(frozen=True)
class Due:
    """The deadline colour of a row: ORM paths and what to make of their values."""

    paths: tuple[str, ...]
    colour: Callable[[Sequence[Any], Moment], str]

    def sources(self, actor: Actor, record: Record) -> tuple[Any, ...]:
        """What is read of a row: the paths and, where one of their fields may be closed, whether it is."""
        closed = veils.closed_among(actor, record, self.paths)
        return self.paths if closed is None else (*self.paths, closed)

    def of(self, values: Sequence[Any], moment: Moment) -> str:
        """The colour by what was read; none where a field is closed."""
        count = len(self.paths)
        return "" if any(values[count:]) else self.colour(values[:count], moment)
