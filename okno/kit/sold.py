"""What areas say of goods that are sold: which lines of documents are sales, of whom and when, and their folders."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Model, Q, QuerySet
from django.utils import timezone


@dataclass(frozen=True)
class Sold:
    """
    Lines of documents by which goods are sold; paths begin at the line.

    :param record: the documents.
    :param label: what they are called: won deals.
    :param document: the key from a line to its document.
    :param day: the day of the sale; a moment when `is_moment`.
    :param when: lines that count.
    :param total: the sum of a line in the management currency.
    :param buyers: by the name of a record, the key to its row that buys.
    :param seen: fields of the documents that tell the same: whoever may not see one of them sees no sales.
    :param decides: columns of the documents by which a line counts, when, of whom and for how much.
    :param position: those with the smallest one are looked at by default.
    """

    record: str
    label: object
    lines: type[Model]
    document: str
    day: str
    when: Q
    total: Any
    buyers: Mapping[str, str]
    seen: Sequence[str]
    decides: Sequence[str]
    position: int
    is_moment: bool = False

    @property
    def documents(self) -> type[Model]:
        """The table of the documents."""
        found: Any = self.lines._meta.get_field(self.document).related_model
        return found  # type: ignore[no-any-return]

    def between(self, since: dt.date, until: dt.date) -> Q:
        """Lines that were sold from a day on and before another one, where the organisation works."""
        first, last = (self._begins(since), self._begins(until)) if self.is_moment else (since, until)
        return Q(**{f"{self.day}__gte": first, f"{self.day}__lt": last})

    def rows(self) -> QuerySet[Any]:
        """All lines that count, whoever may see them."""
        found: QuerySet[Any] = self.lines._base_manager.filter(self.when).order_by()
        return found

    def _begins(self, day: dt.date) -> dt.datetime:
        return dt.datetime.combine(day, dt.time.min, tzinfo=timezone.get_default_timezone())


@dataclass(frozen=True)
class Folders:
    """
    Groups that goods are put into.

    :param way: the key from a line to its group.
    :param path: the column of a group with the ids from the root to itself: `/1/7/`.
    """

    record: str
    way: str
    path: str

    def inside(self, group: int) -> Q:
        """Lines of goods of a group and of all that are inside it."""
        return Q(**{f"{self.way}__{self.path}__contains": f"/{group}/"})


KNOWN: dict[str, Sold] = {}
_FOLDERS: list[Folders] = []


def add(sold: Sold) -> None:
    """Count lines of documents as sales."""
    KNOWN[sold.record] = sold


def known() -> list[Sold]:
    """All that sells goods, in order."""
    return sorted(KNOWN.values(), key=lambda one: one.position)


def put_into(found: Folders) -> None:
    """Say which groups goods are put into; said again, the later word holds."""
    _FOLDERS[:] = [found]


def folders() -> Folders | None:
    """The groups of goods; None where nobody has said of any."""
    return next(iter(_FOLDERS), None)
