"""Which of several conditions rows hold: one statement for all of them, kept ready between one change and the next."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Sequence
from enum import IntEnum
from functools import lru_cache
from typing import Any

from django.db import connection
from django.db.models import BooleanField, Case, Value, When
from django.db.models.expressions import RawSQL
from django.utils import timezone

from okno.kit import permissions
from okno.kit.compiled import Sql
from okno.kit.conditions.places import living
from okno.kit.conditions.sql import to_q
from okno.kit.conditions.tree import AllOf, AnyOf, Condition, Leaf, Negated, Related, Relative, parse
from okno.kit.fields import watching
from okno.kit.permissions import SYSTEM
from okno.kit.registry import Record, registry

# Stands for the ids of the rows among the parameters of a statement.
IDS = object()
HOURLY = re.compile(r"now|\d(?:min|h)")


class Lasts(IntEnum):
    """How long a condition means the same in SQL."""

    EVER = 0
    A_DAY = 1
    A_MOMENT = 2


def text_of(tree: Any) -> str:
    """A condition as a key of what is kept ready; nothing for none."""
    return json.dumps(tree, sort_keys=True, ensure_ascii=False) if tree else ""


def held(record: Record, ids: Collection[int], asked: Sequence[str], among: str = "") -> list[tuple[Any, ...]]:
    """
    Ids of living rows, each with whether it holds every one of the conditions; judged with the eyes of the house.

    :param asked: conditions as texts, see `text_of`; none of them is broken.
    :param among: the condition of rows that are judged at all, as a text.
    """
    least = max((lasting(one) for one in (*asked, among) if one), default=Lasts.EVER)
    ready = _ready.__wrapped__ if least is Lasts.A_MOMENT else _ready
    # ast-grep-ignore: time-comes-in conditions tell the present day themselves: this is when to tell it anew
    day = timezone.localdate().isoformat() if least is Lasts.A_DAY else ""
    sql, params = ready(record.name, tuple(asked), among, day, watching.custom_keys())
    with connection.cursor() as cursor:
        cursor.execute(sql, [list(ids) if one is IDS else one for one in params])
        return list(cursor.fetchall())


@lru_cache(maxsize=2_000)
def lasting(text: str) -> Lasts:
    """The same of a condition as a text."""
    return lasts(parse(json.loads(text)))


def lasts(condition: Condition) -> Lasts:
    """How long a condition means the same: until the day or the moment is another one, when it speaks of that."""
    match condition:
        case AllOf(parts) | AnyOf(parts):
            return max(map(lasts, parts), default=Lasts.EVER)
        case Negated(part):
            return lasts(part)
        case Related():
            return max(lasts(condition.where), _of_values(condition.values))
        case Leaf():
            return _of_values(condition.values)


def _of_values(values: Sequence[Any]) -> Lasts:
    said = [one.text for one in values if isinstance(one, Relative)]
    if any(HOURLY.search(one) for one in said):
        return Lasts.A_MOMENT
    return Lasts.A_DAY if said else Lasts.EVER


@lru_cache(maxsize=200)
def _ready(name: str, asked: tuple[str, ...], among: str, _day: str, _known: frozenset[tuple[str, str]]) -> Sql:
    """The statement with `IDS` among its parameters: it takes ten times longer to make than to run."""
    record, context = registry.record(name), permissions.watching_context(SYSTEM)

    def asks(text: str) -> Any:
        return to_q(parse(json.loads(text)), record, context)

    flags = {
        f"_flag{number}": Case(When(asks(text), then=Value(True)), default=Value(False), output_field=BooleanField())
        for number, text in enumerate(asked)
    }
    rows = living(record.model).filter(pk__in=RawSQL("select unnest(%s::bigint[])", (IDS,)))
    if among:
        rows = rows.filter(asks(among))
    found: Sql = rows.annotate(**flags).values_list("pk", *flags).query.sql_with_params()
    return found
