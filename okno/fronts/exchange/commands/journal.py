"""Outcomes of a batch while it is taken, written by COPY with the counts and the checkpoint of the package."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from django.db import connection as database

from okno.fronts.exchange.models import Outcome, Package

Result = Outcome.Result
# What is told of an object when its aspects fared differently: the first of these.
_STRONGEST = (
    Result.REFUSED, Result.CREATED, Result.ARCHIVED, Result.UPDATED, Result.WAITING, Result.UNCHANGED, Result.IGNORED
)  # fmt: skip
_COPY = """
copy exchange_outcome (package_id, kind, foreign_id, name, record, row_id, result, message, line) from stdin
"""


@dataclass(slots=True)
class Told:
    """The outcome of one object, still in the making."""

    kind: str
    foreign_id: str
    line: int
    name: str = ""
    record: str = ""
    row_id: int | None = None
    results: set[str] = field(default_factory=set)
    messages: list[str] = field(default_factory=list)

    def say(self, result: str, message: str = "") -> None:
        """Add what became of one aspect of the object."""
        self.results.add(result)
        if message and message not in self.messages:
            self.messages.append(message)

    @property
    def result(self) -> str:
        """What became of the object as a whole."""
        return next((one for one in _STRONGEST if one in self.results), Result.UNCHANGED)


class Journal:
    """Outcomes of one batch."""

    def __init__(self, package: Package) -> None:
        self.package = package
        self.told: list[Told] = []

    def about(self, kind: str, foreign_id: str, line: int, name: str = "") -> Told:
        """Begin the outcome of an object."""
        one = Told(kind, foreign_id[:200], line, name[:300])
        self.told.append(one)
        return one

    def write(self, checkpoint: int) -> None:
        """Write outcomes, counts and the checkpoint."""
        counts: dict[str, dict[str, int]] = self.package.counts
        for (kind, result), number in Counter((one.kind, str(one.result)) for one in self.told).items():
            of_kind = counts.setdefault(kind, {})
            of_kind[result] = of_kind.get(result, 0) + number
        with database.cursor() as cursor:
            raw: Any = cursor
            with raw.copy(_COPY) as copy:
                for one in self.told:
                    text = "; ".join(one.messages)
                    copy.write_row(
                        (self.package.pk, one.kind, one.foreign_id, one.name, one.record, one.row_id,
                         str(one.result), text, one.line)
                    )  # fmt: skip
        self.package.checkpoint = checkpoint
        self.package.total = _sum(counts)
        self.package.refused = _sum(counts, Result.REFUSED)
        self.package.save(update_fields=["checkpoint", "counts", "total", "refused"])


def _sum(counts: dict[str, dict[str, int]], result: str = "") -> int:
    found = [number for of_kind in counts.values() for name, number in of_kind.items() if not result or name == result]
    return sum(found)
