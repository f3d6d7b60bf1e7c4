"""What areas say of records whose cards are judged for completeness: by which field, and by what to begin with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from okno.kit.kinds import Kind


@dataclass(frozen=True)
class Criterion:
    """
    One thing a complete card has: a condition on its row, and what it weighs in a group.

    `field` is the key of the field where it is filled in, `url` the page for what stands beside the card, with `{id}`.
    """

    label: object
    weight: int
    group: str
    condition: Mapping[str, Any]
    field: str = ""
    url: str = ""


@dataclass(frozen=True)
class Judged:
    """
    A record whose cards are judged.

    :param by: the field with options that decides which criteria count; without it one set holds for all rows.
    :param active: the condition of rows that somebody has worked with lately, for the activity of the base.
    :param criteria: the set to begin with, by the option of `by`.
    :param fields: custom fields that the set asks for and the record may lack: by key, the label and the kind.
    """

    record: str
    by: str = ""
    active: Mapping[str, Any] | None = None
    criteria: Mapping[str, Sequence[Criterion]] = field(default_factory=dict)
    fields: Mapping[str, tuple[object, Kind]] = field(default_factory=dict)


KNOWN: dict[str, Judged] = {}


def add(judged: Judged) -> None:
    """Have cards of a record judged; said again, the later word holds: an upper floor knows more to begin with."""
    KNOWN[judged.record] = judged
