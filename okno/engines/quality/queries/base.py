"""The base as a whole: average per cent, sub-indices, what is missed most, and how it went day by day."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, F, Func, IntegerField, JSONField, Q, QuerySet, Sum
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast

from okno.access import queries as access
from okno.engines.quality import rules
from okno.engines.quality.models import Norm, Score, Snapshot
from okno.engines.quality.queries import norms as criteria
from okno.engines.quality.queries import scores
from okno.kit import conditions, permissions
from okno.kit.conditions.places import Place, place
from okno.kit.permissions import Actor
from okno.kit.registry import Record

NAME = "quality_score"
STEP = 10
WHOLE = ("rows", "total", "red", "yellow", "green", "active")


@dataclass
class Base:
    """Rows that are judged, put together: sums that averages are made of."""

    key: Any = None
    label: Any = None
    above: str = field(default="", init=False)
    rows: int = 0
    total: int = 0
    red: int = 0
    yellow: int = 0
    green: int = 0
    active: int = 0
    groups: dict[str, list[int]] = field(default_factory=dict)

    @property
    def value(self) -> int | None:
        """The average per cent; None when nothing is judged."""
        return round_half_up(self.total, self.rows)

    @property
    def activity(self) -> int | None:
        """Per cent of rows that somebody has worked with lately."""
        return rules.per_cent(self.active, self.rows) if self.rows else None

    def of_group(self, group: str) -> int | None:
        """The sub-index of a group."""
        total, rows = self.groups.get(group, (0, 0))
        return round_half_up(total, rows)


def round_half_up(total: int, rows: int) -> int | None:
    """An average in whole numbers; None of nothing."""
    return (2 * total + rows) // (2 * rows) if rows else None


def judged_rows(actor: Actor, record: Record) -> QuerySet[Any]:
    """Living rows within reach that have a score."""
    manager: Any = record.model._default_manager
    rows: QuerySet[Any] = manager.visible_to(actor, narrow=True).order_by().filter(is_deleted=False)
    return rows.filter(**{f"{NAME}__value__isnull": False})


def whole(actor: Actor, record: Record) -> Base:
    """All rows within reach."""
    return _base(None, None, judged_rows(actor, record).aggregate(**_figures(record)))


def put_together(actor: Actor, record: Record, key: str) -> list[Base]:
    """
    Rows within reach put together by a field, the worst first; the key is what a filter compares.

    Departments are put together by their ids: two may have one name, and then `above` tells below which each stands.
    """
    path, shown = _place(record, key).path, record.fields[key].path
    department = permissions.reach_of(record.model).department
    is_department = bool(department) and path == f"{department.removesuffix('_id')}__name"
    by = department if is_department else path
    rows = judged_rows(actor, record).values(by, shown).annotate(**_figures(record))
    made = [_base(one[by], one[shown], one) for one in rows.order_by()]
    if is_department:
        above = access.parents_of_alike()
        for one in made:
            one.above = above.get(one.key, "")
    return sorted(made, key=lambda one: (one.value or 0, str(one.label), one.above))


def histogram(actor: Actor, record: Record) -> list[tuple[int, int, int]]:
    """How many rows have come how far: (from, to, rows) for each ten per cent."""
    rows = judged_rows(actor, record).values_list(f"{NAME}__value").annotate(count=Count("pk")).order_by()
    bins: dict[int, int] = defaultdict(int)
    for value, count in rows:
        bins[min(value // STEP, 100 // STEP - 1)] += count
    last = 100 // STEP - 1
    return [
        (number * STEP, 100 if number == last else number * STEP + STEP - 1, bins[number]) for number in range(last + 1)
    ]


def missed(actor: Actor, record: Record, norms: Sequence[Norm]) -> list[tuple[Norm, int, int]]:
    """Of the criteria of a record, how many rows within reach miss each, and of how many; the worst first."""
    each = Func(F(f"{NAME}__missed"), function="jsonb_array_elements", output_field=JSONField())
    counts = dict(judged_rows(actor, record).values_list(each).annotate(count=Count("pk")).order_by())
    by = criteria.judged(record.name).by
    of = _by_status(actor, record, by) if by else {"": judged_rows(actor, record).count()}
    lines = [(norm, counts.get(norm.pk, 0), of.get(norm.status, 0)) for norm in norms]
    return sorted((one for one in lines if one[1]), key=lambda one: -one[1])


def days(actor: Actor, record: Record, since: dt.date) -> list[tuple[dt.date, Base]]:
    """The base within reach day by day, as it was kept at night."""
    by_day: dict[dt.date, Base] = {}
    for one in _kept(actor, record, since).order_by("day").values("day", "groups", *WHOLE):
        _add(by_day.setdefault(one["day"], Base()), one)
    return list(by_day.items())


def days_by(actor: Actor, record: Record, since: dt.date, key: str) -> dict[Any, dict[dt.date, Base]]:
    """
    The same by who was responsible then, by the id of a person or of a department, day by day.

    :param key: a field of the record; nothing where it tells neither.
    """
    found: dict[Any, dict[dt.date, Base]] = defaultdict(dict)
    column = _kept_by(record, key)
    if not column:
        return found
    for one in _kept(actor, record, since).order_by("day").values("day", "groups", column, *WHOLE):
        _add(found[one[column]].setdefault(one["day"], Base()), one)
    return found


def _kept_by(record: Record, key: str) -> str:
    """The column of snapshots that tells what a field of the record tells; empty where none does."""
    reach, path = permissions.reach_of(record.model), record.fields[key].path
    columns = {reach.owner: "owner_id", reach.department: "department_id"}
    named = {f"{one.removesuffix('_id')}__name": column for one, column in columns.items() if one}
    return named.get(path, "")


def _kept(actor: Actor, record: Record, since: dt.date) -> QuerySet[Any]:
    rows: Any = Snapshot.objects
    found: QuerySet[Any] = rows.visible_to(actor).filter(record=record.name, day__gte=since)
    return found


def _add(day: Base, told: dict[str, Any]) -> None:
    """Add what was kept of some rows to a day."""
    for name in WHOLE:
        setattr(day, name, getattr(day, name) + told[name])
    for group, (total, count) in told["groups"].items():
        known = day.groups.setdefault(group, [0, 0])
        known[0] += total
        known[1] += count


def by_owner(record: Record) -> list[dict[str, Any]]:
    """Figures of all judged rows by who is responsible for them: what a snapshot keeps."""
    reach = permissions.reach_of(record.model)
    names = {"owner_id": reach.owner, "department_id": reach.department}
    columns = [one for one in names.values() if one]
    rows = record.model._base_manager.filter(is_deleted=False, **{f"{NAME}__value__isnull": False}).order_by()
    figures = _figures(record)
    found = rows.values(*columns).annotate(**figures) if columns else [rows.aggregate(**figures)]
    return [
        {
            **{name: one.get(column) for name, column in names.items()},
            **{name: one[name] or 0 for name in WHOLE},
            "groups": _groups(one),
        }
        for one in found
    ]


def _figures(record: Record) -> dict[str, Any]:
    """Aggregates of judged rows; those of a group are of rows that have criteria in it."""
    active = criteria.judged(record.name).active
    is_active = scores.condition_of(conditions.parse(active), record) if active else Q(pk__in=[])
    found = {"rows": Count("pk"), "total": Sum(f"{NAME}__value"), "active": Count("pk", filter=is_active)}
    found |= {colour: Count("pk", filter=Q(**{f"{NAME}__colour": colour})) for colour in Score.Colour.values}
    for group in Norm.Group.values:
        value = Cast(KeyTextTransform(group, f"{NAME}__groups"), IntegerField())
        found |= {f"sum_{group}": Sum(value), f"rows_{group}": Count(value)}
    return found


def _base(key: Any, label: Any, figures: dict[str, Any]) -> Base:
    return Base(key, label, **{name: figures[name] or 0 for name in WHOLE}, groups=_groups(figures))


def _groups(figures: dict[str, Any]) -> dict[str, list[int]]:
    told = {group: [figures[f"sum_{group}"] or 0, figures[f"rows_{group}"]] for group in Norm.Group.values}
    return {group: one for group, one in told.items() if one[1]}


def _by_status(actor: Actor, record: Record, by: str) -> dict[str, int]:
    path = _place(record, by).path
    counts = judged_rows(actor, record).values_list(path).annotate(count=Count("pk")).order_by()
    return {str(status): count for status, count in counts}


def _place(record: Record, key: str) -> Place:
    found = place(record, key)
    if found is None:
        raise LookupError(key)
    return found
