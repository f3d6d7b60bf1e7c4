"""Where a column of a file may go: a field of the record, or of one of its parts."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from okno.kit.importing import Cell
from okno.kit.kinds import Kind
from okno.kit.registry import Field as Described

LINKS = frozenset({Kind.LINK, Kind.PERSON})


@dataclass(frozen=True, kw_only=True)
class Target:
    """
    A field that a column may go to. `key` is `phone`, or `contact.phone` of a part; `name` is the field's own key.

    `is_fixed` says that it is set when a row is made and stays; `longest` is how many signs its column holds.
    """

    key: str
    name: str
    part: str
    group: str
    label: str
    field: Described
    record: str
    is_required: bool = False
    is_fixed: bool = False
    longest: int = 0
    is_nullable: bool = True
    clean: Callable[[Cell], Any] | None = None
    synonyms: Sequence[str] = ()
    words: Mapping[str, Any] = dataclasses.field(default_factory=dict)

    @property
    def is_listed(self) -> bool:
        """Whether its values are a list of which texts of the file are the names."""
        return (
            self.field.kind in LINKS or self.field.kind is Kind.BOOLEAN or bool(self.field.choices) or self.field.grows
        )

    @property
    def full_label(self) -> str:
        """The label with its part: «Контакт: Телефон»."""
        return f"{self.group}: {self.label}" if self.part else self.label
