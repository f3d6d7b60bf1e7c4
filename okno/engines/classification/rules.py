"""ABC, XYZ, RFM and the lifecycle as formulas. Pure: no writes, no clock, no request."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import TextChoices
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from okno.engines.classification.models import MOST_SPREAD, Class, Scheme
from okno.kit import conditions, formats
from okno.kit.conditions import places
from okno.kit.conditions.operators import Family
from okno.kit.errors import Refused
from okno.kit.kinds import Kind
from okno.kit.models.base import RecordModel
from okno.kit.registry import Field, Record, registry

Abc, Xyz, Life, Group = Class.Abc, Class.Xyz, Class.Life, Class.Group
HUNDRED, TENTH = Decimal(100), Decimal("0.1")
QUINTILES = 5
# domain.md 2.8: sleeping after one and a half, lost after three average intervals without a sale.
SLEEPS_AFTER, LOST_AFTER = Decimal("1.5"), Decimal(3)
SUMMED = frozenset({Kind.MONEY, Kind.DECIMAL, Kind.INTEGER})
DAYS = frozenset({Kind.DATE, Kind.MOMENT})
# The way that paths of the fields lead through.
WAY = "present_class"


class Place(TextChoices):
    """Quarters of the matrix of growth and share."""

    STAR = "star", gettext_lazy("Stars")
    COW = "cow", gettext_lazy("Cash cows")
    QUESTION = "question", gettext_lazy("Question marks")
    DOG = "dog", gettext_lazy("Dogs")


@dataclass(frozen=True)
class Turnover:
    """
    What was sold of a group of goods now and in the period before, in how many documents and to how many buyers now.

    `group` is empty for goods without one; `is_own` says that these are the goods of the group that was opened itself,
    `is_deeper` that there are groups inside with sales of their own.
    """

    group: int | None
    now: Decimal
    before: Decimal
    buyers: int
    documents: int
    is_own: bool = False
    is_deeper: bool = False


@dataclass(frozen=True)
class Placed:
    """A group with its share of the greatest one and its growth, per cent; what was not sold before has no growth."""

    turnover: Turnover
    share: Decimal
    growth: Decimal | None
    place: str


@dataclass(frozen=True)
class Bounds:
    """From which share of the greatest group and from which growth on, per cent, a group is in the upper half."""

    share: Decimal
    growth: Decimal


@dataclass(frozen=True)
class Ranks:
    """Which quintiles of recency and of frequency a group of RFM takes in, both ends included."""

    recency: tuple[int, int]
    frequency: tuple[int, int]

    def take(self, recency: int, frequency: int) -> bool:
        """Whether both lie within."""
        return self.recency[0] <= recency <= self.recency[1] and self.frequency[0] <= frequency <= self.frequency[1]


# A row is of the first group that takes it in; together they take in every pair.
GROUPS = {
    Group.CHAMPION: Ranks((4, 5), (4, 5)),
    Group.LOYAL: Ranks((3, 5), (3, 5)),
    Group.PROMISING: Ranks((4, 5), (2, 2)),
    Group.NEW: Ranks((4, 5), (1, 1)),
    Group.COOLING: Ranks((3, 3), (1, 2)),
    Group.RISK: Ranks((1, 2), (3, 5)),
    Group.SLEEPING: Ranks((2, 2), (1, 2)),
    Group.LOST: Ranks((1, 1), (1, 2)),
}


@dataclass(frozen=True)
class Source:
    """A record whose rows point to rows of another by one of its fields."""

    record: Record
    link: str

    @property
    def key(self) -> str:
        """As forms name it."""
        return f"{self.record.name}:{self.link}"


@dataclass(frozen=True)
class Sales:
    """
    What one row has had: sums by month of the period, the sum of as many months before it, how many in the period,
    and, over all time, the first and the last day and how many days with anything.
    """

    months: Sequence[Decimal]
    before: Decimal
    count: int
    first: date
    last: date
    days: int

    @property
    def total(self) -> Decimal:
        """The sum over the period."""
        return sum(self.months, Decimal(0))


def abc(totals: Mapping[int, Decimal], a_share: Decimal, b_share: Decimal) -> dict[int, str]:
    """
    Letters by row: from the greatest sum down, A while the sums so far are not above `a_share` per cent of the whole,
    B while not above `b_share`, C the rest; the first row is always A. Rows of no sum get none. Fixture F4.
    """
    ordered = sorted(
        ((total, row_id) for row_id, total in totals.items() if total > 0), key=lambda one: (-one[0], one[1])
    )
    whole = sum((total for total, _row_id in ordered), Decimal(0))
    found: dict[int, str] = {}
    so_far = Decimal(0)
    for total, row_id in ordered:
        so_far += total
        share = so_far * HUNDRED / whole
        found[row_id] = Abc.A if not found or share <= a_share else Abc.B if share <= b_share else Abc.C
    return found


def spread(months: Sequence[Decimal]) -> Decimal | None:
    """V: the population standard deviation in per cent of the mean; None when the mean is nothing. Fixture F5."""
    mean = sum(months, Decimal(0)) / len(months) if months else Decimal(0)
    if mean <= 0:
        return None
    variance = sum(((one - mean) ** 2 for one in months), Decimal(0)) / len(months)
    return (variance.sqrt() / mean * HUNDRED).quantize(Decimal("0.01"))


def xyz(found: Decimal | None, x_spread: Decimal, y_spread: Decimal) -> str:
    """X up to `x_spread` per cent, Y up to `y_spread`, Z the rest; nothing for what has no spread."""
    if found is None:
        return ""
    return Xyz.X if found <= x_spread else Xyz.Y if found <= y_spread else Xyz.Z


def quintile(ordered: Sequence[Any], value: Any) -> int:
    """From 1 to 5 by how many of the values are less: equal ones get the same. `ordered` goes from the least."""
    return 1 + min(QUINTILES - 1, QUINTILES * bisect_left(ordered, value) // len(ordered))


def rfm_group(recency: int | None, frequency: int | None) -> str:
    """The group of RFM by quintiles from 1 to 5; nothing for what had nothing in the period."""
    if recency is None or frequency is None:
        return ""
    return next(code for code, ranks in GROUPS.items() if ranks.take(recency, frequency))


def life(sales: Sales, day: date, since: date, usual: Decimal, drop: Decimal) -> str:
    """
    Where a row stands in its life on a day: lost, sleeping, new, declining, growing or stable, the first that holds.

    :param usual: days between sales of those who have had several, for those who have had one.
    :param drop: per cent less than in the period before.
    """
    interval = Decimal((sales.last - sales.first).days) / (sales.days - 1) if sales.days > 1 else usual
    silence = Decimal((day - timedelta(days=1) - sales.last).days)
    # Whoever buys every day is not lost after three days: a week is the least.
    interval = max(interval, Decimal(7))
    if silence > interval * LOST_AFTER:
        return Life.LOST
    if silence > interval * SLEEPS_AFTER:
        return Life.SLEEPING
    if sales.first >= since:
        return Life.NEW
    return _course(sales.before, sales.total, drop)


def _course(before: Decimal, now: Decimal, drop: Decimal) -> str:
    if before <= 0:
        return Life.GROWING if now > 0 else Life.STABLE
    change = (now - before) * HUNDRED / before
    return Life.DECLINING if change < -drop else Life.GROWING if change > drop else Life.STABLE


def placed(
    rows: Sequence[Turnover], share: Decimal | None = None, growth: Decimal | None = None
) -> tuple[list[Placed], Bounds]:
    """
    Groups in the quarters of growth and share, the greatest first: domain.md 2.8. What has begun to sell grows.

    :param share: the bound of the share, the median without one.
    :param growth: the bound of the growth, the median of those that sold before without one.
    """
    greatest = max((one.now for one in rows), default=Decimal(0))
    told = [(one, _share(one.now, greatest), grown(one.now, one.before)) for one in rows]
    bounds = Bounds(
        median([part for _one, part, _grown in told]) if share is None else share,
        median([more for _one, _part, more in told if more is not None]) if growth is None else growth,
    )
    found = [Placed(one, part, more, _place(part, more, bounds)) for one, part, more in told]
    return sorted(found, key=lambda one: (-one.turnover.now, one.turnover.group or 0)), bounds


def grown(now: Decimal, before: Decimal) -> Decimal | None:
    """How much more than before, per cent to tenths: domain.md 0.5; None when there was nothing before."""
    return ((now - before) * HUNDRED / abs(before)).quantize(TENTH) if before else None


def median(values: Sequence[Decimal]) -> Decimal:
    """The middle value, the mean of two where the number is even; nothing of nothing."""
    ordered, half = sorted(values), len(values) // 2
    if not ordered:
        return Decimal(0)
    return ordered[half] if len(ordered) % 2 else ((ordered[half - 1] + ordered[half]) / 2).quantize(TENTH)


def _share(now: Decimal, greatest: Decimal) -> Decimal:
    return (now * HUNDRED / greatest).quantize(TENTH) if greatest > 0 else Decimal(0)


def _place(share: Decimal, growth: Decimal | None, bounds: Bounds) -> str:
    grows = growth is None or growth >= bounds.growth
    if share >= bounds.share:
        return Place.STAR if grows else Place.COW
    return Place.QUESTION if grows else Place.DOG


def month_start(day: date, back: int = 0) -> date:
    """The first day of the month of a day, or of one so many months before."""
    number = day.year * 12 + day.month - 1 - back
    return date(number // 12, number % 12 + 1, 1)


def usual_interval(every: Sequence[Sales]) -> Decimal:
    """The median of days between sales of rows that have had several; a month when there are none."""
    found = sorted(Decimal((one.last - one.first).days) / (one.days - 1) for one in every if one.days > 1)
    return found[len(found) // 2] if found else Decimal(30)


def sources_of(record: Record) -> list[Source]:
    """What rows of a record may be classified by: records that link to it and have something to sum and a day."""
    return [
        Source(other, key)
        for other in registry.records.values()
        for key, field in other.fields.items()
        if field.link == record.name and _is_key(other, key, record) and days_of(other) and _has_money(other)
    ]


def classified() -> list[Record]:
    """Records whose rows may be classified: those with a card and no sum of their own that others link to."""
    return [
        one
        for one in registry.records.values()
        if one.url and one.model.__module__.startswith("okno.areas.") and not _has_money(one) and sources_of(one)
    ]


def sums_of(record: Record) -> dict[str, Field]:
    """Fields of a record that can be summed: money, in the management currency."""
    return {key: one for key, one in record.fields.items() if one.kind in SUMMED and _is_own(record, one)}


def days_of(record: Record) -> dict[str, Field]:
    """Fields of a record that tell a day."""
    return {key: one for key, one in record.fields.items() if one.kind in DAYS and _is_own(record, one)}


def sum_text(scheme: Scheme, total: Decimal) -> str:
    """What rows sum up to, as people read it: roubles, or a number where no money is summed."""
    source = registry.records.get(scheme.of)
    field = source.fields.get(scheme.amount) if source is not None else None
    is_money = field is not None and field.kind is Kind.MONEY
    return formats.money_text(total) if is_money else formats.quantity_text(total)


def check_scheme(scheme: Scheme) -> None:
    """:raises Refused: its record, rows, field, day, bounds or condition do not fit together."""
    record = registry.records.get(scheme.record)
    if record is None or record not in classified():
        raise Refused("classification.record", _("These records have no classes."), missing=["record"])
    source = next((one for one in sources_of(record) if one.key == f"{scheme.of}:{scheme.link}"), None)
    if source is None:
        raise Refused("classification.source", _("Nothing can be counted by these rows."), missing=["source"])
    if scheme.amount and scheme.amount not in sums_of(source.record):
        raise Refused("classification.amount", _("This field cannot be summed."), missing=["amount"])
    if scheme.day not in days_of(source.record):
        raise Refused("classification.day", _("This field tells no day."), missing=["day"])
    _check_bounds(scheme)
    if scheme.condition is not None:
        for wrong in conditions.problems(conditions.parse(scheme.condition), source.record):
            raise Refused(wrong.code, wrong.message.replace("%", "%%"), missing=["condition"])


def _check_bounds(scheme: Scheme) -> None:
    if not 2 <= scheme.months <= 60:
        raise Refused("classification.months", _("From 2 to 60 months."), missing=["months"])
    if not 0 < scheme.a_share <= scheme.b_share <= HUNDRED:
        raise Refused(
            "classification.shares", _("The share of A is above that of A and B, or above 100 %%."), missing=["a_share"]
        )
    if not 0 < scheme.x_spread <= scheme.y_spread <= MOST_SPREAD:
        text = _("The spread of X is above that of Y, or one of them is above %(most)s %%.")
        raise Refused("classification.spreads", text, most=MOST_SPREAD, missing=["x_spread"])
    if not 0 < scheme.drop < HUNDRED:
        raise Refused("classification.drop", _("The drop is a share from 0 to 100 %%."), missing=["drop"])


def _is_own(record: Record, field: Field) -> bool:
    """Whether a field is a column of the record's own table."""
    return "__" not in field.path and not field.many


def _has_money(record: Record) -> bool:
    return any(one.kind is Kind.MONEY for one in sums_of(record).values())


def _is_key(other: Record, key: str, record: Record) -> bool:
    """Whether a link is a key of the other record's own table to this one, not one that passes through others."""
    found = places.place(other, key)
    if found is None or found.field.many or found.family is not Family.LINK or "__" in found.path:
        return False
    return (
        issubclass(other.model, RecordModel) and other.model._meta.get_field(found.path).related_model is record.model
    )
