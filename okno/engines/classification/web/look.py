"""What pages of classification show: matrices with ways to their rows, dynamics, classes of one row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from okno.engines.classification import queries, rules
from okno.engines.classification.models import Class, Counting, Scheme
from okno.engines.classification.queries import Cell
from okno.kit import formats, naming
from okno.kit.permissions import Actor
from okno.kit.registry import registry
from okno.kit.web import charts
from okno.kit.web.charts import Series
from okno.kit.web.pages import address

Context = dict[str, Any]
LETTERS = ("A", "B", "C")
SPREADS = ("X", "Y", "Z")
STAGES = {"A": 5, "B": 7, "C": 9}
LIVES = {"new": 4, "growing": 5, "stable": 6, "declining": 7, "sleeping": 1, "lost": 9}
GROUPS = {
    Class.Group.CHAMPION: (5, gettext_lazy("Bought lately, buy often: look after them, ask them to recommend you.")),
    Class.Group.LOYAL: (6, gettext_lazy("Buy again and again: offer what goes with it.")),
    Class.Group.PROMISING: (4, gettext_lazy("Bought lately, not yet often: lead them to the next purchase.")),
    Class.Group.NEW: (3, gettext_lazy("Bought lately and hardly ever before: help with the first steps.")),
    Class.Group.COOLING: (7, gettext_lazy("Bought some time ago and seldom: remind them of yourself.")),
    Class.Group.RISK: (9, gettext_lazy("Bought often and have fallen silent: call them first.")),
    Class.Group.SLEEPING: (2, gettext_lazy("Seldom and long ago: a letter with an occasion is enough.")),
    Class.Group.LOST: (1, gettext_lazy("Longest ago and seldom: the last in the queue.")),
}
PAGE = 50
NONE = "-"


def day_text(counting: Counting) -> str:
    """The day of a counting as people say it."""
    return formats.date_text(counting.day)


def rows_url(counting: Counting, **asked: str) -> str:
    """The rows behind a cell."""
    return f"/classification/rows/?{urlencode({'counting': counting.pk, **asked})}"


def matrix(actor: Actor, counting: Counting) -> Context:
    """ABC by XYZ: a line a letter, with the sums of lines and columns."""
    cells, scheme = queries.matrix(actor, counting), counting.scheme
    whole = _sum(cells.values())
    lines = []
    for letter in LETTERS:
        line = [
            _cell(scheme, cells.get((letter, one), Cell()), whole, rows_url(counting, abc=letter, xyz=one))
            for one in SPREADS
        ]
        every = _sum(cell for (row, _column), cell in cells.items() if row == letter)
        lines.append(
            {
                "letter": letter,
                "stage": STAGES[letter],
                "cells": line,
                "all": _cell(scheme, every, whole, rows_url(counting, abc=letter)),
            }
        )
    foot = [
        _cell(
            scheme,
            _sum(cell for (_row, column), cell in cells.items() if column == one),
            whole,
            rows_url(counting, xyz=one),
        )
        for one in SPREADS
    ]
    return {
        "columns": SPREADS,
        "lines": lines,
        "rows": whole.count,
        "foot": foot,
        "all": _cell(scheme, whole, whole, rows_url(counting, abc=queries.ANY)),
    }


def stages(actor: Actor, counting: Counting) -> tuple[list[Context], Cell]:
    """Stages of life with how many rows are at each, and all of them together: every row is at one."""
    found = queries.stages(actor, counting)
    together = _sum(found.values())
    whole = together.count
    lines = [
        {
            "label": label,
            "stage": LIVES[code],
            "count": formats.quantity_text(found.get(code, Cell()).count),
            "share": f"{Decimal(found.get(code, Cell()).count) * 100 / whole:.0f} %" if whole else "—",
            "url": rows_url(counting, life=code),
        }
        for code, label in Class.Life.choices
    ]
    return lines, together


def rfm_groups(actor: Actor, counting: Counting) -> list[Context]:
    """Groups of RFM with whom they take in, how many rows they have and of which sum; none where nobody bought."""
    found = queries.rfm_groups(actor, counting)
    whole = _sum(found.values())
    if not whole.count:
        return []
    lines = []
    for group in Class.Group:
        code = str(group)
        cell, ranks, (stage, advice) = found.get(code, Cell()), rules.GROUPS[group], GROUPS[group]
        lines.append(
            {
                **_cell(counting.scheme, cell, whole, rows_url(counting, rfm_group=code)),
                "label": group.label,
                "stage": stage,
                "advice": advice,
                "recency": _range(ranks.recency),
                "frequency": _range(ranks.frequency),
                "part": f"{Decimal(cell.count) * 100 / whole.count:.0f} %",
            }
        )
    return lines


def never(actor: Actor, counting: Counting) -> Context | None:
    """Rows that never had anything; they are listed where classes of the scheme are fields."""
    if not counting.scheme.is_main or not queries.is_latest(counting):
        return None
    record = registry.record(counting.scheme.record)
    return {
        "count": formats.quantity_text(queries.never(actor, counting)),
        "url": address.list_url(record, {"all": [{"field": "life", "op": "empty"}]}),
    }


def moves(actor: Actor, before: Counting, after: Counting, by: str = "abc") -> Context:
    """Who moved from which class to which: a line a class of then, a column one of now, the best one first."""
    cells, scheme = queries.migration(actor, before, after, by), after.scheme
    labels = moving(by)
    names = tuple(labels)
    then = next(name for name, field in queries.BEFORE.items() if field == by)
    lines = []
    for was in names:
        line = []
        for now in names:
            cell = cells.get((_code(was), _code(now)), Cell())
            asked = {"before": str(before.pk), then: was, by: now}
            url = rows_url(after, **asked) if now != NONE or was != NONE else ""
            line.append(
                {
                    **_cell(scheme, cell, Cell(), url),
                    "label": labels[now],
                    "is_same": was == now,
                    "is_better": names.index(now) < names.index(was),
                }
            )
        lines.append({"letter": labels[was], "cells": line})
    return {"columns": list(labels.values()), "lines": lines, "is_wide": by != "abc"}


def moving(by: str) -> dict[str, str]:
    """Classes that rows move between, as people read them, the best one first; the last one is for none."""
    groups = {str(one): str(one.label) for one in Class.Group}
    return {**(groups if by == "rfm_group" else dict(zip(LETTERS, LETTERS, strict=True))), NONE: _shown(NONE)}


def chart(actor: Actor, scheme: Scheme, days: list[Counting]) -> Context | None:
    """How many rows of each letter there were at each counting."""
    points = queries.dynamics(actor, scheme, days)
    if len(points) < 2:
        return None
    labels = [day_text(one) for one, _found in points]
    series = [Series(one, [found.get(one, 0) for _day, found in points], STAGES[one]) for one in LETTERS]
    return charts.chart("classes-by-day", "stacked", _("Classes by day"), labels, series)


def rows(actor: Actor, counting: Counting, asked: Mapping[str, str], before: Counting | None) -> Context:
    """A page of rows behind a cell, from the greatest sum down."""
    wanted = {name: asked.get(name, "") for name in (*queries.CLASSES, *queries.BEFORE)}
    found = queries.rows(actor, counting, wanted, before)
    shown = list(queries.after(found, asked.get("after", ""))[: PAGE + 1])
    record = registry.record(counting.scheme.record)
    names = naming.titles(actor, record, {one.row_id for one in shown})
    was = "" if before is None else "was_group" if wanted["rfm_group"] or wanted["was_group"] else "was"
    lines = [_line(one, counting, names, was) for one in shown[:PAGE]]
    return {
        "lines": lines,
        "count": formats.quantity_text(found.order_by().count()),
        "more": queries.cursor_of(shown[PAGE - 1]) if len(shown) > PAGE else "",
    }


def list_url(counting: Counting, asked: Mapping[str, str]) -> str:
    """The list of the record with the same rows, where their classes are its fields; empty where they are not."""
    condition = queries.where(counting, asked)
    if condition is None:
        return ""
    record = registry.record(counting.scheme.record)
    return address.list_url(record, condition)


def of_row(actor: Actor, row: Any) -> Context:
    """The panel on the card of a row: its classes now and at earlier countings."""
    found = queries.classes_of_row(actor, registry.record_of(type(row)).name, row.pk)
    return {
        "lines": [
            {
                "day": day_text(one.counting),
                "letters": f"{one.abc}{one.xyz}" or "—",
                "stage": STAGES.get(one.abc, 1),
                "rfm": one.rfm,
                "group": one.get_rfm_group_display(),
                "life": one.get_life_display(),
                "total": rules.sum_text(one.counting.scheme, one.total),
                "share": f"{one.share:.2f} %".replace(".", ","),
            }
            for one in found
        ]
    }


def _line(one: Any, counting: Counting, names: Mapping[int, str], was: str) -> Context:
    """A row; `was` names the column of its class before, and is empty where there is none."""
    scheme = counting.scheme
    before = moving(queries.BEFORE[was])[getattr(one, was) or NONE] if was else ""
    return {
        "title": names.get(one.row_id, str(one.row_id)),
        "url": registry.record(scheme.record).url_of(one.row_id),
        "total": rules.sum_text(scheme, one.total),
        "count": formats.quantity_text(one.count),
        "share": f"{one.share:.2f} %".replace(".", ",") if one.abc else "",
        "spread": f"{one.spread:.1f} %".replace(".", ",") if one.spread is not None else "",
        "letters": f"{one.abc}{one.xyz}",
        "was": before,
        "rfm": one.rfm,
        "group": one.get_rfm_group_display(),
        "life": one.get_life_display(),
        "last": formats.date_text(one.last_day),
    }


def _cell(scheme: Scheme, cell: Cell, whole: Cell, url: str) -> Context:
    share = f"{cell.total * 100 / whole.total:.0f} %" if whole.total else ""
    return {
        "count": formats.quantity_text(cell.count),
        "total": rules.sum_text(scheme, cell.total),
        "short": formats.short_money(cell.total),
        "share": share,
        "url": url if cell.count else "",
    }


def _range(ends: tuple[int, int]) -> str:
    return str(ends[0]) if ends[0] == ends[1] else f"{ends[0]}–{ends[1]}"


def _sum(cells: Any) -> Cell:
    known: Sequence[Cell] = list(cells)
    return Cell(sum(one.count for one in known), sum((one.total for one in known), Decimal(0)))


def _code(letter: str) -> str:
    return "" if letter == NONE else letter


def _shown(letter: str) -> str:
    return _("none") if letter == NONE else letter
