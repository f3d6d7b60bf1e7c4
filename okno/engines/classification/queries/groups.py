"""Sales of groups of goods: now and before, one level of groups at a time, and the lines behind a figure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Count, F, Func, Max, Q, QuerySet, Sum, TextField, Value
from django.db.models.functions import Coalesce, Length

from okno.engines.classification import rules
from okno.engines.classification.rules import Bounds, Placed, Turnover
from okno.kit import permissions, reached, sold
from okno.kit.permissions import Actor
from okno.kit.registry import registry
from okno.kit.sold import Folders, Sold

CURSOR = re.compile(r"-?\d{1,18}(?:\.\d{1,4})?\|\d{1,18}")
NO_GROUP = "-"
NOTHING = Decimal(0)


@dataclass(frozen=True)
class Span:
    """A period of days and the one that it is compared with; each ends before its last day."""

    since: date
    until: date
    back_since: date
    back_until: date


def span(day: date, months: int, *, than_year: bool = False) -> Span:
    """So many whole months before a day, against as many before them or against the same a year ago."""
    back = 12 if than_year else months
    since, until = rules.month_start(day, months), rules.month_start(day)
    return Span(since, until, rules.month_start(day, months + back), rules.month_start(day, back))


def selling(actor: Actor) -> list[Sold]:
    """What sells goods: documents that the actor may look at with all that tells of their sums."""
    found = sold.folders()
    if found is None or not actor.may(permissions.view_permission(registry.record(found.record).model)):
        return []
    return [one for one in sold.known() if one.record in registry.records and _is_open(actor, one)]


def turnover(actor: Actor, one: Sold, period: Span, inside: int | None = None) -> list[Turnover]:
    """What was sold of every group of a level: of the upper ones, or of those right inside a group."""
    found = _folders()
    now, before = one.between(period.since, period.until), one.between(period.back_since, period.back_until)
    lines = _within(actor, one).filter(now | before)
    depth = _depth(found, inside) if inside else 0
    if inside:
        lines = lines.filter(found.inside(inside))
    nothing = Value(NOTHING)
    buyer = next(iter(one.buyers.values()))
    rows = (
        lines.annotate(_group=_step(found, depth + 2), _deeper=_step(found, depth + 3))
        .values("_group")
        .annotate(
            now=Coalesce(Sum(one.total, filter=now), nothing),
            before=Coalesce(Sum(one.total, filter=before), nothing),
            buyers=Count(buyer, filter=now, distinct=True),
            documents=Count(one.document, filter=now, distinct=True),
            deeper=Max(Length("_deeper")),
        )
    )
    return [_told(row, inside) for row in rows]


def placed(
    actor: Actor,
    one: Sold,
    period: Span,
    inside: int | None = None,
    share: Decimal | None = None,
    growth: Decimal | None = None,
) -> tuple[list[Placed], Bounds]:
    """Groups of a level in the quarters of growth and share, the greatest first; bounds are medians when not given."""
    return rules.placed(turnover(actor, one, period, inside), share, growth)


def lines_behind(
    actor: Actor, one: Sold, since: date, until: date, group: str, *, is_own: bool = False
) -> QuerySet[Any]:
    """
    Lines of a period within reach, the greatest sum first; each with `sum`, `on`, `document_row` and `buyer_row`.

    :param group: the id of a group, with those inside; a dash for goods without one; empty for all.
    :param is_own: only goods of the group itself.
    """
    found, buyer = _folders(), next(iter(one.buyers.values()))
    lines = _within(actor, one).filter(one.between(since, until))
    if group == NO_GROUP:
        lines = lines.filter(**{f"{found.way}__isnull": True})
    elif group:
        lines = lines.filter(Q(**{found.way: int(group)}) if is_own else found.inside(int(group)))
    told: QuerySet[Any] = lines.annotate(
        sum=one.total, on=F(one.day), document_row=F(f"{one.document}_id"), buyer_row=F(f"{buyer}_id")
    ).filter(sum__isnull=False)
    return told.order_by("-sum", "pk")


def after_line(lines: QuerySet[Any], cursor: str) -> QuerySet[Any]:
    """Lines after a cursor `sum|id`; all of them when it is none."""
    if not CURSOR.fullmatch(cursor):
        return lines
    total, _bar, row_id = cursor.partition("|")
    return lines.filter(Q(sum__lt=Decimal(total)) | Q(sum=Decimal(total), pk__gt=int(row_id)))


def lines_together(lines: QuerySet[Any]) -> tuple[int, Decimal]:
    """How many lines there are, and of which sum."""
    told = lines.order_by().aggregate(count=Count("pk"), whole=Coalesce(Sum("sum"), Value(NOTHING)))
    return told["count"], told["whole"]


def group_of(actor: Actor, group: int) -> Any:
    """A group within reach. :raises Missing: there is none."""
    return reached.the_row(actor, _folders().record, group)


def groups_record() -> str:
    """The record of groups of goods."""
    return _folders().record


def _folders() -> Folders:
    found = sold.folders()
    if found is None:
        raise LookupError
    return found


def _is_open(actor: Actor, one: Sold) -> bool:
    may = actor.may(permissions.view_permission(registry.record(one.record).model))
    return may and all(actor.sees_field(one.record, key) for key in one.seen)


def _within(actor: Actor, one: Sold) -> QuerySet[Any]:
    manager: Any = one.documents._default_manager
    seen = manager.visible_to(actor, narrow=True).order_by()
    return one.rows().filter(**{f"{one.document}__in": seen.values("pk")})


def _depth(found: Folders, group: int) -> int:
    """How many groups there are on the way to a group, itself with them."""
    model = registry.record(found.record).model
    path = model._base_manager.filter(pk=group).values_list(found.path, flat=True).first() or ""
    return len([part for part in str(path).split("/") if part])


def _step(found: Folders, number: int) -> Func:
    """A part of the path of a group: the first one is empty, the second is the root."""
    path = F(f"{found.way}__{found.path}")
    return Func(path, Value("/"), Value(number), function="split_part", output_field=TextField())


def _told(row: dict[str, Any], inside: int | None) -> Turnover:
    is_own = inside is not None and row["_group"] == ""
    return Turnover(
        group=inside if is_own else int(row["_group"]) if row["_group"] else None,
        is_own=is_own,
        is_deeper=bool(row["deeper"]) and not is_own,
        **{name: row[name] for name in ("now", "before", "buyers", "documents")},
    )
