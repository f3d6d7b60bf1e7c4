"""What rows have come to: judged in SQL for many at once, explained for one."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import BooleanField, Case, QuerySet, Value, When
from django.utils.translation import gettext as _

from okno.engines.quality import rules
from okno.engines.quality.models import Norm
from okno.engines.quality.queries import norms as criteria
from okno.engines.quality.rules import Standing
from okno.kit import conditions, openness, permissions
from okno.kit.conditions import Condition
from okno.kit.conditions.places import living
from okno.kit.permissions import SYSTEM, Actor
from okno.kit.registry import Record

Judging = Sequence[tuple[Norm, Condition]]


@dataclass(frozen=True)
class Line:
    """One criterion of a row: whether it is there, and where it is filled in. A closed one tells nothing of the row."""

    norm: Norm
    is_held: bool
    is_closed: bool = False


@dataclass(frozen=True)
class Why:
    """Where the per cent of a row comes from; without one, `reason` says why it is not judged."""

    standing: Standing | None
    lines: list[Line] = field(default_factory=list)
    reason: str = ""


def judge(record: Record, ids: Collection[int]) -> dict[int, Standing]:
    """What living rows of a record have come to, by id; rows without criteria for their status are left out."""
    found: dict[int, Standing] = {}
    for status, judging in criteria.working(record).items():
        own = [norm for norm, _condition in judging]
        for row_id, *held in _held(record, status, judging, ids):
            standing = rules.standing(own, {norm.pk for norm, is_held in zip(own, held, strict=True) if is_held})
            if standing is not None:
                found[row_id] = standing
    return found


def why(actor: Actor, record: Record, row_id: int) -> Why:
    """Why a row within reach has come to its per cent, criterion by criterion, as it stands now."""
    for status, judging in criteria.working(record).items():
        rows = list(_held(record, status, judging, [row_id]))
        if rows:
            held = rows[0][1:]
            lines = [_line(actor, record, norm, one, held[number]) for number, (norm, one) in enumerate(judging)]
            passed = {norm.pk for (norm, _one), is_held in zip(judging, held, strict=True) if is_held}
            return Why(rules.standing([norm for norm, _one in judging], passed), lines)
    return Why(None, reason=_reason(record, row_id))


def rows_of(record: Record, status: str, ids: Collection[int] | None = None) -> QuerySet[Any]:
    """Living rows of a record of one status, whoever may see them."""
    rows = living(record.model)
    if ids is not None:
        rows = rows.filter(pk__in=list(ids))
    by = criteria.judged(record.name).by
    if not by:
        return rows
    tree = conditions.parse({"field": by, "op": "eq", "value": status})
    return rows.filter(conditions.to_q(tree, record, _eyes()))


def condition_of(condition: Condition, record: Record) -> Any:
    """A criterion as a filter: what it asks of other rows holds whoever may see them."""
    return conditions.to_q(condition, record, _eyes())


def _held(record: Record, status: str, judging: Judging, ids: Collection[int]) -> QuerySet[Any]:
    """Ids of rows, each with whether it holds every criterion."""
    context = _eyes()
    flags = {
        f"_norm{norm.pk}": Case(
            When(conditions.to_q(condition, record, context), then=Value(True)),
            default=Value(False),
            output_field=BooleanField(),
        )
        for norm, condition in judging
    }
    found: QuerySet[Any] = rows_of(record, status, ids).annotate(**flags).values_list("pk", *flags)
    return found


def _line(actor: Actor, record: Record, norm: Norm, condition: Condition, is_held: bool) -> Line:  # noqa: FBT001 - read from a row
    if any(openness.hidden_keys(actor, record, condition)):
        return Line(norm, is_held=False, is_closed=True)
    return Line(norm, is_held=is_held)


def _reason(record: Record, row_id: int) -> str:
    by = record.field(criteria.judged(record.name).by)
    row = living(record.model).filter(pk=row_id).first()
    if by is None or row is None:
        return _("There are no criteria for such rows yet.")
    labels = {str(value): str(label) for value, label in by.choices}
    status = labels.get(str(getattr(row, by.path, "")), "")
    return _("There are no criteria for the status “%(status)s”.") % {"status": status}


def _eyes() -> conditions.Context:
    return permissions.watching_context(SYSTEM)
