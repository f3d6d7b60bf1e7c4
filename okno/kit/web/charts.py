"""Charts of pages: what is drawn, with the table that stands for it where nothing is."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

Context = dict[str, Any]


@dataclass(frozen=True)
class Series:
    """One line, or one colour of bars; `stage` is the colour, `told` are its values as the table says them."""

    name: str
    values: Sequence[float | int]
    stage: int | None = None
    told: Sequence[object] = ()


def chart(
    name: str,
    kind: str,
    title: str,
    labels: Sequence[str],
    series: Sequence[Series],
    *,
    urls: Sequence[str] = (),
    comes_by_htmx: bool = False,
) -> Context:
    """
    The context of `kit/chart.html`.

    :param name: the id on the page, one of its own.
    :param kind: `line`, `bar`, `stacked` or `pie`.
    :param urls: where each label leads.
    :param comes_by_htmx: it is small and stands in a panel: htmx takes scripts out of what it swaps.
    """
    drawn = [{"name": one.name, "values": list(one.values), **_stage(one)} for one in series]
    data: Context = {"labels": list(labels), "series": drawn, **({"urls": list(urls)} if urls else {})}
    return {
        "id": name,
        "kind": kind,
        "small": comes_by_htmx,
        "title": title,
        **({"json": json.dumps(data, ensure_ascii=False)} if comes_by_htmx else {"data": data}),
        "columns": [one.name for one in series],
        "rows": [
            {"label": label, "cells": [(one.told or one.values)[number] for one in series]}
            for number, label in enumerate(labels)
        ],
    }


@dataclass(frozen=True)
class Bubble:
    """A point of a plane: where it is, how large, what it says when it is pointed at, where it leads."""

    label: str
    x: float
    y: float
    size: float
    told: str
    url: str = ""


@dataclass(frozen=True)
class Axis:
    """What an axis measures, and the bound that parts the plane on it."""

    name: str
    bound: float


def bubbles(
    name: str,
    title: str,
    series: Sequence[tuple[str, int, Sequence[Bubble]]],
    axes: tuple[Axis, Axis],
    table: tuple[Sequence[str], Sequence[tuple[str, Sequence[object]]]],
) -> Context:
    """
    The context of `kit/chart.html` for a plane of bubbles.

    :param series: name, stage colour and points of each kind.
    :param axes: what lies across and what upwards.
    :param table: columns and rows that stand for it where nothing is drawn.
    """
    drawn = [{"name": one, "stage": stage, "points": [asdict(point) for point in some]} for one, stage, some in series]
    columns, rows = table
    return {
        "id": name,
        "kind": "bubble",
        "small": False,
        "title": title,
        "data": {"labels": [], "series": drawn, "axes": {"x": asdict(axes[0]), "y": asdict(axes[1])}},
        "columns": list(columns),
        "rows": [{"label": label, "cells": list(cells)} for label, cells in rows],
    }


def _stage(one: Series) -> Context:
    return {} if one.stage is None else {"stage": one.stage}
