"""Classes as sheets of a workbook: matrices, stages of life, rows, who moved."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import islice

from django.utils.translation import gettext as _

from okno.engines.classification import queries
from okno.engines.classification.models import Class, Counting
from okno.engines.classification.queries import Cell
from okno.engines.classification.web.look import LETTERS, NONE, SPREADS, moving
from okno.kit import naming
from okno.kit.permissions import Actor
from okno.kit.registry import registry
from okno.kit.web.workbook import Sheet

MOST = 50_000


def matrix(actor: Actor, counting: Counting) -> Sheet:
    """ABC by XYZ: how many rows and of which sum."""
    cells = queries.matrix(actor, counting)
    rows = [
        [letter, one, cells.get((letter, one), Cell()).count, cells.get((letter, one), Cell()).total]
        for letter in LETTERS
        for one in SPREADS
    ]
    return Sheet(_("ABC by XYZ"), ["ABC", "XYZ", _("How many"), _("Sum")], rows)


def stages(actor: Actor, counting: Counting) -> Sheet:
    """Stages of life."""
    found = queries.stages(actor, counting)
    rows = [[label, found.get(code, Cell()).count, found.get(code, Cell()).total] for code, label in Class.Life.choices]
    return Sheet(_("Lifecycle"), [_("Lifecycle"), _("How many"), _("Sum")], rows)


def rfm_groups(actor: Actor, counting: Counting) -> Sheet:
    """Groups of RFM."""
    found = queries.rfm_groups(actor, counting)
    rows = [
        [label, found.get(code, Cell()).count, found.get(code, Cell()).total] for code, label in Class.Group.choices
    ]
    return Sheet(_("RFM groups"), [_("RFM group"), _("How many"), _("Sum")], rows)


def rows(actor: Actor, counting: Counting, asked: Mapping[str, str], before: Counting | None) -> Sheet:
    """Rows behind a cell, the greatest sum first."""
    wanted = {name: asked.get(name, "") for name in (*queries.CLASSES, *queries.BEFORE)}
    found = list(islice(queries.rows(actor, counting, wanted, before), MOST))
    record = registry.record(counting.scheme.record)
    names = naming.titles(actor, record, {one.row_id for one in found})
    groups = dict(Class.Group.choices)
    heads = [
        record.label, _("Was"), _("ABC class"), _("XYZ class"), _("Sum"), _("Share, %"), _("How many"), _("Spread, %"),
        _("RFM"), _("RFM group"), _("Group before"), _("Lifecycle"), _("The last one"),
    ]  # fmt: skip
    lines = [
        [
            names.get(one.row_id, ""), getattr(one, "was", ""), one.abc, one.xyz, one.total, one.share, one.count,
            one.spread, one.rfm, one.get_rfm_group_display(), groups.get(getattr(one, "was_group", ""), ""),
            one.get_life_display(), one.last_day,
        ]
        for one in found
    ]  # fmt: skip
    return Sheet(str(record.plural), heads, lines)


def moves(actor: Actor, before: Counting, after: Counting, by: str) -> Sheet:
    """Who moved from which class to which."""
    cells = queries.migration(actor, before, after, by)
    classes = {"" if code == NONE else code: label for code, label in moving(by).items()}
    lines = [
        [was_text, now_text, cell.count, cell.total]
        for was, was_text in classes.items()
        for now, now_text in classes.items()
        for cell in [cells.get((was, now), Cell())]
    ]
    return Sheet(_("Who moved"), [_("Was"), _("Is on"), _("How many"), _("Sum")], lines)
