"""Quality over HTTP: what a card has come to and why, and the base as a whole."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import Model
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from ninja import Router, Schema

from okno.engines.quality import commands, queries
from okno.engines.quality.models import Norm
from okno.engines.quality.queries import Line
from okno.kit import permissions
from okno.kit.api.asking import actor_of
from okno.kit.api.beside import Beside
from okno.kit.api.giving import Giving
from okno.kit.api.operations import operation
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


class QualityDay(Schema):
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
    past: list[QualityDay]


class NormShape(Schema):
    """A criterion as it was set: cards of the status (of any, when it is empty) are to hold its condition."""

    id: int
    status: str
    label: str
    group: str
    weight: int
    condition: Any
    field: str
    url: str
    position: int


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


NORMS = "/quality/{record}/norms"
giving = Giving(router, "quality")


@operation(
    router, "GET", NORMS, name="quality_norms", summary=_("Criteria of quality"), answer=list[NormShape], tag="quality"
)
def norms(request: HttpRequest, record: str) -> Any:
    """The criteria that cards of a record are judged by, for those who set them."""
    permissions.check_may(actor_of(request), commands.set_norm.name)
    return [_norm(one) for one in queries.norms(queries.the_record(record).name)]


giving.post(NORMS, commands.set_norm, without=["norm"])
giving.put(f"{NORMS}/{{id}}", commands.set_norm, on="norm", name="quality_change_norm")
giving.delete(f"{NORMS}/{{id}}", commands.drop_norm, on="norm")
giving.delete(NORMS, commands.drop_all)
giving.post("/quality/{record}/take-shipped", commands.take_shipped)


def _norm(one: Norm) -> dict[str, Any]:
    names = ("status", "label", "group", "weight", "condition", "field", "url", "position")
    return {"id": one.pk, **{name: getattr(one, name) for name in names}}
