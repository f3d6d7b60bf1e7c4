"""
What an area says of the import of its record: what one row of a file may hold, by what a row is known again, how a
batch is written. A record of which nothing is said is imported row by row by its commands of creating and changing.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from okno.kit.permissions import Actor
from okno.kit.registry import Field

# What is offered of the rows of an import that is over, by its record and id: an action as `kit/action.html` has it.
OFFERED: list[Callable[[Actor, str, int], Mapping[str, Any] | None]] = []
Cell = str | int | Decimal | bool | date | datetime | None
# Values by the keys of fields in the one form that JSON keeps: numbers and days as texts, links and people by id.
Values = dict[str, Any]


class Broken(str):
    """A cell of a file without a value that could be taken; the text says why."""

    __slots__ = ()


class Several(dict[str, Any]):
    """Values of several fields that one cell tells: a phone and the other phones beside it."""


@dataclass(frozen=True, kw_only=True)
class Part:
    """
    Rows of another record that belong to the row: a contact of a client. `keys` tell two of one row apart;
    `fill(values of the row, values of the part)` adds what a new part takes from its row.
    """

    code: str
    record: str
    label: object
    fields: Sequence[str]
    required: Sequence[str]
    keys: Sequence[Callable[[Values], str]]
    more: Mapping[str, Field] = field(default_factory=dict)
    fill: Callable[[Values, Values], Values] | None = None


@dataclass(frozen=True, kw_only=True)
class Key:
    """
    By what a row is known again: `text(values)` is what is compared, empty when the row does not tell it;
    `find(actor, texts)` gives ids of rows within the actor's sight by these texts.

    Rows that differ in an exclusive key are never the same, whatever a later key says. A weak key is not proposed
    beside others. `instead` are fields that tell it in rows which leave the own ones to the reader, see
    `Importing.meant`.
    """

    code: str
    label: object
    fields: Sequence[str]
    text: Callable[[Values], str]
    find: Callable[[Actor, Sequence[str]], Mapping[str, Sequence[int]]]
    instead: Sequence[str] = ()
    is_exclusive: bool = False
    is_weak: bool = False

    def is_told(self, targets: Collection[str]) -> bool:
        """Whether a file with these targets may tell it."""
        return set(self.fields) <= set(targets) or bool(self.instead and set(self.instead) <= set(targets))


@dataclass
class State:
    """A row as it stands: its values, and those of its parts by code as (id, values); no id before it is made."""

    id: int | None
    values: Values
    parts: dict[str, list[tuple[int | None, Values]]] = field(default_factory=dict)


@dataclass
class PartWrite:
    """What is to be done with one part: made when it has no id, otherwise changed."""

    code: str
    id: int | None
    values: Values


@dataclass
class Write:
    """
    What is to be done with one row: made when it has no id, otherwise changed; only what differs is among `values`.

    `is_own` says that this very import has made the row: its reach was judged then. `link` is the row elsewhere that
    a new row is to be linked with, by its record and id.
    """

    id: int | None
    values: Values
    parts: list[PartWrite] = field(default_factory=list)
    is_own: bool = False
    link: tuple[str, int] | None = None


@dataclass
class Written:
    """
    What became of a write: the id of its row, (table, id) of its parts in their order, or why it was refused; a note
    says what of it could not be done.
    """

    id: int | None = None
    parts: list[tuple[str, int]] = field(default_factory=list)
    refusal: str = ""
    note: str = ""


@dataclass(frozen=True, repr=False)
class Batch:
    """Writes of a batch; in the journal they are only counted, since the changes tell the values."""

    rows: list[Any]

    def __repr__(self) -> str:
        return f"{len(self.rows)} rows"


SKIP, LINK, ADD = "skip", "link", "add"


@dataclass(frozen=True, kw_only=True)
class Twin:
    """
    Somebody elsewhere whom a row of a file speaks of: a client that a prospect is already.

    :param row_id: none when it is out of the actor's reach.
    :param text: why they are taken for one, without telling what the actor may not know.
    :param ways: what may be done with the row (`SKIP`, `LINK`, `ADD`), the first when the one chosen may not.
    """

    row_id: int | None
    text: str
    ways: Sequence[str]


@dataclass(frozen=True, kw_only=True)
class Elsewhere:
    """
    Where else those may stand whom a file brings, among rows of `record`: clients among prospects.

    `choices` are labels of what may be done with such rows, `usual` is done unless another is chosen.
    `find(actor, rows)` gives the twin of each row or None; a row is its id, if it was found, and its values.
    """

    code: str
    record: str
    label: object
    choices: Mapping[str, object]
    usual: str
    find: Callable[[Actor, Sequence[tuple[int | None, Values]]], Sequence[Twin | None]]


def as_written(values: Values, _present: Values | None) -> Values:
    """The values of a row of a record whose files leave nothing to the reader."""
    return values


def nothing_to_say(_actor: Actor, writes: Sequence[Write]) -> list[str]:
    """The check of an import that refuses nothing before it writes."""
    return [""] * len(writes)


@dataclass(frozen=True, kw_only=True)
class Importing:
    """
    The import of a record.

    `create` and `update` are names of commands whose rights are asked besides `<area>.import`; `fields` are keys of
    the record (editable ones are added); `cleaners` read a cell of a field in a way of their own and raise `Refused`;
    `synonyms` are further names of columns by field, `contact.phone` for parts, `words` further names of options in
    lower case; `more` are targets that are no fields of the record; `elsewhere` is where else its rows may stand. A
    value that is a list is added to those that are there. `meant(values, present)` gives the values of a row as they
    are meant where a file leaves it to the reader: of a new row (`present` is none), or of one that stands so.
    `read(actor, ids)` gives rows as they stand, `check(actor, writes)` what a write would be refused for,
    `write(actor, writes)` writes a batch inside a command, the results in the order of the writes.
    """

    record: str
    keys: Sequence[Key]
    read: Callable[[Actor, Sequence[int]], Mapping[int, State]]
    write: Callable[[Actor, Sequence[Write]], Sequence[Written]]
    check: Callable[[Actor, Sequence[Write]], Sequence[str]] = nothing_to_say
    meant: Callable[[Values, Values | None], Values] = as_written
    create: str = ""
    update: str = ""
    fields: Sequence[str] = ()
    required: Sequence[str] = ()
    fixed: Sequence[str] = ()
    more: Mapping[str, Field] = field(default_factory=dict)
    parts: Sequence[Part] = ()
    elsewhere: Sequence[Elsewhere] = ()
    cleaners: Mapping[str, Callable[[Cell], Any]] = field(default_factory=dict)
    synonyms: Mapping[str, Sequence[str]] = field(default_factory=dict)
    words: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
