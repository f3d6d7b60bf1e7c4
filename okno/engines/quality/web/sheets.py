"""Figures of quality as sheets of a workbook."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from django.utils.translation import gettext as _

from okno.engines.quality.models import Norm
from okno.engines.quality.queries import Base
from okno.kit.registry import Field
from okno.kit.web.workbook import Sheet


def label_of(field: Field, one: Base) -> str:
    """What rows that are put together by a field are called."""
    labels = {str(value): str(label) for value, label in field.choices}
    label = str(labels.get(str(one.label), one.label) or _("Not set"))
    return f"{label} ({one.above})" if one.above else label


def parts(field: Field, found: Sequence[Base]) -> Sheet:
    """Cards put together by a field."""
    groups = [str(one.label) for one in Norm.Group]
    heads = [str(field.label), _("Cards"), _("Quality, %"), *groups, _("Worked with"), _("Red ones")]
    rows = [
        [
            label_of(field, one),
            one.rows,
            one.value,
            *(one.of_group(str(group)) for group in Norm.Group),
            one.activity,
            one.red,
        ]
        for one in found
    ]
    return Sheet(str(field.label), heads, rows)


def missed(found: Sequence[tuple[Norm, str, int, int]]) -> Sheet:
    """What cards miss most."""
    heads = [_("What a card has"), _("Status"), _("Cards without it"), _("Part of all")]
    rows = [[norm.label, status, count, share] for norm, status, count, share in found]
    return Sheet(_("What is missed most"), heads, rows)


def by_day(kept: Sequence[tuple[dt.date, Base]]) -> Sheet:
    """The base day by day."""
    groups = [str(one.label) for one in Norm.Group]
    heads = [_("Day"), _("Cards"), _("Quality, %"), *groups]
    rows = [[day, one.rows, one.value, *(one.of_group(str(group)) for group in Norm.Group)] for day, one in kept]
    return Sheet(_("Quality day by day, %"), heads, rows)
