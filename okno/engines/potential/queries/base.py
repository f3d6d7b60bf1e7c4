"""Potential put together: the whole within reach, by a field, and how one row moved."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum

from okno.engines.potential import rules
from okno.engines.potential.models import Estimate, Past
from okno.kit.conditions.places import place
from okno.kit.permissions import Actor
from okno.kit.registry import Record

NAME = "potential_estimate"
CURSOR, ROW = re.compile(r"-?\d{1,16}\.\d\d"), re.compile(r"[0-9]{1,18}")
# Fields that tell of a potential: whoever may not see one of them sees none of it.
SHOWN = ("potential", "wallet_share", "reserve", "bought")


@dataclass(frozen=True)
class Whole:
    """Rows put together: sums, and the share of wallet of all of them."""

    key: Any
    label: Any
    rows: int
    value: Decimal
    fact: Decimal
    reserve: Decimal

    @property
    def share(self) -> Decimal | None:
        """Share of wallet, per cent."""
        return rules.worth(self.value, self.fact).share


def valued_rows(actor: Actor, record: Record) -> QuerySet[Any]:
    """Living rows within reach that have a potential."""
    return _living(actor, record).filter(**{f"{NAME}__value__isnull": False})


def _living(actor: Actor, record: Record) -> QuerySet[Any]:
    manager: Any = record.model._default_manager
    rows: QuerySet[Any] = manager.visible_to(actor, narrow=True).filter(is_deleted=False).order_by()
    return rows


def parts(actor: Actor, record: Record, group: int | None = None) -> QuerySet[Estimate]:
    """
    What rows within reach come to by product group, the largest reserve first.

    :param group: only in this one; zero is for what no group is told of.
    """
    rows = Estimate._base_manager.filter(record=record.name, is_whole=False, value__isnull=False)
    rows = rows.filter(row_id__in=_living(actor, record).values("pk"))
    return (rows if group is None else rows.filter(group=group)).order_by("-reserve", "row_id")


def by_group(actor: Actor, record: Record) -> list[Whole]:
    """Rows within reach put together by product group, the largest reserve first."""
    sums = {name: Sum(name) for name in ("value", "fact", "reserve")}
    found = parts(actor, record).order_by().values("group").annotate(rows=Count("pk"), **sums)
    return sorted((_whole(one["group"], one["group"], one) for one in found), key=lambda one: -one.reserve)


def after(found: QuerySet[Estimate], cursor: str) -> QuerySet[Estimate]:
    """Parts after a cursor `reserve|id`; all of them when it is none."""
    reserve, _bar, row_id = cursor.partition("|")
    if not CURSOR.fullmatch(reserve) or not ROW.fullmatch(row_id):
        return found
    return found.filter(Q(reserve__lt=reserve) | Q(reserve=reserve, row_id__gt=row_id))


def cursor_of(one: Estimate) -> str:
    """What `after` goes on from."""
    return f"{one.reserve}|{one.row_id}"


def whole(actor: Actor, record: Record) -> Whole:
    """All rows within reach."""
    return _whole(None, None, valued_rows(actor, record).aggregate(**_figures()))


def put_together(actor: Actor, record: Record, key: str) -> list[Whole]:
    """Rows within reach put together by a field, the largest reserve first."""
    found = place(record, key)
    if found is None:
        raise LookupError(key)
    shown = record.fields[key].path
    rows = valued_rows(actor, record).values(found.path, shown).annotate(**_figures()).order_by()
    return sorted((_whole(one[found.path], one[shown], one) for one in rows), key=lambda one: -one.reserve)


def estimates_of(record: Record, row_id: int) -> tuple[Estimate | None, list[Estimate]]:
    """What a row that the caller has found within reach has come to: as a whole, and by product group."""
    rows = Estimate._base_manager.filter(record=record.name, row_id=row_id).select_related("formula")
    found = list(rows.order_by("-is_whole", "formula__position", "formula_id"))
    return (found[0], found[1:]) if found else (None, [])


def past_of(record: Record, row_id: int) -> list[Past]:
    """How the potential of a row moved, the oldest day first."""
    return list(Past._base_manager.filter(record=record.name, row_id=row_id).order_by("day"))


def _figures() -> dict[str, Any]:
    return {"rows": Count("pk"), **{name: Sum(f"{NAME}__{name}") for name in ("value", "fact", "reserve")}}


def _whole(key: Any, label: Any, told: dict[str, Any]) -> Whole:
    sums = {name: told[name] or Decimal(0) for name in ("value", "fact", "reserve")}
    return Whole(key, label, told["rows"], **sums)
