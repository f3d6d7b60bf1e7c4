"""
The newest few rows that a text finds in each table, in steps: a rare text is answered by its indexes at once, a common
one by the newest rows of the table, and only one that is common but old by all that the indexes know.
"""

from __future__ import annotations

import functools
import operator
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db.models import IntegerField, QuerySet, Value
from django.db.models.expressions import RawSQL
from django.db.models.functions import Coalesce

from okno.kit.compiled import Sql
from okno.kit.rows.searching import Test

# An index tells where rows are, not which are the newest: so many are looked at before another way is taken.
FEW = 2000
NEWEST = 2000
NOTHING = Value(0)

Row = tuple[Any, ...]
Ask = Callable[[str, Sequence[int]], Iterable[Row]]


@dataclass(frozen=True)
class Place:
    """A table to look in: the rows within reach, the ways to find some of them, and what is shown of those."""

    seen: QuerySet[Any]
    tests: Sequence[Test]
    shown: Sequence[Any]


def found(numbers: Sequence[int], most: int, ask: Ask, *, is_there: bool = True) -> list[Row]:
    """
    Rows of the places of these numbers, the newest of each first, at most so many of each.

    :param ask: gives the rows of a step (`STEPS`) for some of the places.
    :param is_there: false asks first whether there is anything: the planner takes longer over a reach through all
        records than an index over the word that nobody has written.
    """
    if not is_there and not (numbers := [row[0] for row in ask("there", numbers)]):
        return []
    rows = list(ask("few", numbers))
    common = [row[0] for row in rows if row[1] is None]
    if not common:
        return rows
    newest = _by_place(ask("newest", common))
    short = [one for one in common if len(newest.get(one, [])) < most]
    found = _by_place(rows) | newest | {one: [] for one in short}
    found |= _by_place(ask("all", short)) if short else {}
    return [row for number in numbers for row in found.get(number, [])]


def _by_place(rows: Iterable[Row]) -> dict[int, list[Row]]:
    by_place: dict[int, list[Row]] = {}
    for row in rows:
        by_place.setdefault(row[0], []).append(row)
    return by_place


def statement(step: str, places: Mapping[int, Place], most: int) -> Sql | None:
    """One statement of a step for all these places; None when there is nothing to look in."""
    parts = [made for number, place in places.items() if (made := _made(STEPS[step], number, place, most)) is not None]
    params = tuple(one for _text, given in parts for one in given)
    return (" union all ".join(f"({text})" for text, _given in parts), params) if parts else None


def _made(step: Callable[[int, Place, int], Sql], number: int, place: Place, most: int) -> Sql | None:
    try:
        return step(number, place, most)
    except EmptyResultSet:  # nothing is within reach, and there is nothing to ask
        return None


def _few(number: int, place: Place, most: int) -> Sql:
    """
    What the indexes know, when that is little; else a row of nothing, which says that the text is common here.

    Words of names are asked first, pieces of them and long texts only when these have not found enough within reach:
    what is asked for is evaluated row by row, and what stands after the last row needed is not evaluated at all.
    """
    if not place.tests:
        return _all(number, place, most)
    known = [part for part in (_known(place, comes_first=True), _known(place, comes_first=False)) if part]
    within = _within_reach(place, len(known), most)
    own = f'"{place.seen.model._meta.db_table}"."id"'
    order = RawSQL(f"(select place from few where few.id = {own})", ())  # noqa: S611, S608 - the table is ours
    shown = _sql(_shown(number, place, RawSQL("select id from few", ())).order_by(order))
    tables = [f"known_{index} (id) as materialized ({text})" for index, (text, _given) in enumerate(known)]
    tables.append(f"few (id, place) as materialized (select id, row_number() over () from ({within[0]}) as near)")  # noqa: S608
    nothing = ", ".join(["null"] * len(place.shown))
    counts = [f"when (select count(*) from known_{index}) > %s then true" for index in range(len(known))]  # noqa: S608
    counts.insert(1, "when (select count(*) from few) >= %s then false")
    ends = f"select %s, null, {nothing} where case {' '.join(counts)} else false end"
    given = (*(one for _text, params in known for one in params), *within[1], *shown[1])
    limits = (FEW, most, FEW)[: len(counts)]
    return f"with {', '.join(tables)} ({shown[0]}) union all {ends}", (*given, number, *limits)


def _known(place: Place, *, comes_first: bool) -> Sql | None:
    """What the indexes that come first, or the others, know, one after another, until it is too much to look at."""
    return _indexed(place, [one for one in place.tests if one.comes_first is comes_first])


def _indexed(place: Place, tests: Iterable[Test]) -> Sql | None:
    plain = place.seen.model._default_manager.order_by()
    parts = [_sql(plain.filter(one.indexed).values("pk")) for one in tests]
    if not parts:
        return None
    text = " union all ".join(f"({part})" for part, _given in parts)
    return f"{text} limit %s", (*(one for _text, given in parts for one in given), FEW + 1)


def _within_reach(place: Place, kinds: int, most: int) -> Sql:
    """Of what was found, from the newest on, each row is asked whether it is within reach, until there are enough."""
    text, params = _sql(place.seen.order_by().filter(pk=RawSQL("hit.id", ())).values("pk"))
    some = [
        f"(select distinct id from known_{index} where (select count(*) from known_{index}) <= %s"  # noqa: S608 - numbers
        f"{' and id not in (select id from known_0)' if index else ''} order by id desc)"
        for index in range(kinds)
    ]
    # With an offset it stays a question to each row, and is not turned into a join of all of them.
    return (
        f"select id from ({' union all '.join(some)}) as hit where exists ({text} offset 0) limit %s",  # noqa: S608 - the same
        (*[FEW] * kinds, *params, most),
    )


def _newest(number: int, place: Place, most: int) -> Sql:
    """The newest rows of the table, one by one, until enough are found."""
    plain = place.seen.model._default_manager.order_by("-pk").values("pk")[NEWEST - 1 : NEWEST]
    truth = functools.reduce(operator.or_, [one.plain for one in place.tests])
    rows = place.seen.filter(truth, pk__gte=Coalesce(plain, NOTHING))
    return _sql(_shown(number, place, _once(_newest_of(rows, most))))


def _all(number: int, place: Place, most: int) -> Sql:
    """All that the indexes know."""
    rows = place.seen
    if place.tests:
        plain = rows.model._default_manager.order_by()
        parts = [plain.filter(one.indexed).values("pk") for one in place.tests]
        rows = rows.filter(pk__in=parts[0] if len(parts) == 1 else parts[0].union(*parts[1:]))
    return _sql(_shown(number, place, _once(_newest_of(rows, most))))


def _there(number: int, place: Place, _most: int) -> Sql:
    """
    Whether any index knows anything, within reach or not.

    A question for one row by itself is planned as a walk through the table until it is met.
    """
    known = _indexed(place, place.tests)
    text, given = known or ("select 0", ())
    return f"with known (id) as materialized ({text}) select %s where exists (select from known)", (*given, number)  # noqa: S608


STEPS: Mapping[str, Callable[[int, Place, int], Sql]] = {
    "there": _there,
    "few": _few,
    "newest": _newest,
    "all": _all,
}


def _newest_of(rows: QuerySet[Any], most: int) -> QuerySet[Any]:
    return rows.order_by("-pk").values("pk")[:most]


def _once(rows: QuerySet[Any]) -> RawSQL:
    """
    These ids, looked for once: a planner that takes a table for an empty one, as before its first statistics, would
    look for them anew at each row that they are compared with.
    """
    text, params = _sql(rows)
    return RawSQL(f"select unnest(array({text}))", params)  # noqa: S611 - compiled above


def _shown(number: int, place: Place, ids: RawSQL) -> QuerySet[Any]:
    """What is shown of the few that were chosen: it is joined to them and not to all that was found."""
    few: QuerySet[Any] = place.seen.model._default_manager.filter(pk__in=ids).order_by("-pk")
    return few.values_list(Value(number, output_field=IntegerField()), "pk", *place.shown)


def _sql(rows: QuerySet[Any]) -> Sql:
    found: Sql = rows.query.sql_with_params()
    return found
