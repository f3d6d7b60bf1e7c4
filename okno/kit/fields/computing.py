"""Computing formula fields: of rows that a command has changed, and of all rows after the formula itself."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, cast

from django.db import connection, transaction
from django.db.models import Model
from django.utils import timezone
from psycopg import sql
from psycopg.types.json import Jsonb

from okno.kit import expressions
from okno.kit.commands import unjournalled
from okno.kit.errors import Refused
from okno.kit.fields import beside
from okno.kit.fields.values import canonical, fitting
from okno.kit.formulas import Formula, currencies
from okno.kit.kinds import Kind
from okno.kit.registry import Record

AT_ONCE = 500


def compute(formula: Formula, ids: Sequence[int]) -> set[int]:
    """
    Compute a formula for rows and keep what has changed, inside a transaction; the ids of rows that have another value.

    The rows are locked before they are read, in the order in which commands lock theirs: two computations of one table
    wait for each other instead of blocking each other, and nothing is computed from what is being changed.
    """
    return _keep(formula, _locked(formula, ids))


def compute_apart(formula: Formula, ids: Sequence[int]) -> set[int]:
    """
    The same beside others who write, in transactions of its own that no history tells of.

    A row that somebody else has locked is waited for with no other one locked: whatever they want next, they get it.
    """
    moved, rest = set[int](), sorted(ids)
    while rest:
        free, fresh = _kept_apart(formula, rest, is_waiting=False)
        busy = [one for one in rest if one not in free]
        if busy:
            fresh |= _kept_apart(formula, busy[:1], is_waiting=True)[1]
        moved, rest = moved | fresh, busy[1:]
    return moved


def compute_all(formula: Formula, tell: Callable[[int], None]) -> set[int]:
    """Compute a formula for all rows, batch by batch; the ids of rows that have another value now."""
    moved: set[int] = set()
    done = 0
    ids = formula.record.model._base_manager.order_by("pk").values_list("pk", flat=True).iterator(chunk_size=5_000)
    for part in batches(ids):
        moved |= compute_apart(formula, part)
        done += len(part)
        tell(done)
    return moved


def _kept_apart(formula: Formula, ids: Sequence[int], *, is_waiting: bool) -> tuple[set[int], set[int]]:
    """Compute those of these rows that nobody else has locked, or wait for them: their ids, and whose value moved."""
    with unjournalled():
        rows = _locked(formula, ids, is_waiting=is_waiting)
        fresh = _keep(formula, rows)
        # The history tells what people have changed; this follows from it, so others are told of it.
        beside.tell(formula.record, fresh)
    return {one.pk for one in rows}, fresh


def _locked(formula: Formula, ids: Sequence[int], *, is_waiting: bool = True) -> list[Any]:
    rows = formula.record.model._base_manager.filter(pk__in=ids).order_by("pk")
    # Rows that link here may be added meanwhile: their keys stay what they are.
    return list(cast("Iterable[Any]", rows.select_for_update(no_key=True, skip_locked=not is_waiting)))


def _keep(formula: Formula, rows: Iterable[Any]) -> set[int]:
    zone: Any = timezone.get_default_timezone()
    context = expressions.Context(at=timezone.now(), zone=zone)
    changed: dict[int, Any] = {}
    for row in rows:
        value = _value(formula, row, context)
        if row.extra.get(formula.field.key) != value:
            changed[row.pk] = value
    if changed:
        write(formula.record.model, formula.field.key, changed)
    return set(changed)


def for_all(
    record: Record, keep: Callable[[list[int]], object], tell: Callable[[int, int], None], *, at_once: int = AT_ONCE
) -> int:
    """Keep what follows from all rows of a record, each batch in a transaction of its own; how many rows there are."""
    ids = record.model._base_manager.order_by("pk").values_list("pk", flat=True)
    total, done = ids.count(), 0
    for part in batches(ids.iterator(chunk_size=5_000), at_once):
        with transaction.atomic():
            keep(part)
        done += len(part)
        tell(done, total)
    return done


def batches(ids: Iterable[int], at_once: int = AT_ONCE) -> Iterator[list[int]]:
    """Ids in parts that are read and written together."""
    part: list[int] = []
    for one in ids:
        part.append(one)
        if len(part) == at_once:
            yield part
            part = []
    if part:
        yield part


def _value(formula: Formula, row: Any, context: expressions.Context) -> Any:
    """The canonical value; what cannot be computed or kept is empty, a sum of several currencies too."""
    try:
        return canonical(formula.field, _shaped(formula, row, expressions.evaluate(formula.expression, row, context)))
    except Refused:
        return None


def _shaped(formula: Formula, row: Any, value: Any) -> Any:
    """What was computed in the shape of the field: a whole number, a sum in the currency of those it is made of."""
    found, kind = fitting(value), formula.field.kind
    if not isinstance(found, Decimal):
        return found
    if kind is Kind.INTEGER:
        return int(found.to_integral_value(ROUND_HALF_UP))
    told = currencies(formula, row)
    if len(told) > 1:
        return None
    return {"a": str(found), "c": min(told, default="")} if kind is Kind.MONEY else found


def write(model: type[Model], key: str, changed: dict[int, Any]) -> None:
    """One statement for all rows: other keys of `extra` that somebody writes meanwhile stay as they are."""
    statement = sql.SQL(
        "update {0} as t set extra = t.extra || jsonb_build_object(%s::text, one.value) "
        "from unnest(%s::bigint[], %s::jsonb[]) as one (id, value) where t.id = one.id"
    ).format(sql.Identifier(model._meta.db_table))
    values = [Jsonb(value) for value in changed.values()]
    with connection.cursor() as cursor:
        cursor.execute(statement, [key, list(changed), values])
