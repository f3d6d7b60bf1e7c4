"""What rows have bought by lines of documents: of a product group, in the days up to now."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Iterable, Iterator
from decimal import Decimal
from typing import Any

from django.db.models import Model, QuerySet, Sum
from django.utils.translation import gettext as _

from okno.engines.potential import rules
from okno.engines.potential.models import Formula
from okno.kit import naming, reached, sold
from okno.kit.formulas import Source
from okno.kit.permissions import Actor
from okno.kit.registry import Record, registry
from okno.kit.sold import Sold


def group_record() -> Record | None:
    """The record of product groups; None where there is none."""
    found = sold.folders()
    return registry.records.get(found.record) if found else None


def the_group(actor: Actor, group: int) -> Model:
    """A product group within reach. :raises Missing: there is none."""
    found = sold.folders()
    return reached.the_row(actor, found.record if found else "", group)


def names_of(actor: Actor, groups: Iterable[int | None]) -> dict[int, str]:
    """Names of product groups by id, of those within reach; zero is for what no group is told of."""
    ids, record = {one for one in groups if one}, group_record()
    known = naming.titles(actor, record, ids) if ids and record else {}
    return {0: _("without a product group"), **{one: known.get(one, _("a row that you may not see")) for one in ids}}


def sources(record: str) -> list[Sold]:
    """What tells what rows of a record have bought."""
    return [one for one in sold.known() if record in one.buyers]


def bought(record: Record, formula: Formula, ids: Collection[int], today: dt.date) -> dict[int, Decimal]:
    """
    What rows have bought of the group of a formula in its period, with the present day; those that bought nothing are
    left out. Sums are in the management currency, by the rate of each sale's day.
    """
    one, folders = sold.KNOWN.get(formula.bought), sold.folders()
    if one is None or record.name not in one.buyers:
        return {}
    until = today + dt.timedelta(days=1)
    buyer = one.buyers[record.name]
    since = until - dt.timedelta(days=rules.DAYS_OF[Formula.Period(formula.period)])
    lines = one.rows().filter(one.between(since, until), **{f"{buyer}__in": list(ids)})
    if formula.group and folders is not None:
        lines = lines.filter(folders.inside(formula.group))
    told = lines.values_list(buyer).annotate(_sum=Sum(one.total))
    return {row_id: total for row_id, total in told if total is not None}


def of_documents(record: Record, name: str) -> Iterator[Source]:
    """What sales of rows of a record follow from: lines, and the documents that say whether and whose they are."""
    one = sold.KNOWN.get(name)
    if one is None or record.name not in one.buyers:
        return
    buyer = one.buyers[record.name]
    key = f"{buyer.removeprefix(f'{one.document}__')}_id"
    for column in ("total", "offer_id"):
        yield Source((one.lines, column), _buyers(record, one, buyer, "pk"))
    for column in one.decides:
        back = column if column == key else ""
        yield Source((one.documents, column), _buyers(record, one, buyer, one.document), back)


def _buyers(record: Record, one: Sold, buyer: str, by: str) -> Callable[[Iterable[int]], QuerySet[Any]]:
    """From ids of lines, or of documents, to the rows that buy by them."""

    def rows(ids: Iterable[int]) -> QuerySet[Any]:
        lines = one.lines._base_manager.filter(**{f"{by}__in": list(ids)})
        return record.model._base_manager.filter(pk__in=lines.values(buyer))

    return rows
