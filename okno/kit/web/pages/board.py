"""What a list declares to be shown as a board: columns, cards, totals, and the command that moves a card."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from okno.kit.commands import Command
from okno.kit.permissions import Actor
from okno.kit.rows.cells import Moment
from okno.kit.rows.kept import Kept


@dataclass(frozen=True)
class BoardColumn:
    """
    A column: `value` is what the board's `by` path holds in its rows; `colour` is one of the twelve stage colours.

    A drop zone is shown only while a card is dragged.
    """

    key: str
    label: str
    value: Any
    colour: int = 1
    is_zone: bool = False
    due: str = "grey"
    icon: str = ""
    create_url: str = ""


@dataclass(frozen=True)
class Move:
    """
    The command that changes the column, or the day: `on` names its row, `parameter` the key of the new column.

    A command that takes `values` is given the fields that a refusal asked for; for one that does not, they are
    written by `update` in the same transaction.
    """

    command: Command[Any, Any]
    on: str
    parameter: str = "stage"
    update: Command[Any, Any] | None = None


@dataclass(frozen=True)
class Board:
    """
    A board over the rows of a list.

    `columns(actor, params)` gives the columns by the list's own parameters; `by` is the ORM path they divide rows by;
    `paths` are what `card(values, moment)` makes the card from; `sums` are keys of number fields; `state` is the key
    of the moment of the next action, whose colours make the bar; `kept` are totals of the very rows that the list's
    query gives: a filter by other fields than theirs reads the rows.
    """

    columns: Callable[[Actor, Mapping[str, str]], Sequence[BoardColumn]]
    by: str
    paths: tuple[str, ...]
    card: Callable[[Sequence[Any], Moment], dict[str, Any]]
    move: Move | None = None
    sums: tuple[str, ...] = ()
    state: str = ""
    order: str = "-id"
    per_column: int = 25
    kept: Kept | None = None
