"""What an aggregate reads of related rows is read with them: no linked row is asked for alone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from django.db.models import QuerySet

from okno.kit.conditions.places import Place
from okno.kit.conditions.reading import Row
from okno.kit.expressions.tree import Aggregate, Name, parts


def with_links(rows: Iterable[Row], node: Aggregate) -> Iterable[Row]:
    """The same rows, joined with the linked rows that the aggregate looks at."""
    if not isinstance(rows, QuerySet):
        return rows
    paths = {path for one in _places(node) if not one.is_relation and (path := _keys(rows.model, one.path))}
    return rows.select_related(*sorted(paths)) if paths else rows


def _places(node: Aggregate) -> Iterator[Place]:
    """What is read of each related row; not what is read of rows related to those."""
    waiting = [one for one in (node.item, node.where) if one is not None]
    while waiting:
        one = waiting.pop()
        if isinstance(one, Name) and one.place is not None:
            yield one.place
        if not isinstance(one, Aggregate):
            waiting += parts(one)


def _keys(model: Any, path: str) -> str:
    """The beginning of a path that leads through keys to single rows."""
    names: list[str] = []
    for name in path.split("__")[:-1]:
        column = model._meta.get_field(name)
        if not (column.many_to_one or column.one_to_one) or not column.concrete:
            break
        names.append(name)
        model = column.related_model
    return "__".join(names)
