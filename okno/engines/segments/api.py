"""Segments over HTTP: what they are, who is in them, putting rows in and taking them out."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

import pydantic
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from ninja import Query, Router, Schema

from okno.engines.segments import commands, queries
from okno.engines.segments.models import Segment
from okno.engines.segments.record import SEGMENT
from okno.kit import permissions
from okno.kit.api import record_router
from okno.kit.api.asking import Id, viewer
from okno.kit.api.giving import Giving
from okno.kit.api.problems import RESPONSES
from okno.kit.api.shapes import LARGEST_ID
from okno.kit.errors import Missing
from okno.kit.openness import hidden_keys
from okno.kit.permissions import Actor
from okno.kit.registry import registry

router = Router()
giving = Giving(router, "segments")
giving.post("/segments/combine", commands.combine)
giving.post("/segments/take-import", commands.take_import)
record_router(
    SEGMENT,
    queries.segments,
    create=commands.add,
    update=commands.update,
    commands=[
        commands.include,
        commands.exclude,
        commands.paste,
        commands.set_condition,
        commands.snapshot,
        commands.recount,
        commands.listen,
        commands.unlisten,
        commands.delete,
    ],
    router=router,
)
MOST = 1_000


class AskedMembers(Schema):
    """Parameters of the list of members."""

    after: Annotated[int, Query(ge=0, le=LARGEST_ID)] = 0
    limit: Annotated[int, Query(ge=1, le=MOST)] = 100


class Members(Schema):
    """A page of ids in their order; `next` is what to pass as `after`, `count` how many there are in all."""

    count: int
    ids: list[int]
    next: int | None


class Passed(Schema):
    """A row that came in or went out."""

    id: int
    title: str
    came_in: bool
    at: datetime


class Listening(Schema):
    """A person who is told who comes and goes."""

    id: int
    name: str


class AskedPassages(Schema):
    """Parameters of the log."""

    limit: Annotated[int, Query(ge=1, le=200)] = 50


class Told(Schema):
    """The condition of a segment as JSON; null of one that is filled by hand."""

    condition: Any = pydantic.Field(None, description=str(_("A condition as JSON, see docs/conditions.md.")))
    problem: str


@router.get(
    "/segments/{id}/members", response={200: Members, **RESPONSES}, operation_id="segments_members", tags=["segments"]
)
def members(request: HttpRequest, id: Id, asked: Query[AskedMembers]) -> Any:  # noqa: A002 - the name in addresses
    """Members of a segment within the reach of whoever asks."""
    actor, segment = _asked(request, id)
    rows = queries.members(actor, segment).filter(pk__gt=asked.after).order_by("pk")
    ids = list(rows.values_list("pk", flat=True)[: asked.limit + 1])
    shown = ids[: asked.limit]
    count = queries.counts(actor, [segment]).get(segment.pk, 0)
    return {"count": count, "ids": shown, "next": shown[-1] if len(ids) > len(shown) else None}


@router.get(
    "/segments/{id}/passages",
    response={200: list[Passed], **RESPONSES},
    operation_id="segments_passages",
    tags=["segments"],
)
def passages(request: HttpRequest, id: Id, asked: Query[AskedPassages]) -> Any:  # noqa: A002 - as above
    """Who came in and went out, the latest first."""
    actor, segment = _asked(request, id)
    found = queries.passages(actor, segment, most=asked.limit)
    return [{"id": one.row_id, "title": one.title, "came_in": one.is_entry, "at": one.at} for one in found]


@router.get(
    "/segments/{id}/listeners",
    response={200: list[Listening], **RESPONSES},
    operation_id="segments_listeners",
    tags=["segments"],
)
def listeners(request: HttpRequest, id: Id) -> Any:  # noqa: A002 - as above
    """Who is told who comes into the segment and goes out of it."""
    _actor, segment = _asked(request, id)
    return [{"id": user_id, "name": name} for user_id, name in queries.listeners(segment)]


@router.get(
    "/segments/{id}/condition",
    response={200: Told, **RESPONSES},
    operation_id="segments_condition",
    tags=["segments"],
)
def condition(request: HttpRequest, id: Id) -> Any:  # noqa: A002 - as above
    """The condition of a segment; of one that asks of fields closed to whoever asks nothing is told."""
    actor, segment = _asked(request, id)
    if segment.condition is not None:
        record = registry.record(segment.record)
        if any(hidden_keys(actor, record, queries.parsed(segment))):
            raise Missing("not_found", _("Not found, or out of your reach."))
    return {"condition": segment.condition, "problem": segment.problem}


def _asked(request: HttpRequest, segment_id: int) -> tuple[Actor, Segment]:
    """Who asks and the segment, whose rows they must be allowed to look at."""
    actor = viewer(request, SEGMENT)
    found = queries.segment_for_card(actor, segment_id)
    if found is None:
        raise Missing("not_found", _("Not found, or out of your reach."))
    permissions.check_may(actor, permissions.view_permission(registry.record(found.record).model))
    return actor, found
