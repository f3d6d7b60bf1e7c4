"""How a field of a record is described, and what forms ask of it: values alone, that everything else reads."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from okno.kit.kinds import Kind


@dataclass(frozen=True)
class Field:
    """
    How one field of a record is read everywhere.

    `path` is an ORM path; `link` names the record a link points to; `choices` are (value, label) pairs;
    `many` marks a to-many relation; `trigram` says that a trigram index serves "contains"; `groupable` offers to group
    by a text that has few values; `is_summed` adds numbers up in lists; `order` are paths that sort it instead of the
    alphabet, `colour` is the path of a stage colour, `within` that of what the value belongs to: the scenario of a
    stage. `currency` is a code or the path of the column that holds one, `managed` a path or an expression of the same
    amount in the management currency: rows of several currencies add up by it. `shown` is a condition: forms and cards
    leave the field out where it does not hold, until people say otherwise of its logic. From `required` on it is what
    people say of fields they add: `retired` options are read but no more offered, `tracked` is whether cards show the
    history, `formula` is what computes the value. `grows`: its options are tags that people make by typing, with stage
    `colours` by id; `merged` tells of a tag that is no more by which one it is replaced.
    """

    label: object
    path: str
    kind: Kind = Kind.TEXT
    link: str = ""
    many: bool = False
    choices: Sequence[tuple[Any, object]] = ()
    trigram: bool = False
    sortable: bool = True
    currency: str = ""
    managed: Any = None
    is_custom: bool = False
    key: str = ""
    editable: bool = False
    groupable: bool = False
    is_summed: bool = True
    order: tuple[str, ...] = ()
    colour: str = ""
    within: str = ""
    shown: Any = None
    required: bool = False
    unique: bool = False
    searchable: bool = False
    tracked: bool = True
    hint: str = ""
    section: str = ""
    default: Any = None
    formula: str = ""
    retired: frozenset[str] = frozenset()
    grows: bool = False
    colours: Sequence[tuple[str, int]] = ()
    merged: Sequence[tuple[str, str]] = ()

    @property
    def is_listed(self) -> bool:
        """Whether several values stand in the row itself, in its `extra` or in a column that is a list of options."""
        return self.many and (self.is_custom or (bool(self.choices) and not self.link and "__" not in self.path))


@dataclass(frozen=True)
class Logic:
    """
    What forms ask of a field, as raw conditions: all of `shown` hold, `required` holds, that of an option holds.

    `is_declared`: it comes with the program and nobody has said otherwise.
    """

    shown: tuple[Any, ...] = ()
    required: Any = None
    options: Mapping[str, Any] = field(default_factory=dict)
    is_declared: bool = False
