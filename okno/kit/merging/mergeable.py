"""What areas say of records whose rows can be merged."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.utils.translation import gettext as _

from okno.kit.commands import Command
from okno.kit.errors import Missing
from okno.kit.models.base import RecordModel
from okno.kit.permissions import Actor
from okno.kit.registry import Field, Record

# How long a merge can be taken apart.
TERM = timedelta(days=30)


def _nothing(*_rows: Any) -> None:
    """What an area adds when it adds nothing."""


def _first(rows: Sequence[RecordModel]) -> RecordModel:
    """The oldest row: it has the most links from outside."""
    return min(rows, key=lambda row: row.pk)


@dataclass(frozen=True)
class Mergeable:
    """
    A record whose rows can be merged.

    :param check: `check(survivor, losers)` raises `Refused` when these may not become one.
    :param prefer: the row that should survive by default.
    :param along: columns that go with the value of a field: `{"owner": ("department_id",)}`.
    :param stays: references whose rows stay with the merged row, as its own history: `deals.StageInterval.deal_id`.
    :param merged: `merged(survivor, loser)`, what else the area does in the same command.
    :param parted: `parted(survivor, loser)`, the same when they are taken apart.
    """

    record: Record
    merge: Command[Any, Any]
    unmerge: Command[Any, Any]
    check: Callable[[Any, Sequence[Any]], None] = _nothing
    prefer: Callable[[Sequence[Any]], Any] = _first
    along: Mapping[str, Sequence[str]] = field(default_factory=dict)
    stays: Sequence[str] = ()
    merged: Callable[[Any, Any], None] = _nothing
    parted: Callable[[Any, Any], None] = _nothing

    def choosable(self) -> dict[str, Field]:
        """Fields whose value one chooses: those that people edit, and whose the row is."""
        return {
            key: one
            for key, one in self.record.all_fields().items()
            if (one.is_custom or one.editable or key == "owner") and (one.is_listed or not one.many) and not one.formula
        }

    def joined(self) -> dict[str, Field]:
        """Those that hold several values, as tags do: the row that stays gets all that the rows have."""
        return {key: one for key, one in self.choosable().items() if one.is_listed}


KNOWN: dict[str, Mergeable] = {}
# What rows of a table that is no record are called before an actor, by id; those without a name have their number.
Titles = Callable[[Actor, Sequence[Any]], Mapping[int, str]]
NAMED: dict[str, Titles] = {}


def name_parts(model: str, titles: Titles) -> None:
    """Say what rows of a table, `clients.ContactPoint`, are called where a merge is taken apart."""
    NAMED[model] = titles


def mergeable(record: str) -> Mergeable:
    """What is said of a record. :raises Missing: its rows cannot be merged."""
    if record not in KNOWN:
        raise Missing("not_found", _("There is no such page."))
    return KNOWN[record]
