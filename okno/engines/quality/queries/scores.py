"""What rows have come to: judged in SQL for many at once, explained for one."""

from __future__ import annotations

import functools
import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import connection
from django.db.models import BooleanField, Case, QuerySet, Value, When
from django.db.models.expressions import RawSQL
from django.utils.translation import gettext as _

from okno.engines.quality import rules
from okno.engines.quality.models import Norm, Past
from okno.engines.quality.queries import norms as criteria
from okno.engines.quality.rules import Standing
from okno.kit import conditions, openness, permissions
from okno.kit.compiled import Sql
from okno.kit.conditions import Condition
from okno.kit.conditions.places import living
from okno.kit.permissions import SYSTEM, Actor
from okno.kit.registry import Record, registry

Judging = Sequence[tuple[Norm, Condition]]
# Stands for the ids of the rows among the parameters of a statement.
IDS = object()


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


def past_of(record: Record, row_id: int) -> list[Past]:
    """How a row that the caller has found within reach has moved, the oldest day first."""
    return list(Past._base_manager.filter(record=record.name, row_id=row_id).order_by("day"))


def rows_of(record: Record, status: str) -> QuerySet[Any]:
    """Living rows of a record of one status, whoever may see them."""
    rows = living(record.model)
    by = criteria.judged(record.name).by
    if not by:
        return rows
    tree = conditions.parse({"field": by, "op": "eq", "value": status})
    return rows.filter(conditions.to_q(tree, record, _eyes()))


def condition_of(condition: Condition, record: Record) -> Any:
    """A criterion as a filter: what it asks of other rows holds whoever may see them."""
    return conditions.to_q(condition, record, _eyes())


def _held(record: Record, status: str, judging: Judging, ids: Collection[int]) -> list[tuple[Any, ...]]:
    """Ids of rows, each with whether it holds every criterion."""
    asked = tuple((norm.pk, json.dumps(norm.condition, sort_keys=True)) for norm, _condition in judging)
    is_lasting = all(conditions.is_timeless(condition) for _norm, condition in judging)
    ready = _ready if is_lasting else _ready.__wrapped__
    sql, params = ready(record.name, status, asked, registry.custom_keys())
    with connection.cursor() as cursor:
        cursor.execute(sql, [list(ids) if one is IDS else one for one in params])
        return list(cursor.fetchall())


@functools.lru_cache(maxsize=50)
def _ready(name: str, status: str, asked: tuple[tuple[int, str], ...], _known: frozenset[tuple[str, str]]) -> Sql:
    """
    The statement that judges rows by these criteria, `IDS` among its parameters: it takes ten times longer to make than
    to run, and is made for each change of a row. What speaks of the present moment is made anew.
    """
    record, context = registry.record(name), _eyes()
    flags = {
        f"_norm{norm_id}": Case(
            When(conditions.to_q(conditions.parse(json.loads(said)), record, context), then=Value(True)),
            default=Value(False),
            output_field=BooleanField(),
        )
        for norm_id, said in asked
    }
    these = RawSQL("select unnest(%s::bigint[])", (IDS,))
    rows = rows_of(record, status).filter(pk__in=these).annotate(**flags).values_list("pk", *flags)
    found: Sql = rows.query.sql_with_params()
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
