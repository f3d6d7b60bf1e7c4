"""Quality over HTTP: what a card has come to and why, and the base as a whole."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from ninja import Router, Schema

from okno.engines.quality import commands, queries
from okno.engines.quality.queries import Line
from okno.kit import permissions, reached
from okno.kit.api.asking import Id, Key, actor_of, run
from okno.kit.api.problems import RESPONSES
from okno.kit.errors import Denied
from okno.kit.permissions import Actor
from okno.kit.registry import Record, registry

router = Router()


class Point(Schema):
    """A criterion: whether the card has it is not told where it looks at fields closed to you."""

    id: int
    label: str
    group: str
    weight: int
    is_held: bool | None
    field: str


class Why(Schema):
    """Per cent of a card, by groups too, and every criterion; without a value, the reason why it is not judged."""

    value: int | None
    colour: str
    groups: dict[str, int]
    criteria: list[Point]
    reason: str


class Whole(Schema):
    """The base within reach: average per cent, activity, cards by colour, sub-indices."""

    rows: int
    value: int | None
    activity: int | None
    red: int
    yellow: int
    green: int
    groups: dict[str, int | None]


class Started(Schema):
    """The job that does it."""

    job: int


@router.get(
    "/quality/{record}/{int:id}",
    response={200: Why, **RESPONSES},
    operation_id="quality_why",
    summary=str(_("Why a card has come to its per cent")),
    tags=["quality"],
)
def why(request: HttpRequest, record: str, id: Id) -> Any:  # noqa: A002 - named so in every address
    """What a card has come to now, criterion by criterion."""
    actor, known = _asked(request, record)
    row = reached.the_row(actor, known.name, id)
    found = queries.why(actor, known, row.pk)
    standing = found.standing
    return {
        "value": standing.value if standing else None,
        "colour": standing.colour if standing else "",
        "groups": standing.groups if standing else {},
        "criteria": [_point(one) for one in found.lines],
        "reason": found.reason,
    }


@router.get(
    "/quality/{record}",
    response={200: Whole, **RESPONSES},
    operation_id="quality_whole",
    summary=str(_("Quality of the base")),
    tags=["quality"],
)
def whole(request: HttpRequest, record: str) -> Any:
    """All judged cards within reach put together."""
    actor, known = _asked(request, record)
    base = queries.whole(actor, known)
    told = {name: getattr(base, name) for name in ("rows", "value", "activity", "red", "yellow", "green")}
    return {**told, "groups": {group: base.of_group(group) for group in base.groups}}


@router.post(
    "/quality/{record}/recount",
    response={200: Started, **RESPONSES},
    operation_id="quality_recount",
    summary=str(commands.recount.label),
    tags=["quality"],
)
def recount(request: HttpRequest, record: str, key: Key = "") -> Any:
    """Start judging all cards anew; the progress stands on the page of the job."""
    return {"job": run(request, commands.recount, {"record": record}, key)}


def _asked(request: HttpRequest, name: str) -> tuple[Actor, Record]:
    """:raises Missing: cards of the record are not judged. :raises Denied: they are closed to whoever asks."""
    actor = actor_of(request)
    permissions.check_may(actor, "quality.view")
    queries.judged(name)
    record = registry.record(name)
    permissions.check_may(actor, permissions.view_permission(record.model))
    if not actor.sees_field(record.name, "quality"):
        raise Denied("denied", _("You have no right to do this: %(permission)s."), permission="quality.view")
    return actor, record


def _point(line: Line) -> dict[str, Any]:
    norm = line.norm
    told = {"id": norm.pk, "label": norm.label, "group": norm.group, "weight": norm.weight, "field": norm.field}
    return {**told, "is_held": None if line.is_closed else line.is_held}
