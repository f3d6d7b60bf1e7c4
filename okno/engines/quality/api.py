"""Quality over HTTP: what a card has come to and why, and the base as a whole."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import Model
from django.utils.translation import gettext_lazy as _
from ninja import Router, Schema

from okno.engines.quality import commands, queries
from okno.engines.quality.queries import Line
from okno.kit.api.beside import Beside
from okno.kit.permissions import Actor
from okno.kit.registry import Record

router = Router()


class Point(Schema):
    """A criterion: whether the card has it is not told where it looks at fields closed to you."""

    id: int
    label: str
    group: str
    weight: int
    is_held: bool | None
    field: str


class Day(Schema):
    """The per cent of a card at the end of a day on which it moved."""

    day: dt.date
    value: int | None


class Why(Schema):
    """
    Per cent of a card, by groups too, every criterion, and how it went.

    Without a value, the reason why it is not judged.
    """

    value: int | None
    colour: str
    groups: dict[str, int]
    criteria: list[Point]
    reason: str
    past: list[Day]


class QualityOfAll(Schema):
    """The base within reach: average per cent, activity, cards by colour, sub-indices."""

    rows: int
    value: int | None
    activity: int | None
    red: int
    yellow: int
    green: int
    groups: dict[str, int | None]


def why(actor: Actor, record: Record, row: Model) -> Any:
    """What a card has come to now, criterion by criterion."""
    found = queries.why(actor, record, row.pk)
    standing = found.standing
    return {
        "value": standing.value if standing else None,
        "colour": standing.colour if standing else "",
        "groups": standing.groups if standing else {},
        "criteria": [_point(one) for one in found.lines],
        "reason": found.reason,
        "past": [{"day": one.day, "value": one.value} for one in queries.past_of(record, row.pk)],
    }


def whole(actor: Actor, record: Record) -> Any:
    """All judged cards within reach put together."""
    base = queries.whole(actor, record)
    told = {name: getattr(base, name) for name in ("rows", "value", "activity", "red", "yellow", "green")}
    return {**told, "groups": {group: base.of_group(group) for group in base.groups}}


def _point(line: Line) -> dict[str, Any]:
    norm = line.norm
    told = {"id": norm.pk, "label": norm.label, "group": norm.group, "weight": norm.weight, "field": norm.field}
    return {**told, "is_held": None if line.is_closed else line.is_held}


beside = Beside(router, "quality", "quality.view", queries.the_record, ("quality",))
beside.of_row(why, Why, "why", _("Why a card has come to its per cent"))
beside.of_all(whole, QualityOfAll, "whole", _("Quality of the base"))
beside.recounting(commands.recount)
