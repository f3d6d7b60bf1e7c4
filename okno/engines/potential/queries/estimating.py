"""What rows could buy: formulas and tables, values for many rows at once, what they look at."""

from __future__ import annotations

import datetime as dt
import json
from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from okno.engines.potential import rules
from okno.engines.potential.models import Coefficients, Formula
from okno.engines.potential.queries.bought import bought, of_documents
from okno.engines.potential.rules import Worth
from okno.kit import conditions, expressions, permissions, rates, reached
from okno.kit import formulas as looking
from okno.kit import worth as offered
from okno.kit.conditions.places import living
from okno.kit.errors import Refused
from okno.kit.expressions import Expression
from okno.kit.fields import watching
from okno.kit.fields.watching import Watch
from okno.kit.permissions import SYSTEM, Actor
from okno.kit.registry import Field, Record, registry

# The condition of a formula, what it gives, what it compares that with and by which documents, as they are kept.
Written = tuple[str, str, str, str]
# The function that looks a table up, in both languages.
LOOKED_UP = ("coefficient", "коэффициент")


@dataclass(frozen=True)
class When:
    """The moment and the zone that formulas are computed by."""

    at: dt.datetime
    zone: Any


@dataclass(frozen=True)
class Found:
    """The formula of a row and what it gives."""

    formula: Formula
    worth: Worth


def valued() -> list[Record]:
    """Records whose rows have a potential."""
    return [registry.records[name] for name in offered.KNOWN if name in registry.records]


def the_record(name: str) -> Record:
    """A record whose rows have a potential. :raises Missing: it is none."""
    return reached.the_record(name, valued())


def formulas(record: str) -> list[Formula]:
    """The formulas of a record in the order in which they are asked."""
    # The house computes by them whoever looks.
    rows = Formula.objects.visible_to(SYSTEM).filter(record=record, is_deleted=False)
    return list(rows.order_by("position", "pk"))


def formula_for_page(actor: Actor, formula_id: int) -> Formula | None:
    """A formula by id."""
    found: Formula | None = Formula.objects.visible_to(actor).filter(pk=formula_id, is_deleted=False).first()
    return found


def tables(record: str) -> list[Coefficients]:
    """The tables of coefficients of a record."""
    rows = Coefficients.objects.visible_to(SYSTEM).filter(record=record, is_deleted=False)
    return list(rows.order_by("name"))


def table_for_page(actor: Actor, table_id: int) -> Coefficients | None:
    """A table of coefficients by id."""
    found: Coefficients | None = Coefficients.objects.visible_to(actor).filter(pk=table_id, is_deleted=False).first()
    return found


def estimates(record: Record, ids: Collection[int], when: When) -> dict[int, dict[int, Found]]:
    """
    What living rows come to, by id and product group: in each the first formula that is for a row decides. Rows that no
    formula is for are left out.
    """
    found: dict[int, dict[int, Found]] = defaultdict(dict)
    own = formulas(record.name)
    context = _context(record, when, own)
    for one in own:
        group = one.group or 0
        rows = _rows(record, one, [row_id for row_id in ids if group not in found[row_id]], when)
        if rows is not None:
            for row_id, worth in _worths(record, one, rows, context).items():
                found[row_id][group] = Found(one, worth)
    return {row_id: told for row_id, told in found.items() if told}


def watches() -> list[Watch]:
    """What all formulas look at, by record."""
    rows: Any = Formula.objects.visible_to(SYSTEM).filter(is_deleted=False)
    found: dict[str, list[Written]] = defaultdict(list)
    for record, condition, expression, fact, documents in rows.order_by("pk").values_list(
        "record", "condition", "expression", "fact", "bought"
    ):
        found[record].append((json.dumps(condition, sort_keys=True), expression, fact, documents))
    known = watching.custom_keys()
    return [_watch(name, tuple(some), known) for name, some in found.items() if name in offered.KNOWN]


def read(source: str, record: Record) -> Expression | None:
    """An expression of a formula; None when it is broken, or nothing is written."""
    return _read(source, record.name, watching.custom_keys()) if source else None


@lru_cache(maxsize=200)
def _read(source: str, record: str, _known: frozenset[tuple[str, str]]) -> Expression | None:
    try:
        return expressions.parse(source, registry.record(record))
    except Refused:
        return None


def _context(record: Record, when: When, some: Collection[Formula]) -> expressions.Context:
    """With the tables of coefficients, where formulas may look them up."""
    asks = any(name in one.expression.lower() or name in one.fact.lower() for one in some for name in LOOKED_UP)
    known: Mapping[str, Mapping[str, Decimal]] = {
        one.name.strip().lower(): rules.table_of(record, one) for one in (tables(record.name) if asks else ())
    }
    return expressions.Context(at=when.at, zone=when.zone, tables=known)


def _rows(record: Record, formula: Formula, ids: Collection[int], when: When) -> QuerySet[Any] | None:
    """Rows that a formula is for; None when it is not in force or its condition is broken."""
    if formula.valid_from is not None and formula.valid_from > when.at.astimezone(when.zone).date():
        return None
    rows: QuerySet[Any] = living(record.model).filter(pk__in=list(ids))
    if not formula.condition:
        return rows
    try:
        condition = conditions.parse(formula.condition)
    except Refused:
        return None
    if conditions.problems(condition, record):
        return None
    return rows.filter(conditions.to_q(condition, record, permissions.watching_context(SYSTEM)))


def _worths(record: Record, formula: Formula, rows: QuerySet[Any], context: expressions.Context) -> dict[int, Worth]:
    value, fact = read(formula.expression, record), read(formula.fact, record)
    rate = rates.cross(formula.currency, rates.MANAGEMENT, context.at.astimezone(context.zone).date())
    if value is None or rate is None:
        problem = Worth(None, problem=_problem(formula, is_rateless=rate is None))
        return dict.fromkeys(rows.values_list("pk", flat=True), problem)
    columns = {
        name: column
        for name, one in (("_value", value), ("_fact", fact))
        if one and (column := expressions.to_sql(one)) is not None
    }
    found = {}
    told = list(rows.annotate(**columns))
    today = context.at.astimezone(context.zone).date()
    lines = bought(record, formula, [row.pk for row in told], today) if formula.bought else {}
    for row in told:
        try:
            whole = _of(row, "_value", value, context)
            own = lines.get(row.pk) if formula.bought else _of(row, "_fact", fact, context)
            found[row.pk] = rules.worth(None if whole is None else whole * rate, own, formula.period)
        except Refused as refusal:
            found[row.pk] = Worth(None, problem=refusal.message[:300])
    return found


def _problem(formula: Formula, *, is_rateless: bool) -> str:
    if is_rateless:
        return _("The rate of “%(name)s” is not known: load exchange rates first.") % {"name": formula.currency}
    return _("The formula “%(name)s” names something that is no more.") % {"name": formula.name}


def _of(row: Any, name: str, expression: Expression | None, context: expressions.Context) -> Decimal | None:
    """What the database has computed already, else what Python computes."""
    if expression is None:
        return None
    found = getattr(row, name) if hasattr(row, name) else expressions.evaluate(expression, row, context)
    return found if isinstance(found, Decimal) else None if found is None else Decimal(str(found))


@lru_cache(maxsize=100)
def _watch(name: str, some: tuple[Written, ...], _known: frozenset[tuple[str, str]]) -> Watch:
    """Worked out once for each set of formulas and of fields that people have added."""
    record = registry.record(name)
    trees = [one for condition, *_written in some if (one := _condition(json.loads(condition))) is not None]
    own = watching.watch(record, trees)
    sources = [source for _condition, *both, _bought in some for source in both]
    written = [made for source in sources if (made := read(source, record)) is not None]
    place = Field(label="", path="extra", key="potential", is_custom=True)
    looked_at = [source for made in written for source in looking.sources(looking.Formula(record, place, made))]
    sold = [one for documents in sorted({one[3] for one in some}) for one in of_documents(record, documents)]
    return Watch(record, (*own.sources, *looked_at, *sold))


def _condition(tree: Any) -> conditions.Condition | None:
    try:
        return conditions.parse(tree) if tree else None
    except Refused:
        return None
