"""What rows have come to: judged in SQL for many at once, explained for one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from okno.engines.quality import rules
from okno.engines.quality.models import Norm, Past
from okno.engines.quality.queries import norms as criteria
from okno.engines.quality.rules import Standing
from okno.kit import conditions, openness, permissions
from okno.kit.conditions import Condition, sql
from okno.kit.conditions.places import living, place
from okno.kit.fields import holding
from okno.kit.permissions import SYSTEM, Actor
from okno.kit.registry import Record


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


def judge(record: Record, ids: Collection[int], norms: Sequence[Norm] | None = None) -> dict[int, Standing]:
    """
    What living rows of a record have come to, by id; rows without criteria for their status are left out.

    :param norms: the criteria of the record when they were read already.
    """
    found: dict[int, Standing] = {}
    sets = criteria.working(record, norms)
    for status, some in _by_status(record, ids).items():
        own = [norm for norm, _condition in sets.get(status, ())]
        for row_id, *held in _held(record, own, some) if own else ():
            standing = rules.standing(own, {norm.pk for norm, is_held in zip(own, held, strict=True) if is_held})
            if standing is not None:
                found[row_id] = standing
    return found


def why(actor: Actor, record: Record, row_id: int) -> Why:
    """Why a row within reach has come to its per cent, criterion by criterion, as it stands now."""
    status = next(iter(_by_status(record, [row_id])), "")
    judging = criteria.working(record).get(status, ())
    rows = _held(record, [norm for norm, _condition in judging], [row_id]) if judging else []
    if not rows:
        return Why(None, reason=_reason(record, row_id))
    held = rows[0][1:]
    lines = [_line(actor, record, norm, one, held[number]) for number, (norm, one) in enumerate(judging)]
    passed = {norm.pk for (norm, _one), is_held in zip(judging, held, strict=True) if is_held}
    return Why(rules.standing([norm for norm, _one in judging], passed), lines)


def past_of(record: Record, row_id: int) -> list[Past]:
    """How a row that the caller has found within reach has moved, the oldest day first."""
    return list(Past._base_manager.filter(record=record.name, row_id=row_id).order_by("day"))


def condition_of(condition: Condition, record: Record) -> Any:
    """A criterion as a filter: what it asks of other rows holds whoever may see them."""
    return conditions.to_q(condition, record, _eyes())


def _held(record: Record, norms: Sequence[Norm], ids: Collection[int]) -> list[tuple[Any, ...]]:
    """Ids of rows, each with whether it holds every criterion."""
    return holding.held(record, ids, [holding.text_of(norm.condition) for norm in norms])


def _by_status(record: Record, ids: Collection[int]) -> dict[str, list[int]]:
    """Ids of living rows by the option that decides which criteria count."""
    by = criteria.judged(record.name).by
    where = place(record, by) if by else None
    if where is None:
        return {"": list(ids)}
    rows = living(record.model).filter(pk__in=list(ids)).annotate(_status=sql.column(where))
    found: dict[str, list[int]] = defaultdict(list)
    for status, row_id in rows.values_list("_status", "pk"):
        found[str(status)].append(row_id)
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
